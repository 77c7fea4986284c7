"""The whole road from form to invoice, out of a seed: who does what in which wave, for so many copies of each case.

The cases are those of the small script of `tests/system`, both programmes, each copied under names of its own. A wave
is what happens on one day; what officers do to a whole programme is a wave of its own, for which the system is given
time to come to rest. Each officer's reason holds a word that stands nowhere else, to see where it gets out.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from madoguchi.rehearsal.script import Case, Script, Step, read
from schemas.values import TOKYO
from tests.intake import forms

FOLDER = Path(__file__).parents[1] / "system" / "script"
TWICE, AGAIN = 0.12, 0.15
"""Shares of requests that are sent twice at once, and once more after the answer."""
CANARY = "kx{:04d}zq"
ERASED = ("secondment/tsurumi", "support/hinode")
"""Cases whose organisation is erased at the end, in their last copy."""
OFFICE = "officer-01"


@dataclass(frozen=True)
class Act:
    """Something that somebody does: ``copies`` are sent at once, ``again`` one more after the answer."""

    step: Step
    copies: int
    again: bool


@dataclass(frozen=True)
class Wave:
    """What happens at about one moment. ``rests``: the system is given time to come to rest before."""

    at: datetime
    rests: bool
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Road:
    """All of it: the waves in order, the script that they make up, each canary with its place."""

    waves: tuple[Wave, ...]
    script: Script
    canaries: dict[str, str]


def road(copies: int, seed: int, until: datetime | None = None) -> Road:
    """The road of a seed, for so many copies of each case; up to a moment, if one is given."""
    small, dice = read(FOLDER), random.Random(f"{seed}:road")
    canaries: dict[str, str] = {}
    words = map(CANARY.format, itertools.count(1))
    steps = [_told(step, canaries, words) for step in _steps(small, copies, until)]
    names = tuple(Case(c.programme, c.fiscal_year, _name(c.name, n), c.title, c.note) for n, c in _each(small, copies))
    acts = [Act(step, 2 if dice.random() < TWICE else 1, dice.random() < AGAIN) for step in steps]
    return Road(tuple(_waves(acts)), Script(small.fiscal_year, names, tuple(steps)), canaries)


def _each(small: Script, copies: int) -> list[tuple[int, Case]]:
    return [(number, case) for number in range(1, copies + 1) for case in small.cases]


def _name(case: str, number: int) -> str:
    return f"{case}-{number}"


def _steps(small: Script, copies: int, until: datetime | None) -> list[Step]:
    """Every step for each copy, what is done for a whole programme once; the erasures at the end."""
    found, places = list[Step](), {(c.programme, c.name): place for place, c in enumerate(small.cases, 1)}
    for step in small.steps:
        if until is not None and step.at > until:
            continue
        for number in range(1, copies + 1) if step.case else (0,):
            base = places.get((step.programme, step.case), 0) * 100 + number
            named = _name(step.case, number) if step.case else ""
            found.append(replace(step, case=named, body=_own(step, base)))
    last = max(step.at for step in found) + timedelta(days=1)
    for number, case in enumerate(ERASED):
        programme, _, name = case.partition("/")
        first = next(step for step in small.steps if (step.programme, step.case) == (programme, name))
        body = {"by": OFFICE, "reason": "本人の申し出"}
        found.append(replace(first, at=last, do="erase", case=_name(name, copies), number=900 + number, body=body))
    return found


def _own(step: Step, base: int) -> dict[str, Any]:
    body = copy.deepcopy(step.body)
    if "party" in body:
        party = body["party"]
        own = {"email": f"copy{base}.{party['email']}", "name": f"{party['name']}{base}号店"}
        number = {"corporate_number": forms.number(700_000 + base)} if "corporate_number" in party else {}
        body["party"] = party | own | number
    if "bank_reference" in body:
        body["bank_reference"] += f"-{base}"
    return body


def _told(step: Step, canaries: dict[str, str], words: Iterator[str]) -> Step:
    """The step with a canary in the officer's reason."""
    if "reason" not in step.body or step.body.get("by") == "sender":
        return step
    word = next(words)
    canaries[word] = f"{step.programme}/{step.case} {step.do}"
    return replace(step, body=step.body | {"reason": f"{step.body['reason']} {word}"})


def _waves(acts: Sequence[Act]) -> Iterator[Wave]:
    def kind(act: Act) -> tuple[Any, bool]:
        return act.step.at.astimezone(TOKYO).date(), not act.step.case

    for (_, office), group in itertools.groupby(sorted(acts, key=lambda act: act.step.at), kind):
        among = tuple(group)
        yield Wave(max(act.step.at for act in among), office, among)
