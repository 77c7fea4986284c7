"""Commands on secondments: departure, appraisal, end (S-LI-4…8, S-PL-11)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime

from kernel.aggregate import Aggregate
from kernel.refusals import Refused
from kernel.repository import decide_again
from kernel.sealing import Contact, Personal
from kernel.vault import Erased
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision, Stay, fiscal_year
from services.placement.app.desk import Order, secondment_edition
from services.placement.app.given import all_allowed, home_site
from services.placement.app.starts import Starts
from services.placement.domain import Secondment
from services.placement.domain.appraisal_events import Step
from services.placement.domain.secondment_events import EarlyGround
from services.placement.domain.values import Appraised
from services.placement.policy.appraisals import s_li_8_step
from services.placement.policy.decisions import decided
from services.placement.policy.given import Officer, s_sc_2_given
from services.placement.policy.life import (
    REQUIREMENTS,
    DepartureFacts,
    further,
    s_li_4_departure,
    s_li_4_earliest,
    s_pl_11_as_planned,
)
from services.placement.policy.wishes import claims


@dataclass(frozen=True)
class AppraisalStep:
    """A step of a fiscal year's appraisal; ``result`` is the assessment in words, about the person."""

    year: int
    step: Step
    on: date
    result: str | None = None


class Secondments(Starts):
    """Secondments from their start to their end."""

    async def depart(self, secondment_id: str, facts: DepartureFacts, order: Order) -> Secondment:
        """Record that the post overseas is taken up. Refuses unless S-LI-4 is met in every point."""
        known = await self.get(Secondment, Secondment.stream(secondment_id))
        moved, sender = known.departure_planned_for is not None, known.case.party.organisation_id
        reason = await self.sealed_reason(order, sender) if moved else None

        def act(secondment: Secondment, at: datetime) -> None:
            edition = secondment_edition(secondment.case.fiscal_year)
            if secondment.office is None or secondment.started_on is None or secondment.ends_on is None:
                secondment.depart("", facts.departed_on, (), at=at)
                return
            decisions = s_li_4_departure(edition, secondment.started_on, secondment.ends_on, facts, order.by, at=at)
            _all_met(decisions, edition)
            planned = secondment.departure_planned_for
            decisions += s_pl_11_as_planned(edition, planned, facts.departed_on, order.by, reason, at=at)
            secondment.depart(edition.site(secondment.office).country, facts.departed_on, decisions, at=at)

        return await self.command(secondment_id, order, act)

    async def postpone(self, secondment_id: str, planned_for: date, order: Order) -> Secondment:
        """Move the departure (S-PL-11)."""
        decision = await self._officers(secondment_id, "S-PL-11", {"planned_for": planned_for.isoformat()}, order)
        reason = await self._for_the_sender(secondment_id, order)

        def act(secondment: Secondment, at: datetime) -> None:
            edition, starts = secondment_edition(secondment.case.fiscal_year), secondment.started_on
            earliest = s_li_4_earliest(edition, starts or secondment.starts_on or planned_for, planned_for)
            secondment.postpone(planned_for, reason, decision, earliest=earliest, at=at)

        return await self.command(secondment_id, order, act)

    async def cancel_departure(
        self, secondment_id: str, domestic: str | None, order: Order, *, unit_agrees: bool = False
    ) -> Secondment:
        """Give the departure up: the years meant for overseas are spent in Japan, where a place is free (S-PL-11).

        Years in Japan beyond what a route allows need the unit's consent (S-SC-2).
        """
        decision = await self._officers(secondment_id, "S-PL-11", {"domestic": domestic}, order)
        reason = await self._for_the_sender(secondment_id, order)

        async def act() -> Secondment:
            at = await self.now()
            secondment = await self.get(Secondment, Secondment.stream(secondment_id), order)
            edition = secondment_edition(secondment.case.fiscal_year)
            home = home_site(edition, domestic, "/domestic") if domestic else None
            stays = _at_home(secondment, home)
            consent: tuple[Decision, ...] = ()
            if secondment.office is not None and decision.reason is not None:
                officer = Officer(order.by, decision.reason, unit_agrees)
                consent = all_allowed(s_sc_2_given(edition, stays, False, officer, at=at))
            secondment.cancel_departure(stays, reason, decision, consent, at=at)
            places = await self.places(edition, at)
            places.give_back(secondment_id)
            places.claim(secondment_id, stays)
            await self.save(secondment, *places.changed, order=order)
            return secondment

        return await decide_again(act)

    async def end_early(self, secondment_id: str, on: date, ground: EarlyGround, order: Order) -> Secondment:
        """End a secondment before its term (S-LI-6); the places of later fiscal years are free."""
        decision = await self._officers(secondment_id, "S-LI-6", {"ended_on": on.isoformat()}, order)
        closed, facts = await self._of_the_person(secondment_id, ground)
        decision = replace(decision, personal_facts=facts)

        async def act() -> Secondment:
            at = await self.now()
            secondment = await self.get(Secondment, Secondment.stream(secondment_id), order)
            secondment.end(on, decision, early=True, ground=closed, at=at)
            edition = secondment_edition(secondment.case.fiscal_year)
            places = await self.places(edition, at, [site for site, _ in claims(edition, secondment.stays)])
            places.give_back(secondment_id, since=fiscal_year(on) + 1)
            await self.save(secondment, *places.changed, order=order)
            return secondment

        return await decide_again(act)

    async def end_at_term(self, stream: str) -> list[Aggregate]:
        """The last day is over."""
        at = await self.now()
        secondment = await self.get(Secondment, stream)
        if secondment.state != "running" or secondment.ends_on is None:
            return []
        facts = {"ended_on": secondment.ends_on.isoformat()}
        decision = decided("S-LI-6", "passed", edition=secondment.edition, at=at, facts=facts)
        secondment.end(secondment.ends_on, decision, early=False, at=at)
        return [secondment]

    async def appraise(self, secondment_id: str, step: AppraisalStep, order: Order) -> Secondment:
        """Record a step of the appraisal; the result is sealed under the person (S-LI-8)."""
        known = await self.get(Secondment, Secondment.stream(secondment_id))
        result = None
        if step.result is not None and known.secondee_id is not None:
            result = (await self.sealer(known.secondee_id)).personal("result", step.result)
        reason = await self.sealed_reason(order, known.case.party.organisation_id)

        def act(each: Secondment, at: datetime) -> None:
            edition, so_far = secondment_edition(each.case.fiscal_year), each.appraisals.get(step.year, Appraised())
            word = s_li_8_step(edition, step.year, step.step, step.on, so_far, by=order.by, reason=reason, at=at)
            each.appraise(step.year, step.step, step.on, order.by, result, word, at=at)

        return await self.command(secondment_id, order, act)

    async def report_appraisal(self, stream: str, year: int) -> list[Aggregate]:
        """June of the next fiscal year: the result goes to the sender (S-LI-8)."""
        secondment = await self.get(Secondment, stream)
        secondment.report_appraisal(year, at=await self.now())
        return [secondment]

    async def _for_the_sender(self, secondment_id: str, order: Order) -> Contact:
        """The officer's reason as its letter to the sender says it."""
        secondment = await self.get(Secondment, Secondment.stream(secondment_id))
        return (await self.sealer(secondment.case.party.organisation_id)).contact("reason", order.reason)

    async def _of_the_person(self, secondment_id: str, ground: EarlyGround) -> tuple[Personal | None, Personal | None]:
        """An early end's ground and the decision's fact, under the person's key; None where that was erased (G-7)."""
        secondment = await self.get(Secondment, Secondment.stream(secondment_id))
        subject = secondment.secondee_id or secondment.case.party.organisation_id
        try:
            sealer = await self.kernel.vault.sealer(subject)
        except Erased:
            return None, None
        return sealer.personal("ground", ground), sealer.personal("personal_facts", json.dumps({"ground": ground}))

    async def _officers(self, secondment_id: str, clause: str, facts: dict[str, object], order: Order) -> Decision:
        secondment = await self.get(Secondment, Secondment.stream(secondment_id))
        reason = await self.sealed_reason(order, secondment.case.party.organisation_id)
        at = await self.now()
        edition = secondment_edition(secondment.case.fiscal_year).id
        return decided(clause, "passed", edition=edition, at=at, facts=facts, by=order.by, reason=reason)


def _at_home(secondment: Secondment, home: str | None) -> tuple[Stay, ...]:
    if not secondment.stays:
        return ()
    first, last = secondment.stays[0].site, secondment.stays[-1].site
    return tuple(
        Stay(fiscal_year=stay.fiscal_year, site=(home or first) if stay.site == last else stay.site)
        for stay in secondment.stays
    )


def _all_met(decisions: tuple[Decision, ...], edition: SecondmentEdition) -> None:
    words = REQUIREMENTS | {item: (edition.departure.checklist[item].name, item) for item in further(edition)}
    unmet = [words[str(each.facts["requirement"])] for each in decisions if each.outcome != "passed"]
    if unmet:
        ja = "渡航に必要な条件が満たされていません: " + "、".join(each[0] for each in unmet)
        raise Refused("S-LI-4", ja, "The departure still needs: " + ", ".join(each[1] for each in unmet))
