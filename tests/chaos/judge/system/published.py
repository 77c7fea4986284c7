"""What is published on paper: who consumes what (a table in docs), how many places each site has (the edition)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

PROJECT = Path(__file__).parents[4]
TABLE = PROJECT / "docs" / "architecture.md"
EDITION = PROJECT / "policies" / "secondment" / "2026"
SITES = ("headquarters.yaml", "offices.yaml")


def consumes(services: Sequence[str]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """By service: the topics that it reads, and the names that it reacts to, as the published table says."""
    rows = [row.strip("| \n").split(" | ") for row in TABLE.read_text(encoding="utf-8").splitlines()]
    said = [row for row in rows if len(row) == 3 and row[1] in services]
    found = {}
    for service in services:
        mine = [(name, by) for name, by, to in said if service in to.split(", ")]
        found[service] = frozenset(by for _, by in mine), frozenset(name for name, _ in mine)
    return found


@cache
def capacities() -> dict[tuple[str, int], int]:
    """By site and year, as the edition's files say."""
    found: dict[tuple[str, int], int] = {}
    for name in SITES:
        _collect(YAML(typ="safe").load((EDITION / name).read_text(encoding="utf-8")), found)
    return found


@cache
def incumbents() -> dict[tuple[str, int], int]:
    """By site and year: how many of its places are taken by who is there already, as the edition's file says."""
    found: Counter[tuple[str, int]] = Counter()
    for each in YAML(typ="safe").load((EDITION / "incumbents.yaml").read_text(encoding="utf-8"))["taken"]:
        for year in range(_fiscal_year(each["from"]), _fiscal_year(each["until"]) + 1):
            found[each["site"], year] += each.get("places", 1)
    return dict(found)


def _fiscal_year(day: date) -> int:
    return day.year - (day.month < 4)


def _collect(node: Any, found: dict[tuple[str, int], int]) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("capacity"), dict) and "id" in node:
            found.update(((node["id"], int(year)), places) for year, places in node["capacity"].items())
        node = list(node.values())
    for each in node if isinstance(node, list) else ():
        _collect(each, found)
