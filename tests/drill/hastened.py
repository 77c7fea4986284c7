"""The rules as the drill evaluates them: the same expressions and thresholds, with less patience.

A rule waits (`for`) and looks back (`[15m]`) so that a moment does not wake anybody. A drill would wait as long, twice
for each fault; so no wait is longer than `PATIENCE` there and no look back longer than `WINDOW`. Whether the rules wait
and look back as they should is what `promtool test rules` shows, on the rules as they are.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

RULES = Path(__file__).resolve().parents[2] / "infra" / "prometheus" / "rules" / "madoguchi.yml"
PATIENCE, WINDOW = 5, 30
"""Seconds."""
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LOOK_BACK = re.compile(r"\[(\d+)([smhd])\]")


def rules() -> list[dict[str, Any]]:
    """Every rule as it stands."""
    return [rule for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]


def hastened(text: str) -> str:
    """A rule file with less patience."""
    read = yaml.safe_load(text)
    for group in read["groups"]:
        for rule in group["rules"]:
            rule["expr"] = LOOK_BACK.sub(lambda found: f"[{min(WINDOW, _seconds(*found.groups()))}s]", rule["expr"])
            if "for" in rule:
                rule["for"] = f"{min(PATIENCE, _seconds(rule['for'][:-1], rule['for'][-1]))}s"
    return yaml.safe_dump(read, allow_unicode=True, sort_keys=False)


def _seconds(number: str, unit: str) -> int:
    return int(number) * UNITS[unit]
