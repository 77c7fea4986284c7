"""Commands on the term of a secondment: asked for, agreed, concluded by an amendment, or dropped (S-LI-5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from kernel.refusals import Refused
from kernel.repository import decide_again
from schemas.values import Decision, fiscal_year
from services.placement.app.desk import Desk, Order, Places, secondment_edition
from services.placement.domain import Amendment, Secondment
from services.placement.domain.amendment import Asked, ContractParty
from services.placement.domain.secondment_events import NewTerm
from services.placement.policy.days import s_li_8_reported
from services.placement.policy.decisions import decided
from services.placement.policy.terms import s_li_5_stays, s_li_5_term
from services.placement.policy.wishes import claims


class Amendments(Desk):
    """Changes of the term."""

    async def ask(
        self, secondment_id: str, until: date, asked_by: ContractParty, asked_on: date, order: Order
    ) -> Amendment:
        """Somebody asks for another last day. Refuses at once what no rule allows, and where no place is free."""

        async def act() -> Amendment:
            at = await self.now()
            secondment, amendment = await self._both(secondment_id, at)
            amendment.seen_at(order.seen)
            before = secondment.may_change_term(until, at=at)
            decisions = await self._allowed(secondment, until, order, at)
            await self._room(secondment, until, at)
            asked = Asked(before=before, until=until, asked_by=asked_by, asked_on=asked_on)
            amendment.ask(asked, order.by, decisions, at=at)
            await self.save(amendment, order=order)
            return amendment

        return await decide_again(act)

    async def agree(self, secondment_id: str, party: ContractParty, on: date, order: Order) -> Amendment:
        """One of the three parties agrees."""
        return await self._on_amendment(secondment_id, order, lambda each, at: each.agree(party, on, order.by, at=at))

    async def drop(self, secondment_id: str, order: Order) -> Amendment:
        """It is not to be; the reason goes to the sender."""
        amendment = await self.get(Amendment, Amendment.stream(secondment_id))
        organisation = amendment.case.party.organisation_id
        told = (await self.sealer(organisation)).contact("reason", order.reason)
        kept = await self.sealed_reason(order, organisation)
        edition = secondment_edition(amendment.case.fiscal_year).id

        def act(each: Amendment, at: datetime) -> None:
            facts = {"until": each.asked_for().until.isoformat(), "agreed": sorted(each.agreed)}
            decision = decided("S-LI-5", "refused", edition=edition, at=at, facts=facts, by=order.by, reason=kept)
            each.drop(told, decision, at=at)

        return await self._on_amendment(secondment_id, order, act)

    async def conclude(self, secondment_id: str, concluded_on: date, order: Order) -> Amendment:
        """The amendment is signed: term, stays and places change in one commit."""

        async def act() -> Amendment:
            at = await self.now()
            secondment, amendment = await self._both(secondment_id, at)
            amendment.seen_at(order.seen)
            asked = amendment.conclude(concluded_on, order.by, at=at)
            decisions = await self._allowed(secondment, asked.until, order, at)
            places = await self._room(secondment, asked.until, at)
            places.give_back(secondment_id, since=fiscal_year(asked.until) + 1)
            edition = secondment_edition(secondment.case.fiscal_year)
            change = NewTerm(
                number=amendment.number,
                before=secondment.may_change_term(asked.until, at=at),
                until=asked.until,
                stays=s_li_5_stays(secondment.stays, asked.until),
                concluded_on=concluded_on,
            )
            days = s_li_8_reported(edition, change.stays)
            secondment.change_term(change, days, decisions, at=at)
            await self.save(amendment, secondment, *places.changed, order=order)
            return amendment

        return await decide_again(act)

    async def _both(self, secondment_id: str, at: datetime) -> tuple[Secondment, Amendment]:
        secondment = await self.get(Secondment, Secondment.stream(secondment_id))
        found = await self.kernel.repository.find(Amendment, Amendment.stream(secondment_id))
        return secondment, found or Amendment.begin_for(secondment.case, at=at)

    async def _on_amendment(
        self, secondment_id: str, order: Order, act: Callable[[Amendment, datetime], None]
    ) -> Amendment:
        async def attempt() -> Amendment:
            at = await self.now()
            amendment = await self.get(Amendment, Amendment.stream(secondment_id), order)
            act(amendment, at)
            if amendment.pending_events:
                await self.save(amendment, order=order)
            return amendment

        return await decide_again(attempt)

    async def _allowed(self, secondment: Secondment, until: date, order: Order, at: datetime) -> tuple[Decision, ...]:
        edition = secondment_edition(secondment.case.fiscal_year)
        reason = await self.sealed_reason(order, secondment.case.party.organisation_id)
        decisions = s_li_5_term(edition, secondment.stays, until, by=order.by, reason=reason, at=at)
        barred = next((each for each in decisions if each.outcome == "refused"), None)
        if barred is not None:
            raise _out_of_bounds(barred)
        return decisions

    async def _room(self, secondment: Secondment, until: date, at: datetime) -> Places:
        """The sites with the places of the years that come to it claimed. Refuses where one is full."""
        edition = secondment_edition(secondment.case.fiscal_year)
        after = s_li_5_stays(secondment.stays, until)
        sites = [site for site, _ in claims(edition, (*secondment.stays, *after))]
        places = await self.places(edition, at, sites)
        places.claim(secondment.case.secondment_id, [stay for stay in after if stay not in secondment.stays])
        return places


def _out_of_bounds(decision: Decision) -> Refused:
    most, least = (int(str(each.value)) for each in decision.parameters)
    if int(str(decision.facts["years"])) > most:
        ja = f"この形態の出向は最長{most}年です。満了日を見直してください。"
        en = f"A secondment of this route lasts {most} years at most. Choose an earlier last day."
    else:
        ja = f"この形態の出向は最短{least}年です。満了日を見直すか、特別の事情があれば途中終了（S-LI-6）とします。"
        en = f"A secondment of this route lasts {least} years at least. Choose a later day, or end it early (S-LI-6)."
    return Refused(decision.clause, ja, en, pointer="/until")
