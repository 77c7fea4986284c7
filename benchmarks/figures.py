"""A measured figure beside its comparison: as a line of JSON for machines, as a table for people."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

JOURNALLED = "w=majority, j=true, one-node replica set"


@dataclass(frozen=True)
class Figure:
    """``ours`` and ``beside`` in ``unit``; ``p50`` and ``p99`` of ours in milliseconds."""

    name: str
    ours: float
    beside: float
    unit: str
    p50: float
    p99: float
    durability: str

    @property
    def ratio(self) -> float:
        """Ours by the other; above 1 ours is faster."""
        return self.ours / self.beside

    def line(self) -> str:
        """One JSON object."""
        rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return json.dumps(rounded | {"ratio": round(self.ratio, 3)}, ensure_ascii=False)


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else list(seconds) * 99
    return cuts[49] * 1000, cuts[98] * 1000


def show(title: str, figures: Sequence[Figure]) -> None:
    """The table on standard error, the lines on standard output."""
    table = Table(title=title, title_justify="left")
    for column in ("", "ours", "beside", "ratio", "p50 ms", "p99 ms"):
        table.add_column(column, justify="left" if not column else "right")
    for each in figures:
        table.add_row(
            each.name, f"{each.ours:,.0f}", f"{each.beside:,.0f}", f"{each.ratio:.2f}", f"{each.p50:.2f}",
            f"{each.p99:.2f}",
        )  # fmt: skip
    for each in figures:
        print(each.line(), flush=True)
    console = Console(stderr=True)
    console.print(table)
    console.print("; ".join(sorted({f"{each.unit}, {each.durability}" for each in figures})), style="dim")
