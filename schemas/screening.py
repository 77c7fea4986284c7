"""What screening (審査) publishes. Of a company's screening neither grounds nor course are in it (C-SC-15)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from schemas.base import OfSecondmentCase, OfSupportCase
from schemas.values import AbsenceEnd, ClauseId, Party, Secondee, SecondmentRequest, SupportForm

TOPIC = "screening"
CLOSED_TO = "officer of a closed case"
"""The purpose of the keyed hash in `CaseClosed`; what is hashed is the application's id, a bar and the officer's."""


class ScreeningPassed(OfSecondmentCase):
    """A stage is passed. ``form``: the application; then one event for each secondee: ``person``; then ``papers``.

    With the stage ``form`` comes what placement needs.
    """

    TOPIC: ClassVar[str] = TOPIC
    stage: Literal["form", "person", "papers"]
    receipt_number: str
    party: Party
    secondment_id: str | None = None
    requests: tuple[SecondmentRequest, ...] = ()
    placed_before: bool = False
    secondee: Secondee | None = None
    edition: str


class ScreeningRefused(OfSecondmentCase):
    """A secondment's screening ends in a refusal, under these clauses."""

    TOPIC: ClassVar[str] = TOPIC
    stage: Literal["form", "person", "papers"]
    receipt_number: str
    party: Party
    secondment_id: str | None = None
    clauses: tuple[ClauseId, ...]
    edition: str


class ScreeningReopened(OfSecondmentCase):
    """A newer form is being examined (S-IN-6): that an earlier one was passed no longer counts.

    Whether this one is passed follows, as `ScreeningPassed` or `ScreeningRefused`.
    """

    TOPIC: ClassVar[str] = TOPIC


class WaiverAsked(OfSecondmentCase):
    """A soft clause is not met: an officer may waive it, with a reason."""

    TOPIC: ClassVar[str] = TOPIC
    stage: Literal["form", "person", "papers"]
    secondment_id: str | None = None
    clause: ClauseId


class PapersMissing(OfSecondmentCase):
    """At the deadline papers were missing; HR decides what becomes of the start (S-SC-9).

    ``missing`` are the edition's codes with the form that is wanted: ``resume/original``.
    """

    TOPIC: ClassVar[str] = TOPIC
    secondment_id: str
    missing: tuple[str, ...]
    deadline: date


class InterviewArranged(OfSupportCase):
    """Stage two has a date (C-SC-13, C-SC-14). ``sequence`` grows when it is moved; ``mode`` is how it is held.

    ``moved`` where it takes the place of another date; one that follows a cancelled date is arranged anew.
    """

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    starts_at: datetime
    minutes: int
    mode: Literal["online", "telephone"]
    link: str | None
    sequence: int
    moved: bool = False


class InterviewCancelled(OfSupportCase):
    """The date of stage two is taken back (C-SC-14): another will be told, or the case has come to its end.

    ``sequence`` is one more than that of the date, for calendars.
    """

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    starts_at: datetime
    minutes: int
    sequence: int


class InterviewMissed(OfSupportCase):
    """The company was not there on the date of stage two (C-IN-6): from ``asked_on`` on its answer is awaited."""

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    starts_at: datetime
    asked_on: date


class InterviewAbsenceWithdrawn(OfSupportCase):
    """That the company was not there counts no more (C-IN-6): no answer is awaited of it.

    ``because`` that was recorded in error, or its ``consent`` was returned meanwhile (C-IN-1).
    """

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    starts_at: datetime
    because: AbsenceEnd = "error"


class CompanyAdopted(OfSupportCase):
    """The company is adopted (採択). What placement needs for a coordinator comes with it.

    ``revision`` is intake's number of the form in ``support``, 0 where it was not kept: older news change nothing.
    """

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    adopted_on: date
    support: SupportForm
    edition: str
    revision: int = 0


class DisclosureRecorded(OfSupportCase):
    """The register of disclosures has a new entry (C-CO-1): its number in the case and its day, not what it says.

    Without one nothing that is secret may leave the service.
    """

    TOPIC: ClassVar[str] = TOPIC
    number: int
    disclosed_on: date


class CaseClosed(OfSupportCase):
    """The case is closed to an officer (C-SC-16). Neither who that is nor why is told.

    ``to`` is a keyed hash (`CLOSED_TO`): a service that is asked by an officer can tell whether it is that one, and
    nobody can tell from two cases that it is the same.
    """

    TOPIC: ClassVar[str] = TOPIC
    to: str


class CompanyNotAdopted(OfSupportCase):
    """The company is not adopted (不採択). No grounds, ever (C-SC-15).

    ``guidance`` names other services by the edition's codes, chosen by facts of the form alone.
    """

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    guidance: tuple[str, ...]
