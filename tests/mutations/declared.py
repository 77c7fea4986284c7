"""The mutations that are declared in `mutations.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

PROVED = ("G-5", "S-IN-5", "S-IN-7", "S-SC-3", "S-SC-5", "S-SC-8", "S-PL-2", "S-PL-4", "S-LI-9", "S-BI-8")
"""The clauses that every `make test` proves; `make mutants` proves all."""


@dataclass(frozen=True)
class Mutation:
    """One rule broken: ``text`` in ``file`` gives way to ``instead``."""

    clause: str
    file: str
    text: str
    instead: str
    within: str = ""


def declared() -> tuple[Mutation, ...]:
    """All of them, in the order of the rulebook."""
    rows = yaml.safe_load(Path(__file__).with_name("mutations.yaml").read_text(encoding="utf-8"))
    return tuple(Mutation(**row) for row in rows)
