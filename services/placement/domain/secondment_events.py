"""What happens to a secondment (出向) from the acceptance to its end."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

import msgspec

from kernel.aggregate import Created, Event
from kernel.sealing import Contact, Personal
from schemas.values import Decision, Stay
from services.placement.domain.values import Appraised, CaseOf

if TYPE_CHECKING:
    from services.placement.domain.secondment import Secondment

EarlyGround = Literal["illness", "breach", "sender_request"]
CopyHolder = Literal["sender", "secondee"]
"""Who holds a copy of the memorandum beside JETRO (S-LI-2)."""


class SecondmentForeseen(Created, frozen=True, kw_only=True):
    """The first word on a requested secondment: an acceptance, or the screening of its secondee."""

    TOPIC = "placement.secondment_foreseen.v1"
    case: CaseOf


class OfCase(Event, frozen=True, kw_only=True):
    """An event that goes public names its case, since it is published by itself."""

    case: CaseOf


class SecondmentAgreed(OfCase, frozen=True, kw_only=True):
    """The sender accepted these places: from ``starts_on`` to ``ends_on``, both included."""

    TOPIC = "placement.secondment_agreed.v1"
    stays: tuple[Stay, ...]
    starts_on: date
    ends_on: date
    edition: str

    def apply(self, secondment: Secondment) -> None:
        secondment.stays, secondment.edition = self.stays, self.edition
        secondment.starts_on, secondment.ends_on = self.starts_on, self.ends_on
        secondment.state = "agreed"


class SecondeePassed(Event, frozen=True, kw_only=True):
    """The person passed screening (S-LI-1)."""

    TOPIC = "placement.secondee_passed.v1"
    secondee_id: str

    def apply(self, secondment: Secondment) -> None:
        secondment.secondee_id = self.secondee_id


class SecondeeReplaced(OfCase, frozen=True, kw_only=True):
    """Another person passed screening before the start (S-LI-1): the ``memorandum`` that was is void (S-LI-2)."""

    TOPIC = "placement.secondee_replaced.v1"
    secondee_id: str
    memorandum: Literal["none", "drafted", "sent", "concluded"]

    def apply(self, secondment: Secondment) -> None:
        secondment.secondee_id = self.secondee_id
        secondment.papers_passed = secondment.papers_of == self.secondee_id
        secondment.memorandum, secondment.memorandum_sent_on, secondment.memorandum_copies = "none", None, {}


class SecondeeTurnedAway(Event, frozen=True, kw_only=True):
    """A person passed screening when the secondment had started, or was over: it takes nobody any more (S-LI-1)."""

    TOPIC = "placement.secondee_turned_away.v1"
    secondee_id: str

    def apply(self, secondment: Secondment) -> None:
        secondment.turned_away = (*secondment.turned_away, self.secondee_id)


class PapersPassed(Event, frozen=True, kw_only=True):
    """All papers of a person are here (S-SC-9); whose, older entries do not say."""

    TOPIC = "placement.papers_passed.v1"
    secondee_id: str = ""

    def apply(self, secondment: Secondment) -> None:
        secondment.papers_passed, secondment.papers_of = True, self.secondee_id


class MemorandumDrafted(Event, frozen=True, kw_only=True):
    """JETRO has drafted the memorandum (覚書案)."""

    TOPIC = "placement.memorandum_drafted.v1"
    drafted_on: date
    by: str

    def apply(self, secondment: Secondment) -> None:
        secondment.memorandum = "drafted"


class MemorandumSent(OfCase, frozen=True, kw_only=True):
    """Three copies went to the sender (S-LI-2)."""

    TOPIC = "placement.memorandum_sent.v1"
    sent_on: date
    copies: int
    by: str

    def apply(self, secondment: Secondment) -> None:
        secondment.memorandum, secondment.memorandum_sent_on = "sent", self.sent_on


class MemorandumReturned(OfCase, frozen=True, kw_only=True):
    """JETRO's copy is back; one stays with the sender, one is the secondee's (S-LI-2)."""

    TOPIC = "placement.memorandum_returned.v1"
    returned_on: date
    by: str
    decision: Decision | None = None

    def apply(self, secondment: Secondment) -> None:
        secondment.memorandum = "concluded"
        secondment.memorandum_copies = secondment.memorandum_copies | {"jetro": self.returned_on}


class MemorandumCopyConfirmed(Event, frozen=True, kw_only=True):
    """The sender, or the secondee, holds its copy (S-LI-2)."""

    TOPIC = "placement.memorandum_copy_confirmed.v1"
    holder: CopyHolder
    confirmed_on: date
    by: str

    def apply(self, secondment: Secondment) -> None:
        secondment.memorandum_copies = secondment.memorandum_copies | {self.holder: self.confirmed_on}


class SecondmentStarted(OfCase, frozen=True, kw_only=True):
    """Engaged as 嘱託員 (S-LI-3). ``appraisal_days`` are the days on which fiscal years' assessments are reported."""

    TOPIC = "placement.secondment_started.v1"
    started_on: date
    until: date
    stays: tuple[Stay, ...]
    appraisal_days: dict[int, date]
    decisions: tuple[Decision, ...]

    def apply(self, secondment: Secondment) -> None:
        secondment.state, secondment.started_on, secondment.missing = "running", self.started_on, ()
        secondment.appraisals = {year: Appraised() for year in self.appraisal_days}


class StartHeld(OfCase, frozen=True, kw_only=True):
    """The day of the start came and something was missing (S-LI-2, S-SC-9): HR decides what becomes of the start."""

    TOPIC = "placement.start_held.v1"
    missing: tuple[str, ...]
    decision: Decision

    def apply(self, secondment: Secondment) -> None:
        secondment.state, secondment.missing = "held", self.missing


class SecondeeDeparted(OfCase, frozen=True, kw_only=True):
    """The post overseas is taken up; every condition of S-LI-4 was met."""

    TOPIC = "placement.secondee_departed.v1"
    office: str
    country: str
    departed_on: date
    until: date
    edition: str
    decisions: tuple[Decision, ...]

    def apply(self, secondment: Secondment) -> None:
        secondment.departed_on = self.departed_on


class NewTerm(msgspec.Struct, frozen=True, kw_only=True):
    """What an amendment changes: the last day from ``before`` to ``until``, and with it the stays."""

    number: int
    before: date
    until: date
    stays: tuple[Stay, ...]
    concluded_on: date


class TermChanged(OfCase, frozen=True, kw_only=True):
    """An amendment is in force (S-LI-5). ``appraisal_days`` are those of fiscal years that came to it."""

    TOPIC = "placement.term_changed.v1"
    change: NewTerm
    running: bool
    appraisal_days: dict[int, date]
    decisions: tuple[Decision, ...]

    def apply(self, secondment: Secondment) -> None:
        secondment.stays, secondment.ends_on = self.change.stays, self.change.until
        secondment.appraisals = secondment.appraisals | {year: Appraised() for year in self.appraisal_days}


class DeparturePostponed(OfCase, frozen=True, kw_only=True):
    """The departure moves to a later day (S-PL-11)."""

    TOPIC = "placement.departure_postponed.v1"
    planned_for: date
    reason: Contact
    decision: Decision

    def apply(self, secondment: Secondment) -> None:
        secondment.departure_planned_for = self.planned_for


class DepartureCancelled(OfCase, frozen=True, kw_only=True):
    """There will be no departure (S-PL-11); the years meant for overseas are spent in Japan (S-PL-7).

    ``consent`` is the unit's to more years than a route allows (S-SC-2).
    """

    TOPIC = "placement.departure_cancelled.v1"
    reason: Contact
    stays: tuple[Stay, ...]
    decision: Decision
    consent: tuple[Decision, ...] = ()

    def apply(self, secondment: Secondment) -> None:
        secondment.stays, secondment.departure_cancelled = self.stays, True


class SecondmentEnded(OfCase, frozen=True, kw_only=True):
    """Over: at its term, or early (S-LI-6). The ground of an early end is about the person; it may be illness."""

    TOPIC = "placement.secondment_ended.v1"
    ended_on: date
    early: bool
    decision: Decision
    ground: Personal | None = None

    def apply(self, secondment: Secondment) -> None:
        secondment.state, secondment.ends_on = "ended", self.ended_on


class SecondmentCalledOff(Event, frozen=True, kw_only=True):
    """The sender withdrew before the start (S-IN-6)."""

    TOPIC = "placement.secondment_called_off.v1"

    def apply(self, secondment: Secondment) -> None:
        secondment.state = "called_off"


class EndAsked(Event, frozen=True, kw_only=True):
    """The sender withdrew after the start: an officer decides on the end (S-LI-6)."""

    TOPIC = "placement.end_asked.v1"

    def apply(self, secondment: Secondment) -> None:
        secondment.end_asked = True
