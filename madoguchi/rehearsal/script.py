"""The script of a rehearsal: who sends and does what when, as written by hand in YAML.

`rehearsal.yaml` names the ``fiscal_year`` that is rehearsed; a case that is of another year says so itself.
A case file has a ``title``, a ``note`` on why it is there, and ``steps``; `officers.yaml` holds the steps of officers
that concern many cases. A step has ``at`` (Tokyo time), ``do`` (an action of `madoguchi.rehearsal.actions`),
and what the action needs; ``expect`` says which refusal is the right answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from madoguchi.rehearsal.actions import ACTIONS
from schemas.values import TOKYO, Programme

STEP = frozenset({"at", "do", "body", "place", "case", "cases", "expect"})
OFFICERS = "officers"
CYCLE = "rehearsal.yaml"


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
    fiscal_year: int
    name: str
    title: str
    note: str


@dataclass(frozen=True)
class Script:
    """All cases, and all steps in order of time (at one moment: as written, officers last)."""

    fiscal_year: int
    cases: tuple[Case, ...]
    steps: tuple[Step, ...]

    def year_of(self, step: Step) -> int:
        """The fiscal year of the case that a step is about, else the one that is rehearsed."""
        own = (each.fiscal_year for each in self.cases if (each.programme, each.name) == (step.programme, step.case))
        return next(own, self.fiscal_year)


def read(folder: Path) -> Script:
    """The script in a folder with one folder a programme. Raises `BadScript`."""
    rehearsed = _year(folder / CYCLE)
    cases: list[Case] = []
    steps: list[Step] = []
    for programme in get_args(Programme):
        for path in sorted((folder / programme).glob("*.yaml")):
            found = _load(path)
            if path.stem != OFFICERS:
                year = found.get("fiscal_year", rehearsed)
                cases.append(Case(programme, year, path.stem, str(found["title"]), str(found.get("note", ""))))
            steps.extend(_steps(path, programme, found))
    if not steps:
        raise BadScript(f"{folder.name}: there is nothing to play")
    known = {(case.programme, case.name) for case in cases}
    for step in steps:
        if step.case and (step.programme, step.case) not in known:
            raise BadScript(f"{step.programme}/{OFFICERS}.yaml: there is no case '{step.case}'")
    return Script(rehearsed, tuple(cases), tuple(sorted(steps, key=lambda step: step.at)))


def _year(path: Path) -> int:
    found = _yaml(path) if path.is_file() else None
    year = found.get("fiscal_year") if isinstance(found, dict) else None
    if not isinstance(year, int):
        raise BadScript(f"{path.name}: say which 'fiscal_year' is rehearsed")
    return year


def _yaml(path: Path) -> Any:
    try:
        return YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise BadScript(f"{path.name}: line {line}: {error.problem}") from None


def _load(path: Path) -> dict[str, Any]:
    found = _yaml(path)
    if not isinstance(found, dict) or not isinstance(found.get("steps"), list):
        raise BadScript(f"{path.name}: 'steps' is missing")
    if "title" not in found:
        raise BadScript(f"{path.name}: 'title' is missing")
    if not isinstance(found.get("fiscal_year", 0), int):
        raise BadScript(f"{path.name}: 'fiscal_year' must be a year such as 2027")
    return found


def _steps(path: Path, programme: Programme, found: dict[str, Any]) -> Iterator[Step]:
    own = "" if path.stem == OFFICERS else path.stem
    number = 0
    for place, written in enumerate(found["steps"], 1):
        where = f"{path.name}: step {place}"
        _must_be_step(where, written)
        at = _moment(where, written.get("at"))
        for case in written.get("cases") or [written.get("case", own)]:
            number += 1
            yield Step(
                at,
                programme,
                case,
                number + (500 if not own and case else 0),
                written["do"],
                _plain(dict(written.get("body") or {})),
                {name: str(_plain(value)) for name, value in (written.get("place") or {}).items()},
                written.get("expect"),
            )


def _must_be_step(where: str, written: object) -> None:
    if not isinstance(written, Mapping):
        raise BadScript(f"{where}: a step has 'at' and 'do'")
    if strange := sorted(map(str, written.keys() - STEP)):
        raise BadScript(f"{where}: '{strange[0]}' is unknown; a step may have {', '.join(sorted(STEP))}")
    if written.get("do") not in ACTIONS:
        raise BadScript(f"{where}: 'do' must be one of `madoguchi do list`, not '{written.get('do')}'")


def _moment(where: str, written: object) -> datetime:
    try:
        at = written if isinstance(written, datetime) else datetime.fromisoformat(str(written))
    except ValueError:
        raise BadScript(f"{where}: 'at' must be a moment in Tokyo such as 2025-11-10T10:00") from None
    return at if at.tzinfo else at.replace(tzinfo=TOKYO)


def _plain(value: Any) -> Any:
    """YAML's dates as ISO text, as JSON has them."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
