"""What only a company's application goes through: two halves (C-IN-1), silence (C-IN-6), the outcome (C-IN-5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kernel.sealing import Confidential
from schemas.values import ConsentFault, Decision
from services.intake.domain import application_events as happened
from services.intake.domain import refusals
from services.intake.domain.application_state import ApplicationState
from services.intake.domain.silence import AttendanceAsked, Silence, SilenceFound, SilenceReminded


class CompanyApplication(ApplicationState):
    """The commands on a company's application; a sender's has none of them."""

    def complete(self, consent: str, *, at: datetime) -> None:
        """The second half is here (C-IN-1)."""
        self._must_be("registered", "C-IN-1")
        self.record(happened.Completed, at=at, consent=consent, received_at=at, revision=self.revision, **self._told())

    def return_consent(self, ground: ConsentFault, *, by: str, reason: Confidential, at: datetime) -> str:
        """An officer finds the consent unfit: a new one is awaited. Which paper it was. Until the decision (C-IN-1)."""
        self.must_be_undecided()
        if self.consent is None or self.status != "submitted":
            raise refusals.nothing_to_return()
        paper_id, number = self.consent, self.receipt_number or ""
        case = {"programme": self.programme, "fiscal_year": self.fiscal_year, "party": self.party}
        self.record(
            happened.ConsentReturned, at=at, paper_id=paper_id, ground=ground, by=by, reason=reason,
            receipt_number=number, **case,
        )  # fmt: skip
        return paper_id

    def must_be_another(self, paper_id: str | None) -> None:
        """Guard: the paper that was found unfit does not become fit by coming again (C-IN-1)."""
        if paper_id in self.returned:
            raise refusals.returned_before()

    def turn_away(self, decision: Decision, *, at: datetime) -> None:
        """The second half came when reception was full (C-IN-3)."""
        self._must_be("registered", "C-IN-3")
        case = {"programme": self.programme, "fiscal_year": self.fiscal_year, "party": self.party}
        self.record(happened.TurnedAway, at=at, decision=decision, **case)

    def ask_attendance(self, awaited: Silence | None, *, at: datetime) -> None:
        """The company is asked to take part in the screening; it is no longer silent about what was asked before."""
        if self.standing and not self.decided and awaited != self.silence:
            self.record(AttendanceAsked, at=at, silence=awaited)

    def note_reminder(self, letter_id: str, on: date, ask_officer_at: datetime, *, at: datetime) -> None:
        """A reminder went out. One of an earlier date of stage two reminded of something else.

        ``ask_officer_at``: when an officer is asked at the soonest, by the day of this reminder.
        """
        if self.silence is not None and on > self.silence.asked_on and letter_id not in self.silence.reminders:
            soonest = max(self.silence.ask_officer_at, ask_officer_at)
            self.record(SilenceReminded, at=at, letter_id=letter_id, ask_officer_at=soonest)

    def find_silence(self, decision: Decision, *, at: datetime) -> None:
        """Silent, if the day has come, every reminder went out and nothing was decided meanwhile (C-IN-6); once."""
        awaited = self.silence
        if awaited is None or awaited.found or at < awaited.ask_officer_at or not awaited.reminded:
            return
        if self.standing and not self.decided:
            self.record(SilenceFound, at=at, decision=decision)

    def must_be_open_to(self, officer: str | None, declared: Sequence[str]) -> None:
        """Guard of what officers read and judge of a company: an officer with an interest does neither (C-SC-16).

        ``declared`` are the keyed hashes of those who have one, ``officer`` that of the one who asks.
        """
        if officer is None:
            raise refusals.who_is_asking()
        if officer in (*self.closed_to, *declared):
            raise refusals.interest_declared()

    def know_outcome(self, *, at: datetime) -> None:
        """Support is decided, either way."""
        if not self.decided:
            self.record(happened.OutcomeKnown, at=at)
