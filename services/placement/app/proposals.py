"""Commands on proposals: answers, changes by hand with their price, offering again (S-PL-7, S-PL-8)."""

from __future__ import annotations

import asyncio
from datetime import datetime

from kernel.aggregate import Aggregate
from kernel.repository import decide_again
from schemas.values import ExplainedWish
from services.placement.app.announcements import Announcements
from services.placement.app.desk import Order, secondment_edition
from services.placement.app.given import judged_by_hand, stays_by_hand
from services.placement.app.rounds import case_of, offer_of
from services.placement.app.standing import (
    ByHand,
    Standing,
    adjusted_result,
    held_option,
    late_result,
    nothing_to_offer_again,
    offer_by_hand,
    offers_again,
    rank_of,
    s_pl_7_home_instead,
)
from services.placement.domain import Proposal, Secondment
from services.placement.domain.proposal_events import Offer
from services.placement.domain.values import Assigned, Price
from services.placement.engine import Option
from services.placement.policy.by_hand import s_pl_8_price
from services.placement.policy.days import s_li_3_term, s_pl_8_answer_by
from services.placement.policy.decisions import decided
from services.placement.policy.given import Officer
from services.placement.policy.results import stays_at
from services.placement.policy.rounds import as_option, pose
from services.placement.policy.wishes import claims


class Proposals(Announcements):
    """Proposals and what becomes of them."""

    async def accept(self, secondment_id: str, order: Order) -> Proposal:
        """The sender accepts; the secondment is agreed in the same commit."""

        async def act() -> Proposal:
            at = await self.now()
            proposal = await self.get(Proposal, Proposal.stream(secondment_id), order)
            edition = secondment_edition(proposal.case.fiscal_year)
            proposal.accept(order.by, edition.dates.papers_due.first, at=at)
            secondment = await self.kernel.repository.find(Secondment, Secondment.stream(secondment_id))
            secondment = secondment or Secondment.foresee(proposal.case, at=at)
            stays = proposal.offer.stays
            secondment.agree(stays, *s_li_3_term(edition, stays), edition.id, at=at)
            await self.save(proposal, secondment, order=order)
            return proposal

        return await decide_again(act)

    async def decline(self, secondment_id: str, leaves: bool, order: Order) -> Proposal:
        """The sender declines; its places are free at once."""

        async def act() -> Proposal:
            at = await self.now()
            proposal = await self.get(Proposal, Proposal.stream(secondment_id), order)
            proposal.decline(order.by, leaves=leaves, at=at)
            await self.save(proposal, *(await self._freed(proposal, at)), order=order)
            return proposal

        return await decide_again(act)

    async def lapse(self, stream: str) -> list[Aggregate]:
        """The answer's deadline has passed."""
        at = await self.now()
        proposal = await self.get(Proposal, stream)
        if proposal.state != "proposed":
            return []
        proposal.lapse(at=at)
        return [proposal, *(await self._freed(proposal, at))]

    async def _freed(self, proposal: Proposal, at: datetime) -> list[Aggregate]:
        edition = secondment_edition(proposal.case.fiscal_year)
        places = await self.places(edition, at, [site for site, _ in claims(edition, proposal.offer.stays)])
        places.give_back(proposal.case.secondment_id)
        return list(places.changed)

    async def adjust(self, fiscal_year: int, given: ByHand, order: Order) -> tuple[Aggregate, tuple[Price, ...]]:
        """Change a result, or after the announcement a proposal, by hand; returns it with its price (S-PL-8)."""

        async def act() -> tuple[Aggregate, tuple[Price, ...]]:
            at = await self.now()
            standing = await self._standing(fiscal_year, at)
            changed, price = await self._adjusted(standing, given, order, at)
            await self.save(*changed, order=order)
            return changed[0], price

        return await decide_again(act)

    async def _adjusted(
        self, standing: Standing, given: ByHand, order: Order, at: datetime
    ) -> tuple[list[Aggregate], tuple[Price, ...]]:
        asked = standing.asked(given.secondment_id)
        stays = stays_by_hand(standing.edition, asked, given)
        rank = rank_of(standing.edition, asked, stays)
        option = as_option(standing.edition, stays, rank)
        price = s_pl_8_price(standing.posed.problem, standing.options, standing.turns, asked.seeker, option)
        shut = s_pl_7_home_instead(standing, asked, stays)
        facts = {"stays": [f"{s.site} {s.fiscal_year}" for s in stays], "breaks": {p.kind: p.count for p in price}}
        facts |= {"offices": [f"{each.site} {each.why}" for each in shut]} if shut else {}
        reason = await self.sealed_reason(order, asked.candidate.party.organisation_id)
        decision = decided(
            "S-PL-7" if shut else "S-PL-8",
            "passed",
            edition=standing.edition.id,
            at=at,
            facts=facts,
            by=order.by,
            reason=reason,
        )
        officer = Officer(order.by, reason, given.unit_agrees, given.country_waived)
        decisions = (decision, *judged_by_hand(standing.edition, asked, given, stays, rank, officer, at=at))
        proposal = standing.proposals.get(given.secondment_id)
        if proposal is None:
            standing.round.all_announced()
            standing.round.seen_at(order.seen)
        if proposal is None and standing.round.state != "announced":
            return [adjusted_result(standing, asked, stays, rank, price, decisions, at)], price
        standing.places.give_back(given.secondment_id)
        standing.places.claim(given.secondment_id, stays)
        if proposal is None:
            return await self._late(standing, late_result(asked, stays, rank, decisions), price, at), price
        proposal.seen_at(order.seen)
        offer = offer_by_hand(proposal.offer, standing, asked, stays, rank, decisions, at)
        proposal.change_by_hand(offer, price, decision, at=at)
        return [proposal, *standing.places.changed], price

    async def _late(
        self, standing: Standing, result: Assigned, price: tuple[Price, ...], at: datetime
    ) -> list[Aggregate]:
        standing.round.add_late(result, price, result.decisions[0], at=at)
        offer = offer_of(result, s_pl_8_answer_by(standing.edition, at), standing.edition.id)
        proposal = Proposal.propose(case_of(standing.candidates, standing.round, result), offer, at=at)
        page = await self.page(standing.round.fiscal_year, result.application_id, at)
        page.announce(at=at)
        return [proposal, standing.round, page, *standing.places.changed]

    async def offer_again(self, secondment_id: str, order: Order) -> tuple[Proposal, list[str]]:
        """Offer what is free after a decline; who holds a place keeps it. Returns who got an offer."""

        async def act() -> tuple[Proposal, list[str]]:
            at = await self.now()
            first = await self.get(Proposal, Proposal.stream(secondment_id), order)
            standing = await self._standing(first.case.fiscal_year, at)
            standing.round.all_announced()
            named = standing.proposals.get(secondment_id)
            if named is None:  # its sender gave it up, or may not be placed any more
                raise nothing_to_offer_again()
            again = await asyncio.to_thread(offers_again, standing, named)
            nothing = {} if secondment_id in again.offered or named.leaves else {secondment_id: None}
            options: dict[str, Option | None] = {**again.offered, **nothing}
            changed = [self._renew(standing, id, option, again.told[id], at) for id, option in options.items()]
            await self.save(*changed, *standing.places.changed, order=order, of=named)
            return named, sorted(again.offered)

        return await decide_again(act)

    def _renew(
        self,
        standing: Standing,
        secondment_id: str,
        option: Option | None,
        told: tuple[ExplainedWish, ...],
        at: datetime,
    ) -> Proposal:
        asked, proposal = standing.asked(secondment_id), standing.proposals[secondment_id]
        stays = stays_at(standing.edition, asked, option)
        facts = {"rank": option.rank if option else None, "site": option.place if option else None}
        outcome = decided("S-PL-8", "passed" if option else "refused", edition=standing.edition.id, at=at, facts=facts)
        standing.places.claim(secondment_id, stays)
        proposal.offer_again(
            Offer(
                stays=stays,
                rank=option.rank if option else None,
                explanation=told,
                answer_by=s_pl_8_answer_by(standing.edition, at),
                by_hand=False,
                edition=standing.edition.id,
                decisions=(outcome,),
            ),
            at=at,
        )
        return proposal

    async def _standing(self, fiscal_year: int, at: datetime) -> Standing:
        edition, round = secondment_edition(fiscal_year), await self.round(fiscal_year)
        candidates = await self.candidates(fiscal_year)
        results = round.standing(candidates)
        find, ids = self.kernel.repository.find, list(results)
        found = await asyncio.gather(*(find(Proposal, Proposal.stream(id)) for id in ids))
        proposals = {id: each for id, each in zip(ids, found, strict=True) if each is not None}
        places = await self.places(edition, at)
        posed = pose(edition, candidates.values(), places.sites, ours=ids)
        options = {each.seeker: held_option(edition, round, proposals, id) for id, each in results.items()}
        return Standing(edition, candidates, round, results, places, posed, options, proposals)
