"""The state of a company's screening, and what all its commands ask first or do alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from schemas.values import Decision, SupportForm
from services.screening.domain import refusals
from services.screening.domain import support_events as events
from services.screening.domain.case import Screening
from services.screening.domain.support_events import Alarm, Doubt, Interview, Notice, Window

State = Literal["to_judge", "to_interview", "to_decide", "adopted", "not_adopted", "withdrawn"]
SHOWN: dict[Alarm, str] = {"soon": "due_soon", "latest": "overdue", "most": "past_month"}
"""The work lists that an alarm puts a case on."""


class SupportState(Screening):
    """What is known of one company's application.

    ``told_times`` is how often a date of stage two was told, moved or cancelled; ``notice`` is set while the company is
    not adopted and has not been told; ``waived`` are the residence statuses that an officer waived C-SC-1's
    list for; ``missed`` while it is asked why it was not there; ``in_doubt`` where an adopted company's changed facts
    want an officer, ``crossed`` for what else wants one, by its clause; ``to_end`` under which of these the support is
    to be ended (C-LI-6), ``support_over`` once it has; ``consent_awaited`` while another consent is to come (C-IN-1).
    """

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

    def lose_missed_date(self) -> None:
        """State once a missed date stands no more: another is to be found, and watched by the window (C-SC-13)."""
        if self.missed:
            self.missed, self.interview = False, None
            self.state = "to_interview" if self.state == "to_decide" else self.state

    def settle(self, clause: Doubt | None, *, to_end: bool) -> None:
        """State after an officer's word on a doubt; None: on all of them."""
        settled = ("C-IN-7", "C-IN-5", "C-IN-1") if clause is None else (clause,)
        self.in_doubt = self.in_doubt and "C-IN-7" not in settled
        self.crossed = tuple(each for each in self.crossed if each not in settled)
        others = tuple(each for each in self.to_end if each not in settled)
        self.to_end = (*others, clause or "C-IN-7") if to_end else others

    def _must_be_complete(self) -> None:
        """Guard: the case stands, and both halves of the application are here."""
        self.must_stand()
        if self.consent_awaited:
            raise refusals.consent_awaited()

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
