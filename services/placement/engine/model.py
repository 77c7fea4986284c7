"""The engine's plain data: places, wishes, seekers, and what a run hands back.

A seeker is a secondment (出向案件) or an adopted company; a place is a site (受入先) or a coordinator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Period = int
"""A fiscal year (年度), or any whole number where a programme knows one period only."""

Slot = tuple[str, Period]
"""What is scarce: one place in one period (place id, period)."""


@dataclass(frozen=True)
class Place:
    """Somewhere that takes seekers, with its number of places per period (S-PL-1).

    A period that is not named has none, which is how a unit marked as not accepting is given.
    """

    id: str
    name: str
    capacity: Mapping[Period, int]


@dataclass(frozen=True)
class Option:
    """One wish (希望): all of its claims or none of them (S-PL-6).

    `rank` counts from 1, the best. `label` is the id of the place that the wish names. Several options of one
    seeker may carry the same rank: ways to fulfil the same wish, the one listed first being preferred last of
    all.
    """

    rank: int
    claims: tuple[Slot, ...]
    label: str = ""

    @property
    def place(self) -> str:
        """The id of the place that the wish names: the label, or else the place of the last claim."""
        return self.label or self.claims[-1][0]


@dataclass(frozen=True)
class Seeker:
    """One who is to be placed, at most once.

    `owner` is the sender (派遣元), `priority` its class by S-PL-3/4 (0 goes first; see `classes`);
    `ineligible` names the ranks that screening rules out, each with a reason code.
    """

    id: str
    owner: str
    options: tuple[Option, ...]
    priority: int = 0
    ineligible: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """A whole round: places, seekers, and those already there (`incumbents`, people per slot)."""

    places: tuple[Place, ...]
    seekers: tuple[Seeker, ...]
    incumbents: Mapping[Slot, int] = field(default_factory=dict)


Aim = Literal["rule", "most"]
"""What a result is to be best at: the rule (S-PL-3), or first the largest number placed and then the rule.

The second contradicts the first where rounds are tight. It answers a question (what if?) and decides nothing.
"""

COUNT: tuple[int, int] = (-1, 0)
"""Stands before the levels (class, rank) for all of them together: how many are placed at all."""

Signature = tuple[tuple[int, int, int], ...]
"""(class, rank, how many placed at it), ascending, one entry for each class and rank that somebody wishes."""


@dataclass(frozen=True)
class Gap:
    """How far the proof reached: the first step of the rule that is not proved.

    `step` is "count" (`at` is `COUNT`), "signature" (`at` is (class, rank)) or "tie_break" (`at` is (position
    in the lottery, 0)). At that step `achieved` is what the result has and `bound` what no assignment exceeds.
    """

    step: Literal["count", "signature", "tie_break"]
    at: tuple[int, int]
    achieved: int
    bound: int


UNIT = 2**20
"""Prices are whole numbers of this fraction, so that whoever recomputes a bound does so without rounding."""


@dataclass(frozen=True)
class Prices:
    """What proves one step of the rule for bundles, to be recomputed by anybody.

    Let each seeker be worth, at best, what a wish gains in this step, plus `levels` for its level, less
    `seats` for its claims. The sum over seekers and seats, less `levels` times what those levels hold, bounds
    the step. `step` is "count" (`at` is `COUNT`, which also stands among `levels` for a place of any level),
    "signature" (`at` is the level), "rank" or "listing" (`at` is (position in the lottery, 0)).
    """

    step: Literal["count", "signature", "rank", "listing"]
    at: tuple[int, int]
    seats: Mapping[Slot, int]
    levels: Mapping[tuple[int, int], int]


@dataclass(frozen=True)
class Result:
    """The outcome of a run: a proposal (S-PL-8), with what it rests on.

    `proof` is "exact" when signature and tie-break are proved optimal, else "gap" with `gap` filled in.
    `order` is the lottery order that was used; `prices` is for the verifier of bundles. `aim` is what it claims
    to be best at: what is proposed to senders is always best by the "rule".
    """

    assignment: Mapping[str, Option | None]
    signature: Signature
    order: tuple[str, ...]
    proof: Literal["exact", "gap"] = "exact"
    gap: Gap | None = None
    prices: tuple[Prices, ...] = ()
    aim: Aim = "rule"


def signature_of(seekers: Sequence[Seeker], assignment: Mapping[str, Option | None]) -> Signature:
    """Count the placed per class and rank (S-PL-3)."""
    counts = {(s.priority, o.rank): 0 for s in seekers for o in s.options}
    for seeker in seekers:
        got = assignment.get(seeker.id)
        if got is not None:
            counts[seeker.priority, got.rank] += 1
    return tuple((level[0], level[1], counts[level]) for level in sorted(counts))
