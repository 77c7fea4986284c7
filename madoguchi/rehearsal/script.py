"""The script of a rehearsal: who sends and does what when, as written by hand in YAML.

A case file has a ``title``, a ``note`` on why it is there, and ``steps``; `officers.yaml` holds the steps of officers
that concern many cases. A step has ``at`` (Tokyo time), ``do`` (an action of `madoguchi.rehearsal.actions`),
and what the action needs; ``expect`` says which refusal is the right answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from schemas.values import TOKYO, Programme


class BadScript(Exception):
    """A script cannot be played as written; says where."""


@dataclass(frozen=True)
class Step:
    """One thing that somebody does. ``case`` is the case file's name, empty for steps about the whole programme."""

    at: datetime
    programme: Programme
    case: str
    number: int
    do: str
    body: dict[str, Any] = field(default_factory=dict)
    place: dict[str, str] = field(default_factory=dict)
    expect: str | None = None

    @property
    def key(self) -> str:
        """The Idempotency-Key: the same whenever this step is tried again."""
        return f"{self.programme}-{self.case or 'officers'}-{self.number:03d}"


@dataclass(frozen=True)
class Case:
    """One applicant of the rehearsal."""

    programme: Programme
    name: str
    title: str
    note: str


@dataclass(frozen=True)
class Script:
    """All cases, and all steps in order of time (at one moment: as written, officers last)."""

    cases: tuple[Case, ...]
    steps: tuple[Step, ...]


def read(folder: Path) -> Script:
    """The script in a folder with one folder a programme. Raises `BadScript`."""
    cases: list[Case] = []
    steps: list[Step] = []
    for programme in ("secondment", "support"):
        for path in sorted((folder / programme).glob("*.yaml")):
            found = _load(path)
            if path.stem != "officers":
                cases.append(Case(programme, path.stem, found["title"], found.get("note", "")))
            steps.extend(_steps(path, programme, found))
    known = {(case.programme, case.name) for case in cases}
    for step in steps:
        if step.case and (step.programme, step.case) not in known:
            raise BadScript(f"{step.programme}/officers.yaml: there is no case '{step.case}'")
    return Script(tuple(cases), tuple(sorted(steps, key=lambda step: step.at)))


def _load(path: Path) -> dict[str, Any]:
    found = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict) or "steps" not in found:
        raise BadScript(f"{path.name}: 'steps' is missing")
    return found


def _steps(path: Path, programme: Programme, found: dict[str, Any]) -> Iterator[Step]:
    own = "" if path.stem == "officers" else path.stem
    number = 0
    for written in found["steps"]:
        at = _moment(path, written.get("at"))
        for case in written.get("cases") or [written.get("case", own)]:
            number += 1
            yield Step(
                at,
                programme,
                case,
                number + (500 if not own and case else 0),
                written["do"],
                dict(written.get("body") or {}),
                {name: str(value) for name, value in (written.get("place") or {}).items()},
                written.get("expect"),
            )


def _moment(path: Path, written: object) -> datetime:
    try:
        at = datetime.fromisoformat(written if isinstance(written, str) else "")
    except ValueError:
        raise BadScript(f"{path.name}: 'at' must be a moment in Tokyo such as 2025-11-10T10:00") from None
    return at if at.tzinfo else at.replace(tzinfo=TOKYO)
