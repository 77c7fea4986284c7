"""Which clauses the rulebook has. An identifier stays for good; a new clause goes to the end of its part."""

from __future__ import annotations

PARTS: dict[str, int] = {
    "G": 8,
    "S-IN": 7,
    "S-SC": 9,
    "S-PL": 11,
    "S-LI": 9,
    "S-BI": 8,
    "S-NO": 2,
    "C-IN": 8,
    "C-SC": 16,
    "C-PL": 1,
    "C-LI": 8,
    "C-BI": 3,
    "C-CO": 1,
    "C-NO": 1,
}
"""How many clauses each part of the rulebook has; S is the secondment, C the support, G common to both."""


def exists(clause: str) -> bool:
    """Whether the rulebook has this clause (条項)."""
    part, _, number = clause.rpartition("-")
    return number.isdecimal() and str(int(number)) == number and 1 <= int(number) <= PARTS.get(part, 0)


def everything() -> list[str]:
    """Every clause of the rulebook, part by part."""
    return [f"{part}-{number}" for part, count in PARTS.items() for number in range(1, count + 1)]
