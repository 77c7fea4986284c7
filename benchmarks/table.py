"""Results as a table, for the terminal and for a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

COLUMNS = ("work", "ours", "beside", "ratio", "to reach", "p50, p99 ms", "reached", "load")
Plain = Mapping[str, Any]
"""A result as its line of JSON says it."""


def cells(row: Plain) -> tuple[str, ...]:
    """One row, a text for each column."""
    goal = row["goal"]
    sign = "≥" if goal["least"] else "≤"
    percentiles = "–" if row["p99"] is None else f"{_number(row['p50'])}, {_number(row['p99'])}"
    wanted = [f"{sign} {goal['value']:g}", *row["conditions"]]
    missed = [name for name, held in row["conditions"].items() if not held]
    reached = "yes" if row["reached"] else "no" + (f" ({', '.join(missed)})" if missed else "")
    return (
        row["name"], f"{_ranged(row, 'ours')} {row['unit']}", _beside(row), _ranged(row, "ratio"), ", ".join(wanted),
        percentiles, reached, f"{row['load']:.1f}",
    )  # fmt: skip


def _beside(row: Plain) -> str:
    return f"{_ranged(row, 'beside')}: {row['against']}" if row["beside"] is not None else row["against"]


def _ranged(row: Plain, name: str) -> str:
    """The median, and in brackets from where to where the turns went."""
    if row[name] is None:
        return "–"
    low, high = row["spread"][name]
    ranged = f" ({_number(low)}–{_number(high)})" if low != high else ""
    return _number(row[name]) + ranged


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def show(console: Console, rows: Sequence[Plain]) -> None:
    """On a terminal."""
    table = Table(title="make bench", title_justify="left")
    for column in COLUMNS:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*cells(row))
    console.print(table)


def markdown(rows: Sequence[Plain]) -> str:
    """As a page has it."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *(cells(row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
