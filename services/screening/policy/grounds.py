"""How the grounds of a company's screening are written down before they are sealed as one text (C-SC-15)."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from schemas.values import Decision


def written(decisions: Sequence[Decision], reason: str = "") -> str:
    """A JSON list of decisions; an officer's words stand as ``reason`` in those that the officer took."""
    rows = []
    for decision in decisions:
        row = msgspec.to_builtins(decision)
        row["reason"] = reason if decision.by != "rule" else None
        rows.append(row)
    return json.dumps(rows, ensure_ascii=False)


def eligible(decisions: Sequence[Decision]) -> bool:
    """Whether no hard ground stands against the company."""
    return all(decision.outcome != "refused" for decision in decisions)


def waivers(decisions: Sequence[Decision]) -> int:
    """How many waivers are asked for."""
    return sum(decision.outcome == "waiver_asked" for decision in decisions)
