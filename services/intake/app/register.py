"""The register of organisations: invitations, earlier placements, and two spellings of one sender (S-IN-7)."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from datetime import datetime

from kernel.aggregate import Aggregate
from kernel.log import Cause
from kernel.refusals import Refused
from kernel.repository import decide_again
from kernel.sealing import Confidential
from kernel.service import Kernel
from policies.secondment.edition import SecondmentEdition
from schemas.forms import PartyForm
from schemas.values import Programme
from services.intake.app import sealed
from services.intake.app.desk import edition
from services.intake.app.erasing import OFFICE
from services.intake.app.said import Said
from services.intake.domain import Application, Organisation
from services.intake.policy.terms import s_in_2_reminders


class Register:
    """Officers' commands on organisations, and what other services tell of them."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    async def invite(
        self,
        programme: Programme,
        fiscal_year: int,
        parties: Sequence[PartyForm],
        *,
        by: str,
        causes: Sequence[Cause] = (),
    ) -> list[str]:
        """These organisations are expected to answer (S-IN-2); their ids, in the order given. One commit.

        Raises `NoEdition`.
        """
        of, at = edition(programme, fiscal_year), await self._kernel.clock.now()
        remind_at = s_in_2_reminders(of, at)
        senders = [await sealed.sender(self._kernel.vault, party) for party in parties]

        async def act() -> list[str]:
            invited: dict[str, Organisation] = {}
            for sent in senders:
                known = invited.get(sent.organisation_id) or await self._find(sent.organisation_id)
                if known is None:
                    known = Organisation.register(sent.party, sent.name_key, sent.reading_key, at=at)
                known.invite(programme, fiscal_year, remind_at, by=by, at=at)
                invited[sent.organisation_id] = known
            await self._kernel.repository.save(*invited.values(), causes=causes)
            return [sent.organisation_id for sent in senders]

        return await decide_again(act)

    async def remind(self, organisation_id: str, fiscal_year: int) -> Sequence[Aggregate]:
        """A sender that was invited is reminded, unless it has answered (S-IN-2); for the timer wheel to save."""
        organisation, of = await self._find(organisation_id), edition("secondment", fiscal_year)
        if organisation is None or not isinstance(of, SecondmentEdition):
            return []
        at = await self._kernel.clock.now()
        organisation.remind("secondment", fiscal_year, of.dates.reception_closes.first, of.id, at=at)
        return [organisation]

    async def merge(self, into: str, other: str, said: Said, causes: Sequence[Cause] = ()) -> Organisation:
        """Two spellings are one sender (S-IN-7). The other's applications are told anew under the one's id."""
        at = await self._kernel.clock.now()

        async def act() -> Organisation:
            one, two = await self._get(into), await self._get(other)
            one.seen_at(said.seen_version)
            grounds = await self._grounds(said, into, other)
            one.absorb(two, by=said.by, reason=grounds, at=at)
            two.merge_into(into, by=said.by, reason=grounds, at=at)
            theirs = await self._all_of(two)
            told = await self._settled(one, two, theirs, to=one, by=said.by, at=at)
            await self._kernel.repository.save(one, two, *told, causes=causes)
            return one

        return await decide_again(act)

    async def undo_merge(self, into: str, other: str, said: Said, causes: Sequence[Cause] = ()) -> Organisation:
        """The merge was a mistake (S-IN-7). It is undone whole: each has what is its own, also what came meanwhile."""
        at = await self._kernel.clock.now()

        async def act() -> Organisation:
            one, two = await self._get(into), await self._get(other)
            one.seen_at(said.seen_version)
            grounds = await self._grounds(said, into, other)
            theirs = [each for each in await self._all_of(one, two) if each.own == other]
            one.undo_merge(two, by=said.by, reason=grounds, at=at)
            for each in theirs:
                if each.id in one.applications.values():
                    one.give_back(two, each.id, at=at)
            told = await self._settled(one, two, theirs, to=two, by=said.by, at=at)
            await self._kernel.repository.save(one, two, *told, causes=causes)
            return one

        return await decide_again(act)

    async def keep_apart(self, one: str, other: str, said: Said, causes: Sequence[Cause] = ()) -> Organisation:
        """Two spellings are two senders (S-IN-7)."""
        at = await self._kernel.clock.now()

        async def act() -> Organisation:
            organisation = await self._get(one)
            organisation.seen_at(said.seen_version)
            await self._get(other)
            grounds = await self._grounds(said, one, other)
            organisation.keep_apart(other, by=said.by, reason=grounds, at=at)
            await self._kernel.repository.save(organisation, causes=causes)
            return organisation

        return await decide_again(act)

    async def record_placements(
        self, organisation_id: str, fiscal_years: Sequence[int], said: Said, causes: Sequence[Cause] = ()
    ) -> Organisation:
        """In which years the sender had placements (S-PL-4); its standing applications are told anew."""
        at = await self._kernel.clock.now()

        async def act() -> Organisation:
            organisation = await self._get(organisation_id)
            organisation.seen_at(said.seen_version)
            grounds = await said.grounds(self._kernel.vault, organisation_id)
            organisation.record_placements(tuple(fiscal_years), by=said.by, reason=grounds, at=at)
            whole = await self._with_absorbing(organisation, at)
            told = await self._retold(whole[-1], by=said.by, at=at)
            await self._kernel.repository.save(*whole, *told, causes=causes)
            return organisation

        return await decide_again(act)

    async def note_placement(
        self, organisation_id: str, fiscal_year: int, application_id: str, secondment_id: str, at: datetime
    ) -> Sequence[Aggregate]:
        """Placement says that the sender accepted a place: it counts for the years after (S-PL-4), and may be filled.

        It is noted for the one that sent the application, so that it stays with it when a merge is undone (S-IN-7). An
        application of a later year that came before the acceptance is told anew.
        """
        application = await self._kernel.repository.find(Application, application_id)
        organisation = await self._find(application.own if application is not None else organisation_id)
        if organisation is None:
            return []
        organisation.record_placements((*organisation.placed, fiscal_year), by="rule", reason=None, at=at)
        whole = await self._with_absorbing(organisation, at)
        told = {each.id: each for each in await self._retold(whole[-1], by="rule", at=at)}
        application = told.get(application_id, application)
        if application is not None and application.take_place(secondment_id, at=at):
            told[application.id] = application
        return [*whole, *told.values()]

    async def _with_absorbing(self, organisation: Organisation, at: datetime) -> list[Organisation]:
        """It, and the one that it was merged into, which hears of its placements."""
        if organisation.merged_into is None:
            return [organisation]
        into = await self._get(organisation.merged_into)
        into.note_absorbed_placements(organisation, at=at)
        return [organisation, into]

    async def _settled(
        self,
        one: Organisation,
        two: Organisation,
        theirs: Sequence[Application],
        *,
        to: Organisation,
        by: str,
        at: datetime,
    ) -> list[Application]:
        """The applications of both, told anew: those of ``two`` under the id of ``to``, all with its placements."""
        moved = [each for each in theirs if not each.over]
        for application in moved:
            party = dataclasses.replace(application.party, organisation_id=to.id)
            application.retell(party=party, placed_before=to.placed_before(application.fiscal_year), by=by, at=at)
        told = {application.id for application in theirs}
        return [*moved, *(each for each in await self._retold(one, by=by, at=at) if each.id not in told)]

    async def _retold(self, organisation: Organisation, *, by: str, at: datetime) -> list[Application]:
        """Its standing applications for which what was told of its placements no longer holds."""
        changed = []
        for application in await self._all_of(organisation):
            placed = organisation.placed_before(application.fiscal_year)
            if placed != application.placed_before and not application.over:
                application.retell(placed_before=placed, by=by, at=at)
                changed.append(application)
        return changed

    async def _all_of(self, *organisations: Organisation) -> list[Application]:
        ids = dict.fromkeys(id for each in organisations for id in each.applications.values())
        return [await self._kernel.repository.get(Application, id) for id in ids]

    async def _grounds(self, said: Said, *organisations: str) -> Confidential:
        """The reason, sealed under the first of them that was not erased: a merge is undone even then (G-7)."""
        for organisation_id in organisations:
            with contextlib.suppress(Refused):
                return await said.grounds(self._kernel.vault, organisation_id)
        return await said.grounds(self._kernel.vault, OFFICE)

    async def _get(self, organisation_id: str) -> Organisation:
        return await self._kernel.repository.get(Organisation, organisation_id)

    async def _find(self, organisation_id: str) -> Organisation | None:
        return await self._kernel.repository.find(Organisation, organisation_id)
