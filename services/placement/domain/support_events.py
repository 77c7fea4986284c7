"""What happens to a company's support (伴走型支援)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

import msgspec

from kernel.aggregate import Created, Event
from kernel.sealing import Confidential
from schemas.values import Decision, InvoiceLine, Party

if TYPE_CHECKING:
    from services.placement.domain.support import Support

Stage = Literal["strategy", "recruiting", "receiving", "retention"]
ContactKind = Literal["visit", "online", "trip", "telephone", "mail", "specialist", "seminar", "fair", "referral"]
CancelledBy = Literal["company", "jetro"]
EarlyGround = Literal["goal_reached", "requirements", "terms_broken", "dissolved", "no_cooperation"]


class SupportCase(msgspec.Struct, frozen=True, kw_only=True):
    """Which application of which fiscal year it is about, and whose."""

    fiscal_year: int
    application_id: str
    receipt_number: str
    party: Party


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What a coordinator is chosen by (C-PL-1), out of the company's registration.

    ``earlier_years`` are those of support that the company stated, counted where the edition says so (C-LI-3).
    """

    prefecture: str
    field: str
    languages: tuple[str, ...]
    stage: Stage
    earlier_years: int = 0


class Survey(msgspec.Struct, frozen=True):
    """A survey (調査) that will be asked on a day and is to be answered by another (C-LI-7)."""

    name: str
    ask_on: date
    answer_by: date
    when: Literal["during", "after"]


class Visit(msgspec.Struct, frozen=True):
    """A visit (訪問) with its day; ``state`` is fixed, made or cancelled."""

    visit_id: str
    on: date
    state: str = "fixed"


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What a review (見直し) found, and what it changes, if anything: with the last day, the surveys (C-LI-7)."""

    held_on: date
    finding: Confidential
    stage: Stage | None = None
    until: date | None = None
    plan: Confidential | None = None
    surveys: tuple[Survey, ...] | None = None


class SupportPrepared(Created, frozen=True, kw_only=True):
    """A company was adopted; a coordinator is looked for.

    ``until`` is the programme's last day, unless unknown or past already; ``revision`` is that of the form that
    ``needs`` are read from.
    """

    TOPIC = "placement.support_prepared.v1"
    case: SupportCase
    needs: Needs
    adopted_on: date
    edition: str
    until: date | None = None
    revision: int = 0


class OfSupport(Event, frozen=True, kw_only=True):
    """An event that goes public names its case, since it is published by itself."""

    case: SupportCase


class CoordinatorAssigned(OfSupport, frozen=True, kw_only=True):
    """A coordinator accompanies the company; ``replaces`` names the one before. ``rank`` is how well they fit.

    ``handover`` is what the one before hands on beside the record, sealed; None where there was nothing to hand over.
    """

    TOPIC = "placement.coordinator_assigned.v1"
    coordinator_id: str
    replaces: str | None
    rank: int | None
    edition: str
    decisions: tuple[Decision, ...]
    handover: Confidential | None = None

    def apply(self, support: Support) -> None:
        support.coordinator_id = self.coordinator_id
        support.state = "assigned" if support.state in ("prepared", "waiting", "late") else support.state


class FactsReported(Event, frozen=True, kw_only=True):
    """The company reported changed facts (C-IN-7): its address, or what a coordinator is chosen by."""

    TOPIC = "placement.support_facts_reported.v1"
    revision: int
    case: SupportCase
    needs: Needs

    def apply(self, support: Support) -> None:
        support.revision, support.case, support.needs = self.revision, self.case, self.needs


class DisclosureNoted(Event, frozen=True, kw_only=True):
    """Screening's register has an entry under this number: what it allows may go out (C-CO-1)."""

    TOPIC = "placement.disclosure_noted.v1"
    number: int
    on: date

    def apply(self, support: Support) -> None:
        support.disclosures = support.disclosures | {self.number: self.on}


class CoordinatorAwaited(Event, frozen=True, kw_only=True):
    """No coordinator has room: the company waits for an officer."""

    TOPIC = "placement.coordinator_awaited.v1"
    decision: Decision

    def apply(self, support: Support) -> None:
        support.state = "waiting"


class AdoptedTooLate(Event, frozen=True, kw_only=True):
    """The adoption came after the programme's last day (C-LI-1): an officer settles what is to come of it."""

    TOPIC = "placement.adopted_too_late.v1"
    decision: Decision

    def apply(self, support: Support) -> None:
        support.state = "late"


class KickedOff(OfSupport, frozen=True, kw_only=True):
    """Company, JETRO and coordinator settled content, period and plan (C-LI-1)."""

    TOPIC = "placement.kicked_off.v1"
    started_on: date
    until: date
    stage: Stage
    plan: Confidential
    surveys: tuple[Survey, ...]
    decisions: tuple[Decision, ...]

    def apply(self, support: Support) -> None:
        support.state, support.stage = "running", self.stage
        support.started_on, support.until = self.started_on, self.until
        support.surveys = self.surveys


class ContactRecorded(Event, frozen=True, kw_only=True):
    """One contact with the company (C-LI-3), perhaps a visit that was fixed. The note is a business secret (C-CO-1).

    A referral (取次ぎ) tells others of the company: ``disclosure`` is its own number in the register.
    """

    TOPIC = "placement.contact_recorded.v1"
    kind: ContactKind
    on: date
    by: str
    note: Confidential
    visit_id: str | None = None
    disclosure: int | None = None
    reason: Confidential | None = None

    def apply(self, support: Support) -> None:
        support.contacts += 1
        if self.kind == "referral" and self.disclosure is not None:
            support.referred = (*support.referred, self.disclosure)
        if self.visit_id is not None:
            made = msgspec.structs.replace(support.visits[self.visit_id], state="made")
            support.visits = support.visits | {self.visit_id: made}


class VisitFixed(Event, frozen=True, kw_only=True):
    """Day and place of a visit are fixed."""

    TOPIC = "placement.visit_fixed.v1"
    visit_id: str
    on: date
    by: str
    reason: Confidential | None = None

    def apply(self, support: Support) -> None:
        support.visits = support.visits | {self.visit_id: Visit(self.visit_id, self.on)}


class VisitCancelled(OfSupport, frozen=True, kw_only=True):
    """A fixed visit was cancelled; an officer judged which costs the company bears if it did so (C-BI-2)."""

    TOPIC = "placement.visit_cancelled.v1"
    visit_id: str
    cancelled_on: date
    costs: tuple[InvoiceLine, ...]
    decision: Decision
    cancelled_by: CancelledBy = "company"

    def apply(self, support: Support) -> None:
        visit = msgspec.structs.replace(support.visits[self.visit_id], state="cancelled")
        support.visits = support.visits | {self.visit_id: visit}


class RequestJudged(Event, frozen=True, kw_only=True):
    """The company asked for something: it is done, or refused as out of scope (C-LI-4)."""

    TOPIC = "placement.request_judged.v1"
    kind: str
    decision: Decision


class MenuJudged(Event, frozen=True, kw_only=True):
    """The use of a limited service was screened by itself (C-LI-3): granted so many times, or refused."""

    TOPIC = "placement.menu_judged.v1"
    menu: str
    times: int
    decision: Decision

    def apply(self, support: Support) -> None:
        if self.decision.outcome == "passed":
            support.menus = support.menus | {self.menu: support.menus.get(self.menu, 0) + self.times}


class ReviewHeld(Event, frozen=True, kw_only=True):
    """JETRO reviewed the support (C-LI-5): it goes on as it was, or its stage, period or plan changes.

    ``surveys`` are those of the new period, the asked ones among them; None: they stay as they were.
    """

    TOPIC = "placement.review_held.v1"
    held_on: date
    finding: Confidential
    decision: Decision
    stage: Stage | None = None
    until: date | None = None
    plan: Confidential | None = None
    surveys: tuple[Survey, ...] | None = None

    def apply(self, support: Support) -> None:
        support.stage, support.until = self.stage or support.stage, self.until or support.until
        support.surveys = support.surveys if self.surveys is None else self.surveys
        support.reviews = (*support.reviews, self.held_on)


class SurveyAsked(OfSupport, frozen=True, kw_only=True):
    """A survey fell due."""

    TOPIC = "placement.survey_asked.v1"
    survey: str
    answer_by: date

    def apply(self, support: Support) -> None:
        support.asked = (*support.asked, self.survey)


class SurveyAnswered(OfSupport, frozen=True, kw_only=True):
    """The company answered a survey (C-LI-7, C-SC-10)."""

    TOPIC = "placement.survey_answered.v1"
    survey: str
    answered_on: date
    by: str = ""
    reason: Confidential | None = None

    def apply(self, support: Support) -> None:
        support.answered = (*support.answered, self.survey)


class SupportEnded(OfSupport, frozen=True, kw_only=True):
    """Over: at its term, or early (C-LI-6). ``never_started`` where kick-off was never held."""

    TOPIC = "placement.support_ended.v1"
    ended_on: date
    ground: Literal["term"] | EarlyGround
    early: bool
    decision: Decision
    never_started: bool = False

    def apply(self, support: Support) -> None:
        support.state, support.until = "ended", self.ended_on
