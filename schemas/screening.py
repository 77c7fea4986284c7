"""What screening (審査) publishes. Grounds of the support programme are in none of it (C-SC-15)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from schemas.base import OfCase
from schemas.values import ClauseId, Party, Secondee, SecondmentRequest, SupportForm

TOPIC = "screening"


class ScreeningPassed(OfCase):
    """A stage is passed. ``form``: the application; then one event for each secondee: ``person``; then ``papers``.

    For the stage ``form`` of a secondment, what placement needs comes with it.
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


class ScreeningRefused(OfCase):
    """A secondment's screening ends in a refusal, under these clauses. Never published for the support programme."""

    TOPIC: ClassVar[str] = TOPIC
    stage: Literal["form", "person", "papers"]
    receipt_number: str
    party: Party
    secondment_id: str | None = None
    clauses: tuple[ClauseId, ...]
    edition: str


class WaiverAsked(OfCase):
    """A soft clause is not met: an officer may waive it, with a reason."""

    TOPIC: ClassVar[str] = TOPIC
    stage: Literal["form", "person", "papers"]
    secondment_id: str | None = None
    clause: ClauseId


class PapersMissing(OfCase):
    """At the deadline papers were missing; HR decides what becomes of the start (S-SC-9)."""

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
    """The company is not adopted (不採択). Other services, chosen by facts of the form; no grounds, ever."""

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    party: Party
    guidance: tuple[str, ...]
