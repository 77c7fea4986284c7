"""The desk for the secondment programme (出向者受入制度): what messages, officers and deadlines lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from json import dumps
from typing import Literal

from kernel.aggregate import Aggregate
from kernel.http import Done
from policies import editions
from policies.calendars import end_of_day
from policies.secondment.edition import SecondmentEdition
from schemas.forms import DECLARATIONS
from schemas.intake import ApplicationAmended, ApplicationSubmitted, PaperReceived, SecondeeNamed
from schemas.placement import PlacementAccepted
from schemas.values import Decision, Secondee, SecondmentForm
from services.screening.app.desk import Desk, Order
from services.screening.domain import refusals
from services.screening.domain.roads import Arrival
from services.screening.domain.secondment import SecondmentScreening
from services.screening.policy import form as form_policy
from services.screening.policy import person as person_policy
from services.screening.policy.basis import Basis, PersonDecision
from services.screening.policy.papers import s_sc_9_papers, wanted_papers
from services.screening.policy.person import Person


class SecondmentDesk(Desk):
    """Commands on a sender's application."""

    async def receive_form(self, event: ApplicationSubmitted, form: SecondmentForm) -> Sequence[Aggregate]:
        """A form stands: examine it (S-IN-4, S-SC-1…4)."""
        at = await self.kernel.clock.now()
        decisions = form_policy.examine(event.application_id, form, rules(event.fiscal_year, at))
        case = SecondmentScreening.receive(
            event.application_id,
            decisions,
            programme=event.programme,
            fiscal_year=event.fiscal_year,
            receipt_number=event.receipt_number,
            party=event.party,
            edition=event.edition,
            form=form,
            placed_before=event.placed_before,
            at=at,
        )
        return [case]

    async def amend_form(
        self, case: SecondmentScreening, event: ApplicationAmended, form: SecondmentForm
    ) -> Sequence[Aggregate]:
        """A newer form counts (S-IN-6)."""
        at = await self.kernel.clock.now()
        decisions = form_policy.examine(event.application_id, form, rules(event.fiscal_year, at))
        placed = event.placed_before
        case.amend(event.party, event.edition, form, event.revision, decisions, placed_before=placed, at=at)
        return [case]

    async def take_secondee(self, case: SecondmentScreening, event: SecondeeNamed) -> Sequence[Aggregate]:
        """The sender named the person (S-LI-1): examine the declared facts; nothing, if they were erased meanwhile."""
        road = case.roads.get(event.secondment_id)
        if road is None:
            raise refusals.no_such_secondment()
        await self._examine(case, event.secondment_id, event.secondee)
        return [case]

    async def note_place(self, case: SecondmentScreening, event: PlacementAccepted) -> Sequence[Aggregate]:
        """Where the person goes, heard before the name or after it: then a level that was not seen yet is (S-SC-8)."""
        id, sites = event.secondment_id, tuple(dict.fromkeys(stay.site for stay in event.stays))
        road = case.roads.get(id)
        if road is None:
            return []
        basis = rules(case.fiscal_year, await self.kernel.clock.now())
        seen = person_policy.levels_asked(case.sites_of(id), basis)
        case.tell_place(id, sites, at=basis.at)
        home = road.request.route != "domestic_then_overseas"
        if home and road.secondee is not None and person_policy.levels_asked(sites, basis) != seen:
            await self._examine(case, id, road.secondee)
        return [case]

    async def _examine(self, case: SecondmentScreening, secondment_id: str, secondee: Secondee) -> None:
        road, person = case.roads[secondment_id], await self._opened(secondee)
        if case.over or road.refused or person is None:
            return
        at = await self.kernel.clock.now()
        basis = rules(case.fiscal_year, at)
        found = person_policy.examine(person, road.request.route, case.sites_of(secondment_id), secondment_id, basis)
        decisions = await self._sealed(secondee.secondee_id, found)
        papers_by = basis.read("dates.papers_due").day
        case.take_secondee(secondment_id, secondee, papers_by, decisions, at=at)
        self._settle_papers(case, [secondment_id], basis, due=at >= end_of_day(papers_by))

    async def take_paper(self, case: SecondmentScreening, event: PaperReceived) -> Sequence[Aggregate]:
        """A paper arrived, before or after the person was named (S-SC-9)."""
        at = await self.kernel.clock.now()
        arrival = Arrival(event.paper_id, event.secondment_id, event.kind, event.form, event.arrived_on)
        case.take_paper(arrival, at=at)
        self._settle_papers(case, case.awaits_papers(arrival), rules(case.fiscal_year, at), due=False)
        return [case]

    async def close_papers(self, secondment_id: str) -> Sequence[Aggregate]:
        """The papers' last day is over (S-SC-9)."""
        case = await self.found(secondment_id.rpartition(".")[0])
        if not isinstance(case, SecondmentScreening):
            return []
        at = await self.kernel.clock.now()
        self._settle_papers(case, [secondment_id], rules(case.fiscal_year, at), due=True)
        return [case]

    async def judge_purpose(self, application_id: str, order: Order, *, passed: bool) -> Done:
        """S-SC-1."""

        async def act(case: SecondmentScreening, at: datetime) -> None:
            decision = await self._word(case, "S-SC-1", passed, order, {}, at)
            case.judge_purpose(decision, at=at)

        return await self.decide(SecondmentScreening, application_id, order, act)

    async def judge_third_year(
        self, application_id: str, order: Order, *, secondment_id: str | None, passed: bool, unit_agrees: bool
    ) -> Done:
        """S-SC-2: a third year, where the unit agrees."""

        async def act(case: SecondmentScreening, at: datetime) -> None:
            which = _which(case, secondment_id)
            facts = {"secondment_id": which, "unit_agrees": unit_agrees}
            decision = await self._word(case, "S-SC-2", passed, order, facts, at)
            case.judge_third_year(which, decision, unit_agrees=unit_agrees, at=at)

        return await self.decide(SecondmentScreening, application_id, order, act)

    async def waive(
        self, application_id: str, clause: str, order: Order, secondment_id: str | None, granted: bool
    ) -> Done:
        """A soft clause: S-SC-4, 5, 7 or 8."""

        async def act(case: SecondmentScreening, at: datetime) -> None:
            which = _which(case, secondment_id)
            decision = await self._word(case, clause, granted, order, {"secondment_id": which}, at, "waived")
            case.decide_waiver(which, decision, at=at)

        return await self.decide(SecondmentScreening, application_id, order, act)

    async def accept_papers(
        self, application_id: str, order: Order, *, secondment_id: str | None, passed: bool
    ) -> Done:
        """S-SC-9: HR's word on papers that were missing at the deadline."""

        async def act(case: SecondmentScreening, at: datetime) -> None:
            which = _which(case, secondment_id)
            decision = await self._word(case, "S-SC-9", passed, order, {"secondment_id": which}, at, "waived")
            wanted = tuple(wanted_papers(rules(case.fiscal_year, at)))
            case.decide_papers(which, decision, wanted=wanted, at=at)

        return await self.decide(SecondmentScreening, application_id, order, act)

    def _settle_papers(
        self, case: SecondmentScreening, secondment_ids: list[str], basis: Basis[SecondmentEdition], *, due: bool
    ) -> None:
        waiting = case.awaits_papers()
        for each in secondment_ids:
            decision = s_sc_9_papers(case.arrivals_for(each), each, basis, due=due)
            if each in waiting and decision is not None:
                case.settle_papers(each, decision, at=basis.at)

    async def _word(
        self,
        case: SecondmentScreening,
        clause: str,
        yes: bool,
        order: Order,
        facts: dict[str, object],
        at: datetime,
        well: Literal["passed", "waived"] = "passed",
    ) -> Decision:
        reason = await self.confidential(case, "reason", order.reason)
        basis = rules(case.fiscal_year, at)
        return basis.word(clause, well if yes else "refused", facts, by=order.by, reason=reason)

    async def _opened(self, secondee: Secondee) -> Person | None:
        said = secondee.declared or secondee.health_declared
        birth, toeic, years, declared = await self.kernel.vault.open_all(
            [secondee.birth_date, secondee.toeic, secondee.experience_years, said]
        )
        if birth is None or toeic is None or years is None or declared is None:
            return None
        lacks = tuple(each for each in DECLARATIONS if each not in declared.split(","))
        if secondee.declared is None:  # of older ones it is known as a whole only
            lacks = () if declared == "yes" else DECLARATIONS
        return Person(date.fromisoformat(birth), int(toeic) if toeic else None, int(years), lacks)

    async def _sealed(self, secondee_id: str, found: Sequence[PersonDecision]) -> tuple[Decision, ...]:
        sealer = await self.kernel.vault.sealer(secondee_id)
        return tuple(
            replace(each.decision, personal_facts=sealer.personal("personal_facts", dumps(dict(each.facts))))
            if each.facts
            else each.decision
            for each in found
        )


def rules(fiscal_year: int, at: datetime) -> Basis[SecondmentEdition]:
    """What decisions on a secondment rest on."""
    return Basis(editions.load("secondment", fiscal_year), at)


def _which(case: SecondmentScreening, secondment_id: str | None) -> str:
    """The secondment meant; it need not be named where the form asks for one only."""
    if secondment_id is None and len(case.roads) == 1:
        return next(iter(case.roads))
    if secondment_id is None:
        raise refusals.which_secondment()
    return secondment_id
