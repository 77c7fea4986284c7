"""What nobody outside may ever learn of a company's screening (C-SC-15): grounds, notes, course, conflicts.

These events are private for good: `publish.py` does not import this module, no public schema mirrors it, and everything
in them that says why is sealed. ``decisions`` is a JSON list of decisions as one sealed text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kernel.aggregate import Event
from kernel.sealing import Confidential
from services.screening.domain.support_events import Doubt

if TYPE_CHECKING:
    from services.screening.domain.support import SupportScreening


class CompanyExamined(Event, frozen=True, kw_only=True):
    """The rules looked at the form (C-SC-1…8, 10, 11). ``questions`` is how many waivers are asked for.

    ``in_doubt`` where an adopted company's changed facts would not pass any more (C-IN-7).
    """

    TOPIC: ClassVar[str] = "screening.company_examined.v1"
    decisions: Confidential
    questions: int
    in_doubt: bool = False

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.waivers, aggregate.in_doubt = self.questions, self.in_doubt


class CompanyWaiverDecided(Event, frozen=True, kw_only=True):
    """An officer waived the soft part of C-SC-1, or refused to."""

    TOPIC: ClassVar[str] = "screening.company_waiver_decided.v1"
    decisions: Confidential

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.waivers, aggregate.waived = 0, aggregate.statuses


class StageOneJudged(Event, frozen=True, kw_only=True):
    """An officer judged the papers: C-SC-9 and the five criteria of C-SC-12, with notes."""

    TOPIC: ClassVar[str] = "screening.stage_one_judged.v1"
    decisions: Confidential


class StageTwoJudged(Event, frozen=True, kw_only=True):
    """An officer judged after the interview (C-SC-14, C-SC-15)."""

    TOPIC: ClassVar[str] = "screening.stage_two_judged.v1"
    decisions: Confidential


class NoInterestDeclared(Event, frozen=True, kw_only=True):
    """An officer declares to have no interest in the case (利害関係なし): it is open to that officer from now on."""

    TOPIC: ClassVar[str] = "screening.no_interest_declared.v1"
    officer: str
    decisions: Confidential

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.cleared = (*aggregate.cleared, self.officer)


class AdoptionReviewed(Event, frozen=True, kw_only=True):
    """An officer looked at a doubt about an adoption: facts that the rules no longer pass (C-IN-7), or a withdrawal or
    a returned consent that crossed it (C-IN-5, C-IN-1).

    ``clause`` says which; None in what was written before they were told apart, when one word settled all of them.
    ``to_end`` where the support is to be ended for it, which placement does (C-LI-6).
    """

    TOPIC: ClassVar[str] = "screening.adoption_reviewed.v1"
    decisions: Confidential
    to_end: bool = False
    clause: Doubt | None = None

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.settle(self.clause, to_end=self.to_end)


class ConflictDeclared(Event, frozen=True, kw_only=True):
    """An officer has an interest in the case: from now on it is closed to that officer (C-SC-16)."""

    TOPIC: ClassVar[str] = "screening.conflict_declared.v1"
    officer: str
    decisions: Confidential

    def apply(self, aggregate: SupportScreening) -> None:
        aggregate.conflicts = (*aggregate.conflicts, self.officer)
