"""What happens to a secondment's screening."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from kernel.aggregate import Event
from schemas.values import Decision, Party, Secondee, SecondmentForm, SecondmentRequest
from services.screening.domain.case import OfCase, Opened
from services.screening.domain.roads import Arrival, Stage

if TYPE_CHECKING:
    from services.screening.domain.secondment import SecondmentScreening


class SecondmentReceived(Opened, frozen=True, kw_only=True):
    """A sender's form stands (intake's ApplicationSubmitted)."""

    TOPIC: ClassVar[str] = "screening.secondment_received.v1"
    form: SecondmentForm
    placed_before: bool

    def apply(self, aggregate: SecondmentScreening) -> None:
        aggregate.lay_out(self.form)


class FormAmended(Event, frozen=True, kw_only=True):
    """The sender sent a newer form (S-IN-6): what was decided on the one before no longer counts."""

    TOPIC: ClassVar[str] = "screening.form_amended.v1"
    revision: int
    party: Party
    edition: str
    form: SecondmentForm
    placed_before: bool = False

    def apply(self, aggregate: SecondmentScreening) -> None:
        aggregate.revision, aggregate.party, aggregate.edition = self.revision, self.party, self.edition
        aggregate.form, aggregate.placed_before = self.form, self.placed_before
        aggregate.lay_out(self.form)


class SenderRetold(Event, frozen=True, kw_only=True):
    """The form stays as it is; what is known of its sender changed (S-IN-7, S-PL-4). What was decided still counts."""

    TOPIC: ClassVar[str] = "screening.sender_retold.v1"
    revision: int
    party: Party
    placed_before: bool

    def apply(self, aggregate: SecondmentScreening) -> None:
        aggregate.revision, aggregate.party, aggregate.placed_before = self.revision, self.party, self.placed_before


class FormExamined(OfCase, frozen=True, kw_only=True):
    """The rules looked at the form (S-IN-4, S-SC-1…4); ``again`` where it took the place of an earlier one."""

    TOPIC: ClassVar[str] = "screening.form_examined.v1"
    decisions: tuple[Decision, ...]
    again: bool = False

    def apply(self, aggregate: SecondmentScreening) -> None:
        aggregate.note("form", self.decisions)


class PlaceTold(Event, frozen=True, kw_only=True):
    """The sender accepted a place for one secondment (S-PL-8): its units say which English is asked for (S-SC-8)."""

    TOPIC: ClassVar[str] = "screening.place_told.v1"
    secondment_id: str
    sites: tuple[str, ...]

    def apply(self, aggregate: SecondmentScreening) -> None:
        aggregate.placed_at = aggregate.placed_at | {self.secondment_id: self.sites}


class SecondeeExamined(OfCase, frozen=True, kw_only=True):
    """The sender named the person, and the rules looked at the declared facts (S-LI-1, S-SC-5…8)."""

    TOPIC: ClassVar[str] = "screening.secondee_examined.v1"
    secondment_id: str
    secondee: Secondee
    papers_by: date
    decisions: tuple[Decision, ...]

    def apply(self, aggregate: SecondmentScreening) -> None:
        aggregate.meet(self.secondment_id, self.secondee, self.papers_by)
        aggregate.note("person", self.decisions)


class Answered(Event, frozen=True, kw_only=True):
    """An officer answered a question."""

    stage: Stage
    secondment_id: str | None
    decision: Decision

    def apply(self, aggregate: SecondmentScreening) -> None:
        aggregate.answer(self.stage, self.secondment_id, self.decision)


class PurposeJudged(Answered, frozen=True, kw_only=True):
    """Whether the purpose fits the aims of JETRO (S-SC-1)."""

    TOPIC: ClassVar[str] = "screening.purpose_judged.v1"


class ThirdYearJudged(Answered, frozen=True, kw_only=True):
    """Whether the unit agrees to a third year and has a place for it (S-SC-2)."""

    TOPIC: ClassVar[str] = "screening.third_year_judged.v1"


class WaiverDecided(Answered, frozen=True, kw_only=True):
    """A soft clause was waived, or the waiver refused."""

    TOPIC: ClassVar[str] = "screening.waiver_decided.v1"


class PapersDecided(Answered, frozen=True, kw_only=True):
    """HR decided what becomes of papers that were missing at the deadline (S-SC-9)."""

    TOPIC: ClassVar[str] = "screening.papers_decided.v1"


class PaperArrived(Event, frozen=True, kw_only=True):
    """A paper arrived (S-SC-9)."""

    TOPIC: ClassVar[str] = "screening.paper_arrived.v1"
    arrival: Arrival

    def apply(self, aggregate: SecondmentScreening) -> None:
        aggregate.arrivals = (*aggregate.arrivals, self.arrival)


class PapersCompleted(Event, frozen=True, kw_only=True):
    """Every paper arrived in time (S-SC-9)."""

    TOPIC: ClassVar[str] = "screening.papers_completed.v1"
    secondment_id: str
    decision: Decision


class PapersMissed(OfCase, frozen=True, kw_only=True):
    """At the deadline papers were missing: HR decides (S-SC-9). ``missing`` are codes with the form, kind/form."""

    TOPIC: ClassVar[str] = "screening.papers_missed.v1"
    secondment_id: str
    missing: tuple[str, ...]
    deadline: date
    decision: Decision

    def apply(self, aggregate: SecondmentScreening) -> None:
        aggregate.note("papers", (self.decision,))
        aggregate.roads[self.secondment_id].papers = "held"


class StagePassed(OfCase, frozen=True, kw_only=True):
    """All questions of a stage are settled well: for the whole form, or for one secondment's person or papers."""

    TOPIC: ClassVar[str] = "screening.stage_passed.v1"
    stage: Stage
    secondment_id: str | None = None
    requests: tuple[SecondmentRequest, ...] = ()
    placed_before: bool = False
    secondee: Secondee | None = None

    def apply(self, aggregate: SecondmentScreening) -> None:
        aggregate.settle(self.stage, self.secondment_id, "passed")


class StageRefused(OfCase, frozen=True, kw_only=True):
    """A stage failed: for one secondment, or without ``secondment_id`` for the whole application."""

    TOPIC: ClassVar[str] = "screening.stage_refused.v1"
    stage: Stage
    secondment_id: str | None
    clauses: tuple[str, ...]

    def apply(self, aggregate: SecondmentScreening) -> None:
        aggregate.settle(self.stage, self.secondment_id, "refused")
