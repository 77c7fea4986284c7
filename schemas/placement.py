"""What placement (配置) publishes: proposals, answers, the lives of secondments and supports."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from kernel.sealing import Contact, Personal
from schemas.base import OfSecondmentCase, OfSupportCase
from schemas.values import ExplainedWish, InvoiceLine, Party, Stay

TOPIC = "placement"


class OfSecondment(OfSecondmentCase):
    """An event about one secondment of an application. ``receipt_number`` is the one on the sender's receipt."""

    secondment_id: str
    party: Party
    receipt_number: str = ""


class PlacementProposed(OfSecondment):
    """HR proposes places (受入通知), with the reasons for every wish ranked above (S-PL-8, S-PL-9).

    ``domestic_instead`` is true where they are a domestic place alone because the wished offices cannot take anybody
    (S-PL-7).
    """

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    proposal_id: str
    stays: tuple[Stay, ...]
    rank: int | None
    explanation: tuple[ExplainedWish, ...]
    answer_by: date
    by_hand: bool
    edition: str
    domestic_instead: bool | None = None


class PlacementNotPossible(OfSecondment):
    """No wished place could be given; why, wish by wish."""

    TOPIC: ClassVar[str] = TOPIC
    receipt_number: str
    explanation: tuple[ExplainedWish, ...]
    edition: str


class PlacementAccepted(OfSecondment):
    """The sender accepts."""

    TOPIC: ClassVar[str] = TOPIC
    proposal_id: str
    stays: tuple[Stay, ...]
    papers_by: date


class PlacementDeclined(OfSecondment):
    """The sender declines, or lets the answer's deadline pass (``lapsed``)."""

    TOPIC: ClassVar[str] = TOPIC
    proposal_id: str
    lapsed: bool


class MemorandumSent(OfSecondment):
    """The memorandum (覚書) went to the sender in three copies (S-LI-2)."""

    TOPIC: ClassVar[str] = TOPIC
    sent_on: date


class MemorandumConcluded(OfSecondment):
    """JETRO's copy is back (S-LI-2)."""

    TOPIC: ClassVar[str] = TOPIC
    returned_on: date


class MemorandumVoided(OfSecondment):
    """Another secondee takes the place before the start: the memorandum with the one before is void (S-LI-1, S-LI-2).

    ``memorandum`` is how far it was: ``sent`` to the sender, or ``concluded``.
    """

    TOPIC: ClassVar[str] = TOPIC
    memorandum: Literal["sent", "concluded"]


class SecondmentStarted(OfSecondment):
    """Engaged as 嘱託員; entry training begins (S-LI-3)."""

    TOPIC: ClassVar[str] = TOPIC
    started_on: date
    until: date
    stays: tuple[Stay, ...]


class StartHeld(OfSecondment):
    """The day of the start came and something was missing (S-LI-2, S-SC-9): HR decides what becomes of the start.

    ``missing`` names what: ``secondee`` (not screened), ``papers``, ``memorandum`` (not concluded).
    """

    TOPIC: ClassVar[str] = TOPIC
    missing: tuple[Literal["secondee", "papers", "memorandum"], ...]


class SecondeeDeparted(OfSecondment):
    """The secondee has taken up the post overseas (S-LI-4). ``until`` is the last day of the post as planned.

    ``country`` is ISO 3166-1 alpha-2; billing charges from ``departed_on`` (S-BI-5).
    """

    TOPIC: ClassVar[str] = TOPIC
    office: str
    country: str
    departed_on: date
    until: date
    edition: str


class DeparturePostponed(OfSecondment):
    """The departure moves to a later day (S-PL-11). ``reason`` is the officer's, in words for the sender."""

    TOPIC: ClassVar[str] = TOPIC
    planned_for: date
    reason: Contact


class DepartureCancelled(OfSecondment):
    """There will be no departure (S-PL-11); the secondment goes on in Japan, at the places of ``stays``.

    ``reason`` is the officer's, in words for the sender.
    """

    TOPIC: ClassVar[str] = TOPIC
    reason: Contact
    stays: tuple[Stay, ...] = ()


class AmendmentAsked(OfSecondment):
    """A change of the term was asked for and is adjusted among the parties (S-LI-5). ``before`` is the last day now."""

    TOPIC: ClassVar[str] = TOPIC
    number: int
    before: date
    until: date
    asked_on: date


class AmendmentDropped(OfSecondment):
    """The term stays as it was (S-LI-5). ``reason`` is the officer's, in words for the sender."""

    TOPIC: ClassVar[str] = TOPIC
    number: int
    before: date
    until: date
    reason: Contact


class TermChanged(OfSecondment):
    """An amendment (協議書) is in force: the term ends on ``until`` instead of ``before`` (S-LI-5).

    Billing charges or gives back what the change makes of the post overseas (S-BI-6).
    """

    TOPIC: ClassVar[str] = TOPIC
    number: int
    before: date
    until: date
    stays: tuple[Stay, ...]
    concluded_on: date


class SecondmentEnded(OfSecondment):
    """The secondment is over: at its term, or early on one of the grounds of S-LI-6.

    ``ground`` is that of an early end, about the person: ``illness``, ``breach`` or ``sender_request``, sealed. None at
    the term, and where the person had been erased before.
    """

    TOPIC: ClassVar[str] = TOPIC
    ended_on: date
    early: bool
    ground: Personal | None = None


class AppraisalReported(OfSecondment):
    """The assessment of a fiscal year goes to the sender in June of the next (S-LI-8).

    ``result`` is its text, about the person.
    """

    TOPIC: ClassVar[str] = TOPIC
    appraised_year: int
    result: Personal | None = None


class OfSupport(OfSupportCase):
    """An event about one company's support. ``receipt_number`` is the one on the company's receipt."""

    party: Party
    receipt_number: str = ""


class CoordinatorAssigned(OfSupport):
    """A coordinator accompanies the company (C-PL-1); ``replaces`` names the one before, if any."""

    TOPIC: ClassVar[str] = TOPIC
    coordinator_id: str
    replaces: str | None
    edition: str


class SupportStarted(OfSupport):
    """Kick-off has settled content and period (C-LI-1)."""

    TOPIC: ClassVar[str] = TOPIC
    started_on: date
    until: date
    stage: Literal["strategy", "recruiting", "receiving", "retention"]


class VisitCancelled(OfSupport):
    """A fixed visit was cancelled; an officer charges costs already caused if the company did so (C-BI-2).

    Where JETRO cancelled it (``cancelled_by``) there are no ``costs``: visits are at its own (C-BI-1).
    """

    TOPIC: ClassVar[str] = TOPIC
    visit_id: str
    cancelled_on: date
    costs: tuple[InvoiceLine, ...]
    cancelled_by: Literal["company", "jetro"] = "company"


class ServiceUsed(OfSupport):
    """The company used a service at a price, to which it had agreed beforehand (C-BI-3): it is invoiced.

    ``service`` is the edition's code, ``line`` what is charged for it.
    """

    TOPIC: ClassVar[str] = TOPIC
    use_id: str
    service: str
    used_on: date
    agreed_on: date
    line: InvoiceLine


class ServiceWithdrawn(OfSupport):
    """The use of a service had been recorded in error (C-BI-3): what was invoiced for it goes back."""

    TOPIC: ClassVar[str] = TOPIC
    use_id: str


class SurveyAsked(OfSupport):
    """A survey is due, during or after the support (C-LI-7)."""

    TOPIC: ClassVar[str] = TOPIC
    survey: str
    answer_by: date


class SurveyAnswered(OfSupport):
    """The company answered a survey (C-LI-7): it is not reminded of it any more."""

    TOPIC: ClassVar[str] = TOPIC
    survey: str
    answered_on: date


class SupportEnded(OfSupport):
    """The support is over: at its term, or early on one of the grounds of C-LI-6.

    ``never_started``: kick-off was never held, so that there was no period of support (C-LI-1).
    """

    TOPIC: ClassVar[str] = TOPIC
    ended_on: date
    ground: Literal["term", "goal_reached", "requirements", "terms_broken", "dissolved", "no_cooperation"]
    early: bool
    never_started: bool = False
