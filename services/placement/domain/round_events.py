"""What happens to a round (配置調整)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from kernel.aggregate import Created, Event
from schemas.values import Decision, Programme
from services.placement.domain.values import Assigned, Ground, Price, Run

if TYPE_CHECKING:
    from services.placement.domain.round import Round


class RoundOpened(Created, frozen=True, kw_only=True):
    """The first candidate or withdrawal of a fiscal year was heard of."""

    TOPIC = "placement.round_opened.v1"
    programme: Programme
    fiscal_year: int
    announce_at: datetime


class SeedRecorded(Event, frozen=True, kw_only=True):
    """The lottery's seed is fixed before the round is run (S-PL-5)."""

    TOPIC = "placement.seed_recorded.v1"
    seed: str
    decision: Decision

    def apply(self, round: Round) -> None:
        round.seed = self.seed


class RoundRun(Event, frozen=True, kw_only=True):
    """The rule was applied, and a verifier of its own certified the result (S-PL-3…6).

    ``ground`` is what it went by; runs of old have none.
    """

    TOPIC = "placement.round_run.v1"
    run: Run
    assigned: tuple[Assigned, ...]
    decision: Decision
    ground: Ground | None = None

    def apply(self, round: Round) -> None:
        round.ground = self.ground
        round.outcome, round.state, round.held = self.run, "run", ""
        round.assigned = {each.secondment_id: each for each in self.assigned}


class ResultAdjusted(Event, frozen=True, kw_only=True):
    """HR changed the result by hand, with a reason and its price (S-PL-8)."""

    TOPIC = "placement.result_adjusted.v1"
    assigned: Assigned
    price: tuple[Price, ...]
    decision: Decision

    def apply(self, round: Round) -> None:
        round.assigned = round.assigned | {self.assigned.secondment_id: self.assigned}


class LateResultAdded(Event, frozen=True, kw_only=True):
    """A candidate that came after the announcement gets places by hand, out of what is free (S-IN-1, S-PL-8)."""

    TOPIC = "placement.late_result_added.v1"
    assigned: Assigned
    price: tuple[Price, ...]
    decision: Decision

    def apply(self, round: Round) -> None:
        round.assigned = round.assigned | {self.assigned.secondment_id: self.assigned}


class RoundAnnounced(Event, frozen=True, kw_only=True):
    """The results go out as proposals (S-PL-10): in this commit, or where they are too many in parts that follow it.

    Then the places are all taken in this commit, and the proposals go out page by page of the roster.
    """

    TOPIC = "placement.round_announced.v1"
    answer_by: date
    decision: Decision
    in_parts: bool = False

    def apply(self, round: Round) -> None:
        round.state, round.held = "announced", ""
        round.answer_by, round.announcing = self.answer_by, self.in_parts


class PartAnnounced(Event, frozen=True, kw_only=True):
    """The proposals of some pages of the roster went out; ``left`` are the pages that follow."""

    TOPIC = "placement.part_announced.v1"
    pages: tuple[int, ...]
    left: int

    def apply(self, round: Round) -> None:
        round.announcing = self.left > 0


class AnnouncementHeld(Event, frozen=True, kw_only=True):
    """The day of the announcement came and the round was not ready; it waits for an officer."""

    TOPIC = "placement.announcement_held.v1"
    missing: str

    def apply(self, round: Round) -> None:
        round.held = self.missing
