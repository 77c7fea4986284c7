"""What happens to a company's screening, without a word of why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from kernel.aggregate import Event
from schemas.values import AbsenceEnd, Decision, Party, SupportForm
from services.screening.domain.case import OfCase, Opened

if TYPE_CHECKING:
    from services.screening.domain.support import SupportScreening


@dataclass(frozen=True)
class Window:
    """By which day the company is to hear of its date for stage two, all papers being here (C-SC-13); days of Tokyo.

    ``latest`` as a rule, ``in_a_rush`` at the very most; on ``warn_on`` officers are warned that it is about to end.
    """

    latest: date
    in_a_rush: date
    warn_on: date | None = None


@dataclass(frozen=True)
class Notice:
    """How a company hears that it is not adopted (不採択の通知): codes of other services, and when (UTC).

    Neither follows from what was judged: the services from facts of the form, the moment from C-SC-15's calendar.
    """

    guidance: tuple[str, ...]
    tell_at: datetime


Alarm = Literal["soon", "latest", "most"]
"""The window of C-SC-13 is about to end, has ended, and the most that a rush allows has passed."""


Doubt = Literal["C-IN-7", "C-IN-5", "C-IN-1"]
"""Why an adoption is looked at again: changed facts, or a withdrawal or a returned consent that crossed it."""


@dataclass(frozen=True)
class Interview:
    """Stage two's date (二次審査). ``sequence`` counts the times that it was moved or cancelled."""

    starts_at: datetime
    minutes: int
    mode: Literal["online", "telephone"]
    link: str | None
    sequence: int


class SupportReceived(Opened, frozen=True, kw_only=True):
    """A company's application is complete (intake's ApplicationSubmitted)."""

    TOPIC: ClassVar[str] = "screening.support_received.v1"
    form: SupportForm
    received_at: datetime
    window: Window
    revision: int = 0


class ConsentAwaited(Event, frozen=True, kw_only=True):
    """The consent turned out to be unfit (C-IN-1): nothing is judged, and nothing told, until another one is here."""

    TOPIC: ClassVar[str] = "screening.consent_awaited.v1"

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.consent_awaited, aggregate.alarms, aggregate.notice = True, (), None
        aggregate.lose_missed_date()  # of before that was told as an event of its own


class ReceivedAgain(Event, frozen=True, kw_only=True):
    """Another consent is here: the application is complete again, dated by it, with its newest form."""

    TOPIC: ClassVar[str] = "screening.received_again.v1"
    received_at: datetime
    window: Window
    party: Party
    form: SupportForm
    revision: int = 0

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.received_at, aggregate.window = self.received_at, self.window
        aggregate.revision = max(aggregate.revision, self.revision)
        aggregate.party, aggregate.form, aggregate.consent_awaited = self.party, self.form, False


class ClosedTo(OfCase, frozen=True, kw_only=True):
    """The case is closed to an officer (C-SC-16), for other services; see `CaseClosed`. Who and why is confidential."""

    TOPIC: ClassVar[str] = "screening.closed_to.v1"
    to: str

    def apply(self, aggregate: SupportScreening) -> None:
        pass


class FactsChanged(Event, frozen=True, kw_only=True):
    """The company reported changed facts (C-IN-7)."""

    TOPIC: ClassVar[str] = "screening.facts_changed.v1"
    revision: int
    party: Party
    form: SupportForm

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.revision, aggregate.party, aggregate.form = self.revision, self.party, self.form


class InterviewWanted(Event, frozen=True, kw_only=True):
    """The company goes on to stage two: a date is to be found (C-SC-13)."""

    TOPIC: ClassVar[str] = "screening.interview_wanted.v1"

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.state = "to_interview"


class InterviewSet(OfCase, frozen=True, kw_only=True):
    """Stage two has a date (C-SC-13), or another one in its place: ``moved`` (C-SC-14)."""

    TOPIC: ClassVar[str] = "screening.interview_set.v1"
    interview: Interview
    decision: Decision
    moved: bool = False

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.state, aggregate.interview, aggregate.alarms = "to_decide", self.interview, ()
        aggregate.told_times, aggregate.missed = self.interview.sequence + 1, False


class InterviewMissed(OfCase, frozen=True, kw_only=True):
    """The company was not there on the date of stage two: it is asked for an answer from ``asked_on`` on (C-IN-6)."""

    TOPIC: ClassVar[str] = "screening.interview_missed.v1"
    interview: Interview
    asked_on: date
    decision: Decision

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.missed = True
        # Once an absence was recorded anew on a date that a returned consent had left standing.
        aggregate.state, aggregate.interview = "to_decide", self.interview


class InterviewAbsenceWithdrawn(OfCase, frozen=True, kw_only=True):
    """The absence on the date of stage two counts no more (C-IN-6): no answer is awaited of the company.

    ``because`` it was recorded in error, and the company is judged; or its ``consent`` was returned (C-IN-1), and
    another date is to be found. ``decision`` is an officer's, None where a returned consent ended it.
    """

    TOPIC: ClassVar[str] = "screening.interview_absence_withdrawn.v1"
    interview: Interview
    decision: Decision | None = None
    because: AbsenceEnd = "error"

    def apply(self, aggregate: SupportScreening) -> None:
        if self.because == "consent":
            aggregate.lose_missed_date()
        aggregate.missed = False


class InterviewCancelled(OfCase, frozen=True, kw_only=True):
    """The date of stage two is taken back (C-SC-14): another is to be found, or none is needed any more.

    ``interview`` is the date that is cancelled, with the next ``sequence``. ``decision`` is an officer's, None where
    the case ended otherwise.
    """

    TOPIC: ClassVar[str] = "screening.interview_cancelled.v1"
    interview: Interview
    decision: Decision | None = None

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.state, aggregate.interview = "to_interview", None
        aggregate.told_times = self.interview.sequence + 1


class InterviewOverdue(Event, frozen=True, kw_only=True):
    """Stage two has no date, and one of the window's limits is near or has passed (C-SC-13)."""

    TOPIC: ClassVar[str] = "screening.interview_overdue.v1"
    decision: Decision
    alarm: Alarm = "latest"

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.alarms = (*aggregate.alarms, self.alarm)


class Adopted(OfCase, frozen=True, kw_only=True):
    """The company is adopted (採択). ``adopted_on`` is a day of Tokyo; ``support`` its form, of that ``revision``."""

    TOPIC: ClassVar[str] = "screening.adopted.v1"
    adopted_on: date
    support: SupportForm
    revision: int = 0

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.state, aggregate.alarms = "adopted", ()


class AdoptionDoubted(Event, frozen=True, kw_only=True):
    """The application was withdrawn, or its consent returned, at the counter before the adoption was known there.

    The adoption has been told and stands; an officer settles with the company what is to come of it (C-IN-5, C-IN-1).
    ``clause`` says which of the two it was; what was written before does not, and is taken for a withdrawal.
    """

    TOPIC: ClassVar[str] = "screening.adoption_doubted.v1"
    clause: Doubt = "C-IN-5"

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.crossed = (*aggregate.crossed, self.clause)


class SupportOver(Event, frozen=True, kw_only=True):
    """The adopted company's support has ended (placement's SupportEnded): no end, and no word, is awaited (C-LI-6)."""

    TOPIC: ClassVar[str] = "screening.support_over.v1"

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.support_over, aggregate.to_end = True, ()
        aggregate.in_doubt, aggregate.crossed = False, ()


class NotAdoptedDecided(Event, frozen=True, kw_only=True):
    """It is settled that the company is not adopted; it is told so at ``notice.tell_at`` and no sooner (C-SC-15)."""

    TOPIC: ClassVar[str] = "screening.not_adopted_decided.v1"
    notice: Notice

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.state, aggregate.waivers, aggregate.alarms = "not_adopted", 0, ()
        aggregate.notice = self.notice


class NotAdopted(OfCase, frozen=True, kw_only=True):
    """The company is told that it is not adopted (不採択). ``guidance`` are codes, chosen by facts of the form."""

    TOPIC: ClassVar[str] = "screening.not_adopted.v1"
    guidance: tuple[str, ...]

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.state, aggregate.waivers, aggregate.alarms = "not_adopted", 0, ()
        aggregate.notice = None
