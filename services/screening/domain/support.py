"""The screening of a company's application (伴走型支援): by rule, on paper, by interview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import ClassVar, Literal, Self

from kernel.sealing import Confidential
from schemas.values import Decision, Party, SupportForm
from services.screening.domain import confidential, refusals
from services.screening.domain import support_events as events
from services.screening.domain.case import Screening, Withdrawn, stream
from services.screening.domain.support_events import Alarm, Doubt, Interview, Notice, Window

State = Literal["to_judge", "to_interview", "to_decide", "adopted", "not_adopted", "withdrawn"]
SHOWN: dict[Alarm, str] = {"soon": "due_soon", "latest": "overdue", "most": "past_month"}
"""The work lists that an alarm puts a case on."""


class SupportScreening(Screening):
    """One company's application. Grounds pass through as sealed text; what is kept here is only how far it came.

    ``told_times`` is how often a date of stage two was told, moved or cancelled; ``notice`` is set while the company is
    not adopted and has not been told; ``waived`` are the residence statuses that an officer waived C-SC-1's
    list for; ``missed`` while it is asked why it was not there; ``in_doubt`` where an adopted company's changed facts
    want an officer, ``crossed`` for what else wants one, by its clause; ``to_end`` under which of these the support is
    to be ended (C-LI-6), ``support_over`` once it has; ``consent_awaited`` while another consent is to come (C-IN-1).
    """

    TOPIC: ClassVar[str] = "screening.support_screening"
    form: SupportForm
    received_at: datetime
    window: Window
    revision: int = 0
    state: State = "to_judge"
    waivers: int = 0
    waived: tuple[str, ...] = ()
    interview: Interview | None = None
    told_times: int = 0
    missed: bool = False
    alarms: tuple[Alarm, ...] = ()
    notice: Notice | None = None
    in_doubt: bool = False
    crossed: tuple[Doubt, ...] = ()
    to_end: tuple[Doubt, ...] = ()
    support_over: bool = False
    consent_awaited: bool = False
    conflicts: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()

    @classmethod
    def receive(
        cls,
        application_id: str,
        grounds: Confidential,
        *,
        eligible: bool,
        waivers: int,
        notice: Notice,
        at: datetime,
        **case: object,
    ) -> Self:
        """An application is complete and was examined by rule. ``case`` are the fields of `SupportReceived`."""
        made = cls.begin(
            events.SupportReceived, id=stream(application_id), at=at, application_id=application_id, **case
        )
        made._examined(grounds, eligible, waivers, notice, at)
        return made

    def await_consent(self, *, at: datetime) -> None:
        """The consent was returned (C-IN-1). What has been told already stands; a date to come is cancelled."""
        self._doubt("C-IN-1", at)
        if self.state in ("adopted", "withdrawn") or (self.over and self.notice is None) or self.consent_awaited:
            return
        self._call_off(at)
        self.record(events.ConsentAwaited, at=at)

    def receive_again(
        self,
        grounds: Confidential,
        *,
        eligible: bool,
        waivers: int,
        notice: Notice,
        at: datetime,
        **complete: object,
    ) -> None:
        """Another consent is here. ``complete`` are the fields of `ReceivedAgain`; the form is examined anew.

        One that had been found not to be adopted still is: it is told on the days of the new date.
        """
        if not self.consent_awaited:
            return
        self.record(events.ReceivedAgain, at=at, **complete)
        if self.state == "not_adopted":
            self._not_adopted(notice, at)
        else:
            self._examined(grounds, eligible, waivers, notice, at)

    def change(
        self,
        party: Party,
        form: SupportForm,
        revision: int,
        grounds: Confidential,
        *,
        eligible: bool,
        waivers: int,
        notice: Notice,
        at: datetime,
    ) -> None:
        """Changed facts (C-IN-7) are examined anew; the case goes on where it stands unless they undo eligibility.

        An adopted company's are examined too: where they would not pass, an officer looks at them. One that is still to
        be told of not being adopted is told on the same day, by its new address and of the services that fit it now.
        """
        untold = self.notice
        if (self.over and self.state != "adopted" and untold is None) or self.consent_awaited:
            return
        if revision <= self.revision:
            return
        self.record(events.FactsChanged, at=at, party=party, form=form, revision=revision)
        if untold is None:
            self._examined(grounds, eligible, waivers, notice, at)
        elif untold.guidance != notice.guidance:
            self.record(events.NotAdoptedDecided, at=at, notice=replace(untold, guidance=notice.guidance))

    def decide_waiver(self, granted: bool, grounds: Confidential, notice: Notice, *, at: datetime) -> None:
        """An officer waives the list of residence statuses, which holds in principle (C-SC-1 a), or refuses to."""
        self._must_be_complete()
        if not self.waivers:
            raise refusals.not_asked("C-SC-1")
        self.record(confidential.CompanyWaiverDecided, at=at, decisions=grounds)
        if not granted:
            self._not_adopted(notice, at)

    def judge_papers(self, passed: bool, grounds: Confidential, notice: Notice, *, strong: bool, at: datetime) -> None:
        """Stage one (書類審査): on paper (C-SC-9, C-SC-12). Too weak a company (not ``strong``) cannot pass."""
        self._must_be_complete()
        if self.waivers:
            raise refusals.waiver_first()
        if self.state != "to_judge":
            raise refusals.not_at_stage("C-SC-12", "書類審査（一次審査）", "paper screening")
        if passed and not strong:
            raise refusals.too_weak_to_pass()
        self.record(confidential.StageOneJudged, at=at, decisions=grounds)
        if passed:
            self.record(events.InterviewWanted, at=at)
        else:
            self._not_adopted(notice, at)

    def set_interview(
        self,
        starts_at: datetime,
        minutes: int,
        mode: Literal["online", "telephone"],
        link: str | None,
        decision: Decision,
        *,
        at: datetime,
    ) -> None:
        """Arrange stage two, or move it (C-SC-13, C-SC-14)."""
        self._must_be_complete()
        if self.state not in ("to_interview", "to_decide"):
            raise refusals.not_at_stage("C-SC-14", "オンライン審査（二次審査）", "the interview")
        if starts_at <= at:
            raise refusals.interview_in_the_past()
        if mode == "online" and link is None:
            raise refusals.link_missing()
        interview = Interview(starts_at, minutes, mode, link, self.told_times)
        moved = self.interview is not None
        self.tell(events.InterviewSet, at=at, interview=interview, decision=decision, moved=moved)

    def cancel_interview(self, decision: Decision, passed: Mapping[Alarm, Decision], *, at: datetime) -> None:
        """Take the date back before it has come; another is to be found (C-SC-14).

        ``passed`` are the limits of the window that have passed by now (C-SC-13): they were not shown while the date
        stood, and are from now on.
        """
        self.must_stand()
        if self.interview is None:
            raise refusals.not_at_stage("C-SC-14", "日程を取り消せる二次審査", "an interview that has a date")
        if at >= self.interview.starts_at:
            raise refusals.interview_begun()
        self._call_off(at, decision)
        for alarm, word in passed.items():
            self.sound_alarm(alarm, word, at=at)

    def miss_interview(self, decision: Decision, *, asked_on: date, at: datetime) -> None:
        """The company was not there: it is asked for an answer, and reminded of it (C-IN-6). Once for each date."""
        self._must_be_complete()
        if self.state != "to_decide" or self.interview is None or self.missed:
            raise refusals.not_at_stage("C-IN-6", "欠席を記録する", "recording that nobody came")
        if at < self.interview.starts_at:
            raise refusals.interview_still_to_come()
        self.tell(events.InterviewMissed, at=at, interview=self.interview, asked_on=asked_on, decision=decision)

    def withdraw_absence(self, decision: Decision, *, at: datetime) -> None:
        """The absence was recorded in error: nothing is asked of the company any more, and it is judged (C-IN-6)."""
        self.must_stand()
        if self.interview is None or not self.missed:
            raise refusals.not_asked("C-IN-6")
        self.tell(events.InterviewAbsenceWithdrawn, at=at, interview=self.interview, decision=decision)

    def judge_interview(
        self, passed: bool, grounds: Confidential, notice: Notice, *, adopted_on: date, last: date, at: datetime
    ) -> None:
        """Stage two (オンライン審査): the officer's judgement once the interview has begun.

        ``last`` is the programme's last day: nobody is adopted into a support that can no longer be held (C-LI-1).
        """
        self._must_be_complete()
        if self.waivers:
            raise refusals.waiver_first()
        if self.state != "to_decide" or self.interview is None:
            raise refusals.not_at_stage("C-SC-14", "二次審査の判定", "the judgement after the interview")
        if at < self.interview.starts_at:
            raise refusals.interview_still_to_come()
        if self.missed:
            raise refusals.interview_missed()
        if passed and adopted_on > last:
            raise refusals.programme_over(last)
        self.record(confidential.StageTwoJudged, at=at, decisions=grounds)
        if passed:
            self.tell(events.Adopted, at=at, adopted_on=adopted_on, support=self.form, revision=self.revision)
        else:
            self._not_adopted(notice, at)

    def tell_outcome(self, *, at: datetime) -> None:
        """The moment has come at which a company that is not adopted is told so (C-SC-15); once."""
        if self.notice is not None:
            self.tell(events.NotAdopted, at=at, guidance=self.notice.guidance)

    def doubt_meant(self, clause: Doubt | None) -> Doubt:
        """Which doubt an officer speaks of, who need not say so where there is one. Refuses one that is not open."""
        open_ones = self.doubts or self.to_end
        if clause is None and len(open_ones) > 1:
            raise refusals.which_doubt(open_ones)
        meant: Doubt = clause or (open_ones[0] if open_ones else "C-IN-7")
        if meant not in (*self.doubts, *self.to_end):
            raise refusals.not_asked(meant)
        return meant

    def review_adoption(self, clause: Doubt, passed: bool, grounds: Confidential, *, at: datetime) -> None:
        """An officer's word on one of an adoption's doubts, `doubt_meant`, under its clause.

        Not passed: the support waits to be ended in placement (C-LI-6), unless it has ended by itself. Until then the
        word can be taken back.
        """
        self.doubt_meant(clause)
        to_end = not passed and not self.support_over
        self.record(confidential.AdoptionReviewed, at=at, decisions=grounds, to_end=to_end, clause=clause)

    def hear_end(self, *, at: datetime) -> None:
        """The support has ended, whether or not that was asked for (C-LI-6); once."""
        if self.state == "adopted" and not self.support_over:
            self.record(events.SupportOver, at=at)

    def declare_no_interest(self, officer: str, grounds: Confidential, *, at: datetime) -> None:
        """An officer declares to have no interest (C-SC-16); once."""
        if officer not in self.cleared:
            self.record(confidential.NoInterestDeclared, at=at, officer=officer, decisions=grounds)

    def declare_conflict(self, officer: str, grounds: Confidential, *, to: str, at: datetime) -> None:
        """An officer declares an interest (C-SC-16). Also possible when the case is over: it still can be read.

        ``to`` is what others are told of the officer (`CaseClosed`).
        """
        self.record(confidential.ConflictDeclared, at=at, officer=officer, decisions=grounds)
        self.tell(events.ClosedTo, at=at, to=to)

    def sound_alarm(self, alarm: Alarm, decision: Decision, *, at: datetime) -> None:
        """The window is about to end, or has passed (C-SC-13): shown unless stage two has its date."""
        if not self.over and not self.consent_awaited and self.interview is None and alarm not in self.alarms:
            self.record(events.InterviewOverdue, at=at, decision=decision, alarm=alarm)

    def withdraw(self, *, at: datetime) -> None:
        """See `Screening.withdraw`. One that was not told yet may still be given up; a date to come is cancelled.

        One that was adopted meanwhile stays so, and an officer is asked.
        """
        self._doubt("C-IN-5", at)
        if not self.over or self.notice is not None or self.consent_awaited:
            self._call_off(at)
            self.record(Withdrawn, at=at)

    def admit(self, officer: str | None, *, declaring: bool = False) -> None:
        """See `Screening.admit`: open to officers who declared to have no interest, and to nobody else (C-SC-16)."""
        if officer is None:
            raise refusals.who_is_asking()
        if officer in self.conflicts:
            raise refusals.interest_declared()
        if not declaring and officer not in self.cleared:
            raise refusals.declare_first()

    @property
    def statuses(self) -> tuple[str, ...]:
        """The residence statuses (在留資格) of the form's positions."""
        return tuple(sorted({each.residence_status for each in self.form.positions}))

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """The clauses under which an officer is asked about the adoption."""
        return ("C-IN-7", *self.crossed) if self.in_doubt else self.crossed

    @property
    def over(self) -> bool:
        """See `Screening.over`."""
        return self.state in ("adopted", "not_adopted", "withdrawn")

    @property
    def status(self) -> str:
        """See `Screening.status`."""
        return self.state

    @property
    def waiting(self) -> tuple[str, ...]:
        """See `Screening.waiting`."""
        if self.consent_awaited:  # also one that is not adopted, and not told so until another consent is here
            return ("consent",)
        if self.state == "adopted":
            return _those({"review": self.in_doubt, "crossed": bool(self.crossed), "to_end": bool(self.to_end)})
        if self.over:
            return ()
        asked = _those({"waiver": self.waivers > 0, "missed": self.missed}) or (self.state,)
        return (*asked, *(SHOWN[alarm] for alarm in self.alarms[-1:]))

    def close(self) -> None:
        """See `Screening.close`."""
        self.state, self.waivers, self.alarms, self.notice = "withdrawn", 0, (), None
        self.consent_awaited = False

    def settle(self, clause: Doubt | None, *, to_end: bool) -> None:
        """State after an officer's word on a doubt; None: on all of them."""
        settled = ("C-IN-7", "C-IN-5", "C-IN-1") if clause is None else (clause,)
        self.in_doubt = self.in_doubt and "C-IN-7" not in settled
        self.crossed = tuple(each for each in self.crossed if each not in settled)
        others = tuple(each for each in self.to_end if each not in settled)
        self.to_end = (*others, clause or "C-IN-7") if to_end else others

    def _doubt(self, clause: Doubt, at: datetime) -> None:
        if self.state == "adopted" and clause not in self.crossed:
            self.record(events.AdoptionDoubted, at=at, clause=clause)

    def _must_be_complete(self) -> None:
        """Guard: the case stands, and both halves of the application are here."""
        self.must_stand()
        if self.consent_awaited:
            raise refusals.consent_awaited()

    def _examined(self, grounds: Confidential, eligible: bool, waivers: int, notice: Notice, at: datetime) -> None:
        adopted = self.state == "adopted"
        asked = 0 if {*self.statuses} <= {*self.waived} else waivers
        questions = asked if eligible and not adopted else 0
        in_doubt = adopted and (not eligible or asked > 0)
        self.record(confidential.CompanyExamined, at=at, decisions=grounds, questions=questions, in_doubt=in_doubt)
        if not eligible and not adopted:
            self._not_adopted(notice, at)

    def _not_adopted(self, notice: Notice, at: datetime) -> None:
        self._call_off(at)
        self.record(events.NotAdoptedDecided, at=at, notice=notice)

    def _call_off(self, at: datetime, decision: Decision | None = None) -> None:
        """A date that is still to come is cancelled, so that it disappears from calendars (C-NO-1)."""
        if self.interview is not None and at < self.interview.starts_at:
            cancelled = replace(self.interview, sequence=self.told_times)
            self.tell(events.InterviewCancelled, at=at, interview=cancelled, decision=decision)


def _those(asked: dict[str, bool]) -> tuple[str, ...]:
    return tuple(name for name, so in asked.items() if so)
