"""What happens to an application. Events that others are told of carry all that is told."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from kernel.aggregate import Created, Event
from kernel.sealing import Confidential
from schemas.values import ConsentFault, Decision, Party, Programme, Secondee, SecondmentForm, SupportForm

if TYPE_CHECKING:
    from services.intake.domain.application import Application

Arrival = Literal["registered", "submitted", "no_wish", "refused"]
"""What a form is on arrival: 登録のみ (C-IN-1), 受付, 希望なし (S-IN-2), 受付不可 (S-IN-1, C-IN-3)."""


class FormArrived(Created, frozen=True, kw_only=True):
    """A form came in. ``content`` is a keyed hash of it, to know it again (S-IN-6).

    A refused form has no receipt number, and a decision that says why. ``consent`` is the paper that made a support
    application complete on arrival (C-IN-1). ``sender`` is the organisation that sent it, also where that was merged
    into the one of ``party`` (S-IN-7). ``came_by``: who brought it, as a keyed hash; older events do not say it.
    """

    TOPIC = "intake.form_arrived.v1"
    programme: Programme
    fiscal_year: int
    status: Arrival
    receipt_number: str | None
    party: Party
    secondment: SecondmentForm | None
    support: SupportForm | None
    content: str
    edition: str
    received_at: datetime
    placed_before: bool
    consent: str | None = None
    decision: Decision | None = None
    sender: str = ""
    came_by: str | None = None

    def apply(self, application: Application) -> None:
        application.decisions = (self.decision,) if self.decision else ()


class Told(Event, frozen=True, kw_only=True):
    """An event that tells others the whole application."""

    programme: Programme
    fiscal_year: int
    receipt_number: str
    party: Party
    secondment: SecondmentForm | None
    support: SupportForm | None
    edition: str
    placed_before: bool


class Completed(Told, frozen=True, kw_only=True):
    """The consent is here as well (C-IN-1): ``received_at`` is the later half's moment."""

    TOPIC = "intake.application_completed.v1"
    consent: str
    received_at: datetime
    revision: int = 0

    def apply(self, application: Application) -> None:
        application.status, application.consent, application.received_at = "submitted", self.consent, self.received_at


class ConsentReturned(Event, frozen=True, kw_only=True):
    """An officer found the consent unfit (C-IN-1): the paper stays on record, a new one is awaited."""

    TOPIC = "intake.consent_returned.v1"
    programme: Programme
    fiscal_year: int
    receipt_number: str
    party: Party
    paper_id: str
    ground: ConsentFault
    by: str
    reason: Confidential

    def apply(self, application: Application) -> None:
        application.status, application.consent = "registered", None
        application.silence = None  # what does not stand is not awaited in the screening (C-IN-6)
        application.returned = {**application.returned, self.paper_id: self.ground}


class AdmittedLate(Told, frozen=True, kw_only=True):
    """HR admits a late form (S-IN-1). It now counts from the moment at which it had arrived."""

    TOPIC = "intake.admitted_late.v1"
    received_at: datetime
    no_wish: bool
    decision: Decision

    def apply(self, application: Application) -> None:
        application.status = "no_wish" if self.no_wish else "submitted"
        application.receipt_number, application.party = self.receipt_number, self.party
        application.decisions = (*application.decisions, self.decision)


class TurnedAway(Event, frozen=True, kw_only=True):
    """The consent came when reception was full: the registration cannot become an application (C-IN-3)."""

    TOPIC = "intake.turned_away.v1"
    programme: Programme
    fiscal_year: int
    party: Party
    decision: Decision

    def apply(self, application: Application) -> None:
        application.status = "refused"
        application.decisions = (*application.decisions, self.decision)


class Amended(Told, frozen=True, kw_only=True):
    """A newer form (S-IN-6, C-IN-7); every version stays in the log. ``by`` is ``applicant`` or an officer's id.

    ``before`` is what the application was, for a reply without a wish may become one with wishes and the reverse.
    ``decided``: a company's outcome is known, so others know of the application whatever it is here.
    """

    TOPIC = "intake.application_amended.v1"
    revision: int
    content: str
    by: str
    before: Arrival
    now: Arrival
    received_at: datetime
    decided: bool = False

    def apply(self, application: Application) -> None:
        application.party, application.status = self.party, self.now
        application.secondment, application.support = self.secondment, self.support
        application.revision, application.content = self.revision, self.content
        application.placed_before = self.placed_before


class Withdrawn(Event, frozen=True, kw_only=True):
    """The application is given up (S-IN-6, C-IN-5).

    ``assumed`` where an officer took silence as such, by that ``decision`` (C-IN-6).
    """

    TOPIC = "intake.application_withdrawn.v1"
    programme: Programme
    fiscal_year: int
    receipt_number: str
    by: str
    reason: Confidential | None
    assumed: bool
    announced: bool
    decision: Decision | None = None

    def apply(self, application: Application) -> None:
        application.status = "withdrawn"


class SecondeeNamed(Event, frozen=True, kw_only=True):
    """The sender names the person for one secondment (S-LI-1); a later naming replaces an earlier one."""

    TOPIC = "intake.secondee_named.v1"
    programme: Programme
    fiscal_year: int
    secondment_id: str
    secondee: Secondee
    content: str

    def apply(self, application: Application) -> None:
        application.secondees = {**application.secondees, self.secondment_id: (self.secondee.secondee_id, self.content)}


class PlaceTaken(Event, frozen=True, kw_only=True):
    """The sender accepted its place for one secondment (S-PL-8): from now on it may name the person (S-LI-1)."""

    TOPIC = "intake.place_taken.v1"
    secondment_id: str

    def apply(self, application: Application) -> None:
        application.placed = (*application.placed, self.secondment_id)


class PlaceFilled(Event, frozen=True, kw_only=True):
    """The secondment has started with its secondee (S-LI-3): another one takes the place no more (S-LI-1)."""

    TOPIC = "intake.place_filled.v1"
    secondment_id: str

    def apply(self, application: Application) -> None:
        application.filled = (*application.filled, self.secondment_id)


class PaperNoted(Event, frozen=True, kw_only=True):
    """A paper was laid to the application; for ``flags`` see `PaperArrived`."""

    TOPIC = "intake.paper_noted.v1"
    paper_id: str
    secondment_id: str | None
    kind: str
    form: Literal["original", "data"]
    digest: str | None
    arrived_on: date
    flags: tuple[str, ...] = ()

    def apply(self, application: Application) -> None:
        paper = (self.paper_id, self.secondment_id, self.kind, self.form, self.digest, self.arrived_on.isoformat())
        application.papers = (*application.papers, paper)


class ClosedTo(Event, frozen=True, kw_only=True):
    """An officer declared an interest in screening (C-SC-16); ``to`` is a keyed hash. Of older logs."""

    TOPIC = "intake.closed_to.v1"
    to: str

    def apply(self, application: Application) -> None:
        application.closed_to = (*application.closed_to, self.to)


class OutcomeKnown(Event, frozen=True, kw_only=True):
    """The company is adopted or not: it can no longer be withdrawn here (C-IN-5)."""

    TOPIC = "intake.outcome_known.v1"

    def apply(self, application: Application) -> None:
        application.decided = True
