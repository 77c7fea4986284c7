"""The screening of a company's application (伴走型支援): by rule, on paper, by interview."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal, Self

from kernel.sealing import Confidential
from schemas.values import Decision, Party, SupportForm
from services.screening.domain import confidential, refusals
from services.screening.domain import support_events as events
from services.screening.domain.case import Screening, stream
from services.screening.domain.support_events import Interview, Window

State = Literal["to_judge", "to_interview", "to_decide", "adopted", "not_adopted", "withdrawn"]


class SupportScreening(Screening):
    """One company's application. Grounds pass through as sealed text; what is kept here is only how far it came."""

    TOPIC: ClassVar[str] = "screening.support_screening"
    form: SupportForm
    received_at: datetime
    window: Window
    revision: int = 0
    state: State = "to_judge"
    waivers: int = 0
    interview: Interview | None = None
    overdue: bool = False
    conflicts: tuple[str, ...] = ()

    @classmethod
    def receive(
        cls,
        application_id: str,
        grounds: Confidential,
        *,
        eligible: bool,
        waivers: int,
        guidance: tuple[str, ...],
        at: datetime,
        **case: object,
    ) -> Self:
        """An application is complete and was examined by rule. ``case`` are the fields of `SupportReceived`."""
        made = cls.begin(
            events.SupportReceived, id=stream(application_id), at=at, application_id=application_id, **case
        )
        made._examined(grounds, eligible, waivers, guidance, at)
        return made

    def change(
        self,
        party: Party,
        form: SupportForm,
        revision: int,
        grounds: Confidential,
        *,
        eligible: bool,
        waivers: int,
        guidance: tuple[str, ...],
        at: datetime,
    ) -> None:
        """Changed facts (C-IN-7) are examined anew; the case goes on where it stands unless they undo eligibility."""
        if self.over or revision <= self.revision:
            return
        self.record(events.FactsChanged, at=at, party=party, form=form, revision=revision)
        self._examined(grounds, eligible, waivers, guidance, at)

    def decide_waiver(self, granted: bool, grounds: Confidential, guidance: tuple[str, ...], *, at: datetime) -> None:
        """An officer waives the list of residence statuses, which holds in principle (C-SC-1 a), or refuses to."""
        self.must_stand()
        if not self.waivers:
            raise refusals.not_asked("C-SC-1")
        self.record(confidential.CompanyWaiverDecided, at=at, decisions=grounds)
        if not granted:
            self.tell(events.NotAdopted, at=at, guidance=guidance)

    def judge_papers(
        self, passed: bool, grounds: Confidential, guidance: tuple[str, ...], *, strong: bool, at: datetime
    ) -> None:
        """Stage one (書類審査): on paper (C-SC-9, C-SC-12). Too weak a company (not ``strong``) cannot pass."""
        self.must_stand()
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
            self.tell(events.NotAdopted, at=at, guidance=guidance)

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
        self.must_stand()
        if self.state not in ("to_interview", "to_decide"):
            raise refusals.not_at_stage("C-SC-14", "オンライン審査（二次審査）", "the interview")
        if starts_at <= at:
            raise refusals.interview_in_the_past()
        if mode == "online" and link is None:
            raise refusals.link_missing()
        sequence = 0 if self.interview is None else self.interview.sequence + 1
        interview = Interview(starts_at, minutes, mode, link, sequence)
        self.tell(events.InterviewSet, at=at, interview=interview, decision=decision)

    def judge_interview(
        self, passed: bool, grounds: Confidential, guidance: tuple[str, ...], *, adopted_on: date, at: datetime
    ) -> None:
        """Stage two (オンライン審査): the officer's judgement once the interview has begun."""
        self.must_stand()
        if self.waivers:
            raise refusals.waiver_first()
        if self.state != "to_decide" or self.interview is None:
            raise refusals.not_at_stage("C-SC-14", "二次審査の判定", "the judgement after the interview")
        if at < self.interview.starts_at:
            raise refusals.interview_still_to_come()
        self.record(confidential.StageTwoJudged, at=at, decisions=grounds)
        if passed:
            self.tell(events.Adopted, at=at, adopted_on=adopted_on, support=self.form)
        else:
            self.tell(events.NotAdopted, at=at, guidance=guidance)

    def declare_conflict(self, officer: str, grounds: Confidential, *, at: datetime) -> None:
        """An officer declares an interest (C-SC-16). Also possible when the case is over: it still can be read."""
        self.record(confidential.ConflictDeclared, at=at, officer=officer, decisions=grounds)

    def find_overdue(self, decision: Decision, *, at: datetime) -> None:
        """The window has passed (C-SC-13): shown as overdue unless stage two has its date."""
        if not self.over and self.interview is None and not self.overdue:
            self.record(events.InterviewOverdue, at=at, decision=decision)

    def admit(self, officer: str | None) -> None:
        """See `Screening.admit`: closed to an officer with an interest, and to nobody in particular (C-SC-16)."""
        if officer is None:
            raise refusals.who_is_asking()
        if officer in self.conflicts:
            raise refusals.interest_declared()

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
        if self.over:
            return ()
        return ("waiver" if self.waivers else self.state, *(("overdue",) if self.overdue else ()))

    def close(self) -> None:
        """See `Screening.close`."""
        self.state, self.waivers, self.overdue = "withdrawn", 0, False

    def _examined(
        self, grounds: Confidential, eligible: bool, waivers: int, guidance: tuple[str, ...], at: datetime
    ) -> None:
        self.record(confidential.CompanyExamined, at=at, decisions=grounds, questions=waivers if eligible else 0)
        if not eligible:
            self.tell(events.NotAdopted, at=at, guidance=guidance)
