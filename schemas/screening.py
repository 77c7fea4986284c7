"""What screening (審査) publishes. Grounds of the support programme are in none of it (C-SC-15)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from schemas.base import OfCase
from schemas.values import ClauseId, Party, Secondee, SecondmentRequest, SupportForm

TOPIC = "screening"


class OfSecondmentScreening(OfCase):
    """An event about a secondment's screening. For the support there is none: its course is not told (C-SC-15)."""

    programme: Literal["secondment"]


class ScreeningPassed(OfSecondmentScreening):
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


class ScreeningRefused(OfSecondmentScreening):
    """A secondment's screening ends in a refusal, under these clauses."""

    TOPIC: ClassVar[str] = TOPIC
    stage: Literal["form", "person", "papers"]
    receipt_number: str
    party: Party
    secondment_id: str | None = None
    clauses: tuple[ClauseId, ...]
    edition: str


class WaiverAsked(OfSecondmentScreening):
    """A soft clause is not met: an officer may waive it, with a reason."""

    TOPIC: ClassVar[str] = TOPIC
    stage: Literal["form", "person", "papers"]
    secondment_id: str | None = None
    clause: ClauseId


class PapersMissing(OfSecondmentScreening):
    """At the deadline papers were missing; HR decides what becomes of the start (S-SC-9).

    ``missing`` are the edition's codes with the form that is wanted: ``resume/original``.
    """

    TOPIC: ClassVar[str] = TOPIC
    secondment_id: str
    missing: tuple[str, ...]
    deadline: date


class InterviewArranged(OfCase):
    """Stage two has a date (C-SC-13, C-SC-14). ``sequence`` grows when it is moved; ``mode`` is how it is held."""

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    starts_at: datetime
    minutes: int
    mode: Literal["online", "telephone"]
    link: str | None
    sequence: int


class CompanyAdopted(OfCase):
    """The company is adopted (採択). What placement needs for a coordinator comes with it."""

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    adopted_on: date
    support: SupportForm
    edition: str


class CompanyNotAdopted(OfCase):
    """The company is not adopted (不採択). No grounds, ever (C-SC-15).

    ``guidance`` names other services by the edition's codes, chosen by facts of the form alone.
    """

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    guidance: tuple[str, ...]
