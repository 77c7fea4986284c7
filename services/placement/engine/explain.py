"""Why a seeker did not get what it ranked above its result (S-PL-9): codes and counts, never who."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from services.placement.engine.faults import free_places
from services.placement.engine.model import Option, Problem, Result, Seeker, Slot

Code = Literal[
    "closed",
    "not_eligible",
    "taken_by_unplaced_senders",
    "taken_by_higher_rank",
    "lost_tie_break",
    "changed_by_hand",
    "taken_meanwhile",
]


@dataclass(frozen=True)
class Explanation:
    """Why one wish of a seeker was not fulfilled.

    - `closed`: a place that the wish needs (`slot`) has no seat for anybody in this round (none designated, or
    all taken by those already there); - `not_eligible`: screening ruled the wish out, for `reason`; - taken:
    `slot` is full; `counts` says how many of its holders go before the seeker because of their class
    (`taken_by_unplaced_senders`), because they ranked it higher (`taken_by_higher_rank`), or are level with
    it in both and were served by the published rule for ties (`lost_tie_break`). `code` is the last hurdle,
    the one by which the seeker missed it most narrowly; - `changed_by_hand`: the computed result gave the
    seeker this or better, and an officer changed it (S-PL-8); - `taken_meanwhile`: of offers made again alone, see
    `explain_again`.

    `slot` is at the place that the wish names, if that is what was in the way. `one_more` is of the taken ones
    alone: whether one more place there would have given the seeker this or better by the rule; None where it was
    not worked out (see `with_margins`).
    """

    seeker: str
    option: Option
    code: Code
    counts: Mapping[Code, int] = field(default_factory=dict)
    slot: Slot | None = None
    reason: str = ""
    one_more: bool | None = None


class NotExplainableError(ValueError):
    """The result passes a wish over without any reason that the rule knows; `verify` shows where."""


def explain(
    problem: Problem, result: Result, by_hand: Mapping[str, Option | None] | None = None
) -> dict[str, tuple[Explanation, ...]]:
    """Explain, for each seeker, every option ranked above what it has, best first.

    `by_hand` holds what officers gave instead to whom; everything else is explained from the computed result.
    Raises `NotExplainableError` on a result that did not come from the rule.
    """
    round_ = _Round(problem, result)
    changed = by_hand or {}
    return {
        seeker.id: tuple(_explain(round_, seeker, changed.get(seeker.id, result.assignment[seeker.id])))
        for seeker in problem.seekers
    }


class _Round:
    def __init__(self, problem: Problem, result: Result) -> None:
        self.computed = result.assignment
        self.seats = free_places(problem)
        self.holders: dict[Slot, list[tuple[str, tuple[int, int]]]] = {}
        for seeker in problem.seekers:
            option = result.assignment[seeker.id]
            for slot in option.claims if option else ():
                rank = option.rank if option else 0
                self.holders.setdefault(slot, []).append((seeker.id, (seeker.priority, rank)))


def _explain(round_: _Round, seeker: Seeker, final: Option | None) -> Iterator[Explanation]:
    computed = round_.computed[seeker.id]
    for option in sorted(seeker.options, key=lambda each: each.rank):
        if final is not None and option.rank >= final.rank:
            continue
        closed = [slot for slot in named_first(option) if round_.seats.get(slot, 0) == 0]
        if closed:
            yield Explanation(seeker.id, option, "closed", slot=closed[0])
        elif option.rank in seeker.ineligible:
            yield Explanation(seeker.id, option, "not_eligible", reason=seeker.ineligible[option.rank])
        elif computed is not None and option.rank >= computed.rank:
            yield Explanation(seeker.id, option, "changed_by_hand")
        else:
            yield _taken(round_, seeker, option)


def _taken(round_: _Round, seeker: Seeker, option: Option) -> Explanation:
    """Name the first slot that is full with such as do not come after the seeker."""
    for slot in named_first(option):
        ahead = [level for name, level in round_.holders.get(slot, ()) if name != seeker.id]
        if len(ahead) < round_.seats[slot] or max(ahead) > (seeker.priority, option.rank):
            continue
        counts: dict[Code, int] = {}
        for level in sorted(ahead):
            code = by_level(level, seeker.priority, option.rank)
            counts[code] = counts.get(code, 0) + 1
        return Explanation(seeker.id, option, by_level(max(ahead), seeker.priority, option.rank), counts, slot)
    raise NotExplainableError(f"seeker {seeker.id}, rank {option.rank}: nothing in the result stands in the way")


def named_first(option: Option) -> list[Slot]:
    """The claims of a wish, those at the place that it names before the others."""
    return sorted(option.claims, key=lambda slot: slot[0] != option.place)


def by_level(level: tuple[int, int], priority: int, rank: int) -> Code:
    """Why a holder of that class and rank goes before a seeker of this one."""
    if level[0] < priority:
        return "taken_by_unplaced_senders"
    return "taken_by_higher_rank" if level[1] < rank else "lost_tie_break"
