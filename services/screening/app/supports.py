"""The desk for the support programme (伴走型支援). Grounds are sealed here before anything keeps them (C-SC-15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from kernel.aggregate import Aggregate
from kernel.http import Done
from kernel.refusals import NotYet
from kernel.sealing import Confidential
from kernel.vault import Sealer
from policies import editions
from policies.support.edition import SupportEdition
from schemas.intake import ApplicationAmended, ApplicationSubmitted, ConsentReturned
from schemas.screening import CLOSED_TO
from schemas.values import Decision, SupportForm, day_in_tokyo
from services.screening.app.desk import Desk, Order
from services.screening.domain import refusals
from services.screening.domain.case import Screening
from services.screening.domain.support import SupportScreening
from services.screening.domain.support_events import Alarm, Doubt, Notice
from services.screening.policy import company, grounds, interview
from services.screening.policy.basis import Basis
from services.screening.policy.outcome import c_sc_15_notice


@dataclass(frozen=True)
class Mark:
    """An officer's mark: met or not, and the note that goes with it."""

    met: bool
    note: str


class SupportDesk(Desk):
    """Commands on a company's application."""

    async def receive_company(self, event: ApplicationSubmitted, form: SupportForm) -> Sequence[Aggregate]:
        """An application is complete: examine it by rule (C-SC-1…8, 10, 11)."""
        at, sealer = await self.kernel.clock.now(), await self.sealer(event.party.organisation_id)
        if sealer is None:
            return []
        basis = rules(event.fiscal_year, at)
        decisions = company.examine(form, basis)
        window = interview.c_sc_13_window(event.received_at, basis)
        case = SupportScreening.receive(
            event.application_id,
            _sealed(sealer, decisions),
            eligible=grounds.eligible(decisions),
            waivers=grounds.waivers(decisions),
            notice=c_sc_15_notice(form, window, basis),
            programme=event.programme,
            fiscal_year=event.fiscal_year,
            receipt_number=event.receipt_number,
            party=event.party,
            edition=event.edition,
            form=form,
            revision=event.revision,
            received_at=event.received_at,
            window=window,
            at=at,
        )
        return [case]

    async def await_consent(self, event: ConsentReturned) -> Sequence[Aggregate]:
        """The consent was returned (C-IN-1)."""
        case = await self.found(event.application_id)
        if not isinstance(case, SupportScreening):
            if await self.sealer(event.party.organisation_id) is None:
                return []
            raise NotYet("a consent is returned before its application was submitted")
        case.await_consent(at=await self.kernel.clock.now())
        return [case]

    async def receive_again(self, case: Screening, event: ApplicationSubmitted) -> Sequence[Aggregate]:
        """An application of which there is a case already: complete again (C-IN-1), or the same message's like."""
        if not isinstance(case, SupportScreening) or event.support is None:
            return []
        at, sealer = await self.kernel.clock.now(), await self.sealer(event.party.organisation_id)
        if sealer is None:
            return []
        basis = rules(event.fiscal_year, at)
        decisions = company.examine(event.support, basis)
        window = interview.c_sc_13_window(event.received_at, basis)
        case.receive_again(
            _sealed(sealer, decisions),
            eligible=grounds.eligible(decisions),
            waivers=grounds.waivers(decisions),
            notice=c_sc_15_notice(event.support, window, basis),
            received_at=event.received_at,
            window=window,
            party=event.party,
            form=event.support,
            revision=event.revision,
            at=at,
        )
        return [case]

    async def change_facts(
        self, case: SupportScreening, event: ApplicationAmended, form: SupportForm
    ) -> Sequence[Aggregate]:
        """The company reported changed facts (C-IN-7)."""
        at, sealer = await self.kernel.clock.now(), await self.sealer(event.party.organisation_id)
        if sealer is None:
            return []
        basis = rules(event.fiscal_year, at)
        decisions = company.examine(form, basis)
        case.change(
            event.party,
            form,
            event.revision,
            _sealed(sealer, decisions),
            eligible=grounds.eligible(decisions),
            waivers=grounds.waivers(decisions),
            notice=c_sc_15_notice(form, case.window, basis),
            at=at,
        )
        return [case]

    async def sound_alarm(self, application_id: str, alarm: Alarm) -> Sequence[Aggregate]:
        """A limit of the window for a date of stage two is near, or over (C-SC-13)."""
        case = await self.found(application_id)
        if not isinstance(case, SupportScreening):
            return []
        at = await self.kernel.clock.now()
        case.sound_alarm(alarm, interview.c_sc_13_alarm(alarm, case.window, rules(case.fiscal_year, at)), at=at)
        return [case]

    async def tell_outcome(self, application_id: str) -> Sequence[Aggregate]:
        """The moment has come at which a company hears that it is not adopted (C-SC-15)."""
        case = await self.found(application_id)
        if not isinstance(case, SupportScreening):
            return []
        case.tell_outcome(at=await self.kernel.clock.now())
        return [case]

    async def waive_status(self, application_id: str, order: Order, granted: bool) -> Done:
        """C-SC-1 (a): the list of residence statuses holds in principle."""

        async def act(case: SupportScreening, at: datetime) -> None:
            basis = rules(case.fiscal_year, at)
            word = basis.word("C-SC-1", "waived" if granted else "refused", {}, by=order.by)
            case.decide_waiver(granted, await self._grounds(case, [word], order), notice(case, basis), at=at)

        return await self.decide(SupportScreening, application_id, order, act)

    async def judge_papers(
        self, application_id: str, order: Order, *, passed: bool, criteria: dict[str, Mark], strength: Mark
    ) -> Done:
        """Stage one, on paper: C-SC-9 and the five criteria of C-SC-12, each with a note."""

        async def act(case: SupportScreening, at: datetime) -> None:
            basis = rules(case.fiscal_year, at)
            asked = basis.edition.screening.criteria.keys()
            if criteria.keys() != asked:
                raise refusals.criteria_differ(asked)
            marks = {code: {"met": mark.met, "note": mark.note} for code, mark in criteria.items()}
            words = [
                basis.word("C-SC-9", _outcome(strength.met), {"note": strength.note}, by=order.by),
                basis.word("C-SC-12", _outcome(passed), {"criteria": marks}, by=order.by),
            ]
            sealed = await self._grounds(case, words, order)
            case.judge_papers(passed, sealed, notice(case, basis), strong=strength.met, at=at)

        return await self.decide(SupportScreening, application_id, order, act)

    async def set_interview(
        self,
        application_id: str,
        order: Order,
        *,
        starts_at: datetime,
        minutes: int | None,
        mode: Literal["online", "telephone"],
        link: str | None,
    ) -> Done:
        """Arrange or move stage two (C-SC-13, C-SC-14). Without ``minutes`` it takes as long as the edition says."""

        async def act(case: SupportScreening, at: datetime) -> None:
            basis = rules(case.fiscal_year, at)
            reason = await self.confidential(case, "reason", order.reason)
            said: dict[str, Any] = {"missed": case.missed, "by": order.by, "reason": reason}
            told = interview.c_sc_13_told(case.window, case.moves_date, basis, **said)
            length = minutes or basis.read("screening.interview.minutes").number
            case.set_interview(starts_at.astimezone(UTC), length, mode, link, told, at=at)

        return await self.decide(SupportScreening, application_id, order, act)

    async def cancel_interview(self, application_id: str, order: Order) -> Done:
        """Take the date of stage two back (C-SC-14)."""

        async def act(case: SupportScreening, at: datetime) -> None:
            reason = await self.confidential(case, "reason", order.reason)
            basis = rules(case.fiscal_year, at)
            word = basis.word("C-SC-14", "held", {}, by=order.by, reason=reason)
            passed = interview.c_sc_13_passed(case.window, basis.on)
            sounded = {alarm: interview.c_sc_13_alarm(alarm, case.window, basis) for alarm in passed}
            case.cancel_interview(word, sounded, at=at)

        return await self.decide(SupportScreening, application_id, order, act)

    async def miss_interview(self, application_id: str, order: Order) -> Done:
        """The company was not there on the date of stage two (C-IN-6)."""

        async def act(case: SupportScreening, at: datetime) -> None:
            reason = await self.confidential(case, "reason", order.reason)
            word = rules(case.fiscal_year, at).word("C-IN-6", "held", {}, by=order.by, reason=reason)
            case.miss_interview(word, asked_on=day_in_tokyo(at), at=at)

        return await self.decide(SupportScreening, application_id, order, act)

    async def withdraw_absence(self, application_id: str, order: Order) -> Done:
        """The absence was recorded in error (C-IN-6)."""

        async def act(case: SupportScreening, at: datetime) -> None:
            reason = await self.confidential(case, "reason", order.reason)
            word = rules(case.fiscal_year, at).word("C-IN-6", "passed", {}, by=order.by, reason=reason)
            case.withdraw_absence(word, at=at)

        return await self.decide(SupportScreening, application_id, order, act)

    async def judge_interview(self, application_id: str, order: Order, *, passed: bool) -> Done:
        """Stage two (C-SC-14, C-SC-15): adopted, or not."""

        async def act(case: SupportScreening, at: datetime) -> None:
            basis = rules(case.fiscal_year, at)
            word = basis.word("C-SC-14", _outcome(passed), {}, by=order.by)
            sealed = await self._grounds(case, [word], order)
            last = basis.read("dates.support_until").day
            case.judge_interview(passed, sealed, notice(case, basis), adopted_on=basis.on, last=last, at=at)

        return await self.decide(SupportScreening, application_id, order, act)

    async def review_adoption(
        self, application_id: str, order: Order, *, passed: bool, clause: Doubt | None = None
    ) -> Done:
        """Whether an adoption stands in spite of changed facts, or of what crossed it (C-IN-7, C-IN-5, C-IN-1)."""

        async def act(case: SupportScreening, at: datetime) -> None:
            meant = case.doubt_meant(clause)
            word = rules(case.fiscal_year, at).word(meant, _outcome(passed), {}, by=order.by)
            case.review_adoption(meant, passed, await self._grounds(case, [word], order), at=at)

        return await self.decide(SupportScreening, application_id, order, act)

    async def hear_end(self, application_id: str) -> Sequence[Aggregate]:
        """Placement has ended the support (C-LI-6): the case no longer waits for that."""
        case = await self.found(application_id)
        if not isinstance(case, SupportScreening):
            return []
        case.hear_end(at=await self.kernel.clock.now())
        return [case]

    async def declare_no_interest(self, application_id: str, order: Order) -> Done:
        """C-SC-16: the officer has no interest, and may see the case from now on."""

        async def act(case: SupportScreening, at: datetime) -> None:
            word = rules(case.fiscal_year, at).word("C-SC-16", "passed", {"officer": order.by}, by=order.by)
            case.declare_no_interest(order.by, await self._grounds(case, [word], order), at=at)

        return await self.decide(SupportScreening, application_id, order, act, declaring=True)

    async def declare_conflict(self, application_id: str, order: Order) -> Done:
        """C-SC-16: the officer has an interest, and is shut out from now on."""

        async def act(case: SupportScreening, at: datetime) -> None:
            word = rules(case.fiscal_year, at).word("C-SC-16", "held", {"officer": order.by}, by=order.by)
            to = self.kernel.vault.fingerprint(CLOSED_TO, f"{application_id}|{order.by}")
            case.declare_conflict(order.by, await self._grounds(case, [word], order), to=to, at=at)

        return await self.decide(SupportScreening, application_id, order, act, declaring=True)

    async def _grounds(self, case: SupportScreening, decisions: list[Decision], order: Order) -> Confidential:
        return await self.confidential(case, "decisions", grounds.written(decisions, order.reason))


def rules(fiscal_year: int, at: datetime) -> Basis[SupportEdition]:
    """What decisions on a company rest on."""
    return Basis(editions.load("support", fiscal_year), at)


def notice(case: SupportScreening, basis: Basis[SupportEdition]) -> Notice:
    """How this company would hear that it is not adopted, whatever was judged (C-SC-15)."""
    return c_sc_15_notice(case.form, case.window, basis)


def _sealed(sealer: Sealer, decisions: Sequence[Decision]) -> Confidential:
    return sealer.confidential("decisions", grounds.written(decisions))


def _outcome(passed: bool) -> Literal["passed", "refused"]:
    return "passed" if passed else "refused"
