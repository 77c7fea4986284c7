"""What happens to a company's screening, without a word of why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from kernel.aggregate import Event
from schemas.values import Decision, Party, SupportForm
from services.screening.domain.case import OfCase, Opened

if TYPE_CHECKING:
    from services.screening.domain.support import SupportScreening


@dataclass(frozen=True)
class Window:
    """By which day the company is to hear of its date for stage two, all papers being here (C-SC-13); days of Tokyo.

    ``latest`` as a rule, ``in_a_rush`` at the very most.
    """

    latest: date
    in_a_rush: date


@dataclass(frozen=True)
class Interview:
    """Stage two's date (二次審査). ``sequence`` counts the times that it was moved."""

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
    """Stage two has a date, or another one (C-SC-13, C-SC-14)."""

    TOPIC: ClassVar[str] = "screening.interview_set.v1"
    interview: Interview
    decision: Decision

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.state, aggregate.interview, aggregate.overdue = "to_decide", self.interview, False


class InterviewOverdue(Event, frozen=True, kw_only=True):
    """The window is over and stage two has no date (C-SC-13)."""

    TOPIC: ClassVar[str] = "screening.interview_overdue.v1"
    decision: Decision

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.overdue = True


class Adopted(OfCase, frozen=True, kw_only=True):
    """The company is adopted (採択). ``adopted_on`` is a day of Tokyo."""

    TOPIC: ClassVar[str] = "screening.adopted.v1"
    adopted_on: date
    support: SupportForm

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.state, aggregate.overdue = "adopted", False


class NotAdopted(OfCase, frozen=True, kw_only=True):
    """The company is not adopted (不採択). ``guidance`` are codes of the edition, chosen by facts of the form."""

    TOPIC: ClassVar[str] = "screening.not_adopted.v1"
    guidance: tuple[str, ...]

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.state, aggregate.waivers, aggregate.overdue = "not_adopted", 0, False
