"""A measured figure beside its comparison and what it should reach; a line of JSON for machines."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

JOURNALLED = "MongoDB w: majority, j: true, a replica set of one"
ACKNOWLEDGED = "Kafka acks=all, idempotent, one broker"


@dataclass(frozen=True)
class Goal:
    """What is to be reached: at least (or at most) ``value``, of the ratio or, where nothing is beside it, of ours."""

    value: float
    least: bool = True

    def met(self, figure: float) -> bool:
        """Whether the figure reaches it."""
        return figure >= self.value if self.least else figure <= self.value

    @property
    def text(self) -> str:
        """As a table says it."""
        return f"{'≥' if self.least else '≤'} {self.value:g}"


@dataclass(frozen=True)
class Spread:
    """The median of several turns, and the smallest and the greatest of them."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, turns: Sequence[float]) -> Spread:
        """Of at least one turn."""
        return cls(statistics.median(turns), min(turns), max(turns))


@dataclass(frozen=True)
class Figures:
    """Ours, the other's, and the ratio of ours to it in each pair of turns; None where nothing is beside ours."""

    ours: Spread
    beside: Spread | None = None
    ratio: Spread | None = None


@dataclass(frozen=True)
class Result:
    """``figures`` are in ``unit``, ``p50`` and ``p99`` of ours in milliseconds.

    ``conditions`` are what else must hold, in words. ``more`` are further figures that explain this one. ``load`` is
    the machine's while it was measured: what was running besides.
    """

    name: str
    unit: str
    figures: Figures
    goal: Goal
    durability: str
    against: str = "–"
    p50: float | None = None
    p99: float | None = None
    conditions: Mapping[str, bool] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def reached(self) -> bool:
        """The goal and every condition."""
        figure = self.figures.ratio or self.figures.ours
        return self.goal.met(figure.median) and all(self.conditions.values())

    def plain(self) -> dict[str, Any]:
        """As JSON takes it: medians under the plain names, the spread beside them."""
        figures = self.figures
        spreads = {"ours": figures.ours, "beside": figures.beside, "ratio": figures.ratio}
        made: dict[str, Any] = {name: spread.median if spread else None for name, spread in spreads.items()}
        ranges = {name: [spread.low, spread.high] for name, spread in spreads.items() if spread}
        made = {"name": self.name, **made, "unit": self.unit, "p50": self.p50, "p99": self.p99}
        made |= {"durability": self.durability, "reached": self.reached, "goal": asdict(self.goal), "spread": ranges}
        made |= {
            "against": self.against,
            "conditions": dict(self.conditions),
            "load": self.load,
            "more": dict(self.more),
        }
        plain: dict[str, Any] = rounded(made)
        return plain

    def line(self) -> str:
        """One JSON object."""
        return json.dumps(self.plain(), ensure_ascii=False)


def paired(turns: Sequence[tuple[float, float]]) -> Figures:
    """Of turns that were taken one after the other."""
    ours, beside = ([turn[side] for turn in turns] for side in (0, 1))
    ratios = [mine / other for mine, other in turns]
    return Figures(Spread.of(ours), Spread.of(beside), Spread.of(ratios))


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else list(seconds) * 99
    return cuts[49] * 1000, cuts[98] * 1000


def rounded(value: Any) -> Any:
    """Four significant digits: what is behind them is noise."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list | tuple) else value
