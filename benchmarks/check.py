"""The regression check: ratios of this run beside those that are committed. Seconds are never compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

TOLERANCE = 0.25
"""A ratio may be worse by a quarter: so much do turns on a quiet machine differ."""


def worse(rows: Sequence[Mapping[str, Any]], committed: Sequence[Mapping[str, Any]]) -> list[str]:
    """What became worse, a line each. A row of which nothing is committed is no regression: see `unknown`."""
    before = {row["name"]: row for row in committed}
    return [
        f"{row['name']}: {before[row['name']]['ratio']:.3g} → {row['ratio']:.3g} "
        f"({'less' if row['goal']['least'] else 'more'} by over {TOLERANCE:.0%})"
        for row in rows
        if row["name"] in before and _fell(row, before[row["name"]])
    ]


def unknown(rows: Sequence[Mapping[str, Any]], committed: Sequence[Mapping[str, Any]]) -> list[str]:
    """Rows with nothing to compare them with."""
    names = {row["name"] for row in committed}
    return [row["name"] for row in rows if row["name"] not in names]


def _fell(row: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    if row["ratio"] is None or before["ratio"] is None:
        return False
    if row["goal"]["least"]:
        return bool(row["ratio"] < before["ratio"] * (1 - TOLERANCE))
    return bool(row["ratio"] > before["ratio"] * (1 + TOLERANCE))
