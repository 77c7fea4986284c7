"""How a secondment leaves a round and its places: given up by its sender, or no longer passed by screening."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kernel.aggregate import Aggregate
from services.placement.app.desk import secondment_edition
from services.placement.app.proposals import Proposals
from services.placement.domain import Proposal, Secondment
from services.placement.domain.values import Candidate, secondment_of
from services.placement.policy.wishes import claims


class Leaving(Proposals):
    """Withdrawals by senders, refusals and second looks by screening."""

    async def withdraw(self, year: int, application_id: str) -> list[Aggregate]:
        """The sender gave its application up (S-IN-6): out of the round, its proposals closed, its places free."""
        at = await self.now()
        page = await self.page(year, application_id, at)
        known = page.candidates.get(application_id)
        page.withdraw(application_id, at=at)
        return [page, *(await self._called_off(_asked_for(known) if known and page.announced else (), at))]

    async def rest(self, year: int, application_id: str) -> list[Aggregate]:
        """Its form is being screened again (S-IN-6): no candidate until that is passed; results that are out stay."""
        at = await self.now()
        page, round = await self.page(year, application_id, at), await self.opened_round(year, at)
        ids = _asked_for(page.candidates.get(application_id))
        if not ids or (round.state == "announced" and {*ids} & round.assigned.keys()):
            return []
        page.drop(application_id, ids, for_good=False, at=at)
        return [page]

    async def refuse(
        self, year: int, application_id: str, secondment_id: str | None, *, for_good: bool
    ) -> list[Aggregate]:
        """Screening refused a secondment, or all of an application (S-SC-1…9): off, proposals closed, places free.

        ``for_good`` of a person or of papers; a form may be passed after an amendment. One that runs goes on: its
        person was passed.
        """
        at = await self.now()
        page = await self.page(year, application_id, at)
        named = (secondment_id,) if secondment_id else _asked_for(page.candidates.get(application_id))
        ids = tuple([each for each in named if not await self._runs(each)])
        page.drop(application_id, ids, for_good=for_good, at=at)
        return [page, *(await self._called_off(ids if page.announced else (), at))]

    async def _called_off(self, secondment_ids: Iterable[str], at: datetime) -> list[Aggregate]:
        """Off, if something was proposed for them. Two of a sender may hold places at one site: each site once."""
        find = self.kernel.repository.find
        found = [(await self._proposal(id), await find(Secondment, Secondment.stream(id))) for id in secondment_ids]
        known = [(proposal, secondment) for proposal, secondment in found if proposal is not None]
        if not known:
            return []
        edition = secondment_edition(known[0][0].case.fiscal_year)
        stays = [s.stays if s and s.stays else proposal.offer.stays for proposal, s in known]
        places = await self.places(edition, at, [site for each in stays for site, _ in claims(edition, each)])
        for proposal, secondment in known:
            if secondment is None or secondment.state != "running":
                places.give_back(proposal.case.secondment_id)
            proposal.close(at=at)
            if secondment is not None:
                secondment.withdraw(at=at)
        return [*(each for pair in known for each in pair if each is not None), *places.changed]

    async def _proposal(self, secondment_id: str) -> Proposal | None:
        return await self.kernel.repository.find(Proposal, Proposal.stream(secondment_id))

    async def _runs(self, secondment_id: str) -> bool:
        found = await self.kernel.repository.find(Secondment, Secondment.stream(secondment_id))
        return found is not None and found.state == "running"


def _asked_for(candidate: Candidate | None) -> tuple[str, ...]:
    """The secondments that an application asks for."""
    return (
        tuple(secondment_of(candidate.application_id, each.number) for each in candidate.requests) if candidate else ()
    )
