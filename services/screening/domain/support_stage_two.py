"""Stage two of a company's screening (二次審査): date, absence, judgement, and the window for it (C-SC-13, C-SC-14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from kernel.sealing import Confidential
from schemas.values import Decision
from services.screening.domain import confidential, refusals
from services.screening.domain import support_events as events
from services.screening.domain.support_events import Alarm, Interview, Notice
from services.screening.domain.support_state import SupportState


class StageTwo(SupportState):
    """The commands on the interview."""

    @property
    def moves_date(self) -> bool:
        """Whether a date that is set now takes the place of another: who missed one has none any more."""
        return self.interview is not None and not self.missed

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
        self.tell(events.InterviewSet, at=at, interview=interview, decision=decision, moved=self.moves_date)

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

    def sound_alarm(self, alarm: Alarm, decision: Decision, *, at: datetime) -> None:
        """The window is about to end, or has passed (C-SC-13): shown unless stage two has its date."""
        if not self.over and not self.consent_awaited and self.interview is None and alarm not in self.alarms:
            self.record(events.InterviewOverdue, at=at, decision=decision, alarm=alarm)
