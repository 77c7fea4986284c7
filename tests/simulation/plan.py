"""What happens in a course, out of its seed, as plain data: who does what on which day, and what goes wrong when.

The cases are those of the rehearsal (`examples/2026`), a few of them for each course; requests that come twice, rival
forms, amendments, withdrawals and erasures are added by lot. A course can be told again with some of it left out.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import get_args

from madoguchi.rehearsal.script import Script, Step, read
from schemas.values import TOKYO, Programme

EXAMPLES = Path(__file__).parents[2] / "examples" / "2026"
SERVICES = ("intake", "screening", "placement", "billing", "notify")
KINDS = {
    "kill": 6, "stop": 2, "second": 3, "stall": 4, "failover": 4, "store away": 2, "bus away": 2, "mail away": 2,
    "storm": 4, "server clock": 2, "rebalance": 2,
}  # fmt: skip
"""What goes wrong, and how often beside the others."""
REPEATED, TWICE, RIVAL, AMENDED, WITHDRAWN, ERASED = 0.15, 0.12, 0.15, 0.15, 0.12, 0.12
"""Shares: of requests sent again after the answer, or twice at once; of cases with a second form and so on."""
RUSH_DAY = datetime(2026, 2, 10, 10, tzinfo=TOKYO)


@dataclass(frozen=True)
class Act:
    """Something that somebody does on a day. ``copies`` are sent at once, ``again`` one more after the answer."""

    name: str
    at: datetime
    step: Step
    copies: int = 1
    again: bool = False


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong: on the day with that number, so many virtual seconds after its beginning."""

    name: str
    day: int
    after: float
    kind: str
    target: str
    seconds: float
    strength: float


@dataclass(frozen=True)
class Plan:
    """A course: ``days`` of acts in their order, what goes wrong, how many places the support's reception has."""

    seed: int
    chapter: str
    places: int
    days: tuple[tuple[Act, ...], ...]
    faults: tuple[Fault, ...]

    def without(self, names: Iterable[str]) -> Plan:
        """The same without some acts and faults; days keep their numbers."""
        gone = frozenset(names)
        days = tuple(tuple(act for act in day if act.name not in gone) for day in self.days)
        return replace(self, days=days, faults=tuple(fault for fault in self.faults if fault.name not in gone))

    @property
    def names(self) -> list[str]:
        """Every fault and act, by name."""
        return [fault.name for fault in self.faults] + [act.name for day in self.days for act in day]


def hard(course: Plan, kind: str, seconds: float, count: int = 12, strength: float = 0.1) -> Plan:
    """The same days with one kind of fault only, and much of it: for what a kind of fault must bring to light.

    ``kind`` may name several: "second+stall".
    """
    dice, kinds = random.Random(f"{course.seed}:hard"), kind.split("+")
    faults = tuple(
        Fault(f"h{day}-{n}", day, dice.uniform(0, 1.0), _one_of(dice, kinds), dice.choice(SERVICES), seconds, strength)
        for day in range(len(course.days))
        for n in range(count)
    )
    return replace(course, faults=faults)


def twins(course: Plan) -> Plan:
    """The same days without faults, on which everybody sends everything twice at once."""
    days = tuple(tuple(replace(act, copies=2) for act in day) for day in course.days)
    return replace(course, days=days, faults=())


def _one_of(dice: random.Random, kinds: Sequence[str]) -> str:
    return dice.choice(kinds) if len(kinds) > 1 else kinds[0]


@cache
def script() -> Script:
    """The rehearsal's steps."""
    return read(EXAMPLES)


def plan(seed: int) -> Plan:
    """The course of a seed."""
    dice = random.Random(f"{seed}:plan")
    chapter = dice.choices(("cycle", "rush"), (3, 2))[0]
    cases = _cases(dice, chapter)
    steps = _rush(dice, cases) if chapter == "rush" else _cycle(dice, cases)
    days = _days(dice, [*steps, *_besides(dice, cases, steps)])
    wanting = sum(programme == "support" for programme, _ in cases)
    places = max(1, wanting - dice.randint(0, max(2, wanting // 2)))
    faults = _faults(dice, len(days))
    return Plan(seed, chapter, places, days, faults + _leaders(seed, len(days)) if faults else ())


def _cases(dice: random.Random, chapter: str) -> list[tuple[Programme, str]]:
    counts = {"support": dice.randint(6, 14), "secondment": 0}
    if chapter == "cycle":
        counts = {programme: dice.randint(1, 3) for programme in get_args(Programme)}
    found: list[tuple[Programme, str]] = []
    for programme in get_args(Programme):
        year = script().fiscal_year
        names = [c.name for c in script().cases if c.programme == programme and c.fiscal_year == year]
        found += [(programme, name) for name in dice.sample(names, counts[programme])]
    return found


def _cycle(dice: random.Random, cases: Sequence[tuple[Programme, str]]) -> list[Step]:
    """The steps of these cases and of the office, up to a day by lot."""
    chosen = set(cases)
    steps = [s for s in script().steps if not s.case or (s.programme, s.case) in chosen]
    steps = [s for s in steps if not {"into", "other"} & s.place.keys()]  # about another case, which may not be there
    ends = dice.choice((len(steps) // 3, len(steps) // 2, len(steps), len(steps)))
    return steps[:ends]


def _rush(dice: random.Random, cases: Sequence[tuple[Programme, str]]) -> list[Step]:
    """Everybody's form and consent on one morning."""
    first: dict[tuple[str, str, str], Step] = {}
    for step in script().steps:
        if (step.programme, step.case) in set(cases) and step.do in {"apply", "paper", "withdraw"}:
            first.setdefault((step.programme, step.case, step.do), step)
    days = {"apply": 0, "paper": dice.choice((0, 0, 1)), "withdraw": 2}
    return [replace(step, at=RUSH_DAY + timedelta(days=days[step.do])) for step in first.values()]


def _besides(dice: random.Random, cases: Sequence[tuple[Programme, str]], steps: Sequence[Step]) -> list[Step]:
    """What the rehearsal does not have: rival forms, amendments, withdrawals, erasures."""
    more: list[Step] = []
    applied = {(s.programme, s.case): s for s in reversed(steps) if s.do == "apply"}
    latest = max((step.at for step in steps), default=RUSH_DAY)
    for case in cases:
        if case not in applied:
            continue
        form = applied[case]
        if dice.random() < RIVAL:
            more.append(replace(form, number=900, body=form.body | {"purpose": "別の担当者からも送ります。"}))
        if form.programme == "secondment" and dice.random() < AMENDED:
            body = form.body | {"purpose": "差し替え：育てたい人材を改めて書きました。"}
            more.append(
                replace(form, number=901, do="amend", body=body, at=form.at + timedelta(days=dice.randint(0, 9)))
            )
        for number, (do, share) in enumerate((("withdraw", WITHDRAWN), ("erase", ERASED)), 902):
            if dice.random() < share:
                days = dice.choice((1, 20, 60, 120, 300, 600))
                at = min(form.at + timedelta(days=days), latest + timedelta(days=1))
                body = {"by": "sender" if do == "withdraw" else "officer-01", "reason": "事情が変わったため"}
                more.append(replace(form, number=number, do=do, body=body, at=at, expect=None))
    return more


def _days(dice: random.Random, steps: Iterable[Step]) -> tuple[tuple[Act, ...], ...]:
    by_day: dict[date, list[Act]] = defaultdict(list)
    for number, step in enumerate(sorted(steps, key=lambda step: step.at)):
        copies = 2 if dice.random() < TWICE else 1
        act = Act(f"a{number}", step.at, step, copies, dice.random() < REPEATED)
        by_day[step.at.astimezone(TOKYO).date()].append(act)
    return tuple(tuple(acts) for _, acts in sorted(by_day.items()))


def _faults(dice: random.Random, days: int) -> tuple[Fault, ...]:
    kinds, weights = list(KINDS), list(KINDS.values())
    count = dice.choice((0, 2, 4, 6, 9, 12))
    return tuple(
        Fault(
            f"f{number}", dice.randrange(days + 1), dice.uniform(0, 1.5), dice.choices(kinds, weights)[0],
            dice.choice(SERVICES), dice.choice((0.1, 0.5, 2.0, 5.0, 12.0, 20.0)), dice.choice((0.02, 0.05, 0.15)),
        )
        for number in range(count)
    )  # fmt: skip


def _leaders(seed: int, days: int) -> tuple[Fault, ...]:
    """Brokers that lead a topic and fail. Drawn apart: what else a seed does is as it was before there were these."""
    dice = random.Random(f"{seed}:leaders")
    return tuple(
        Fault(
            f"l{number}", dice.randrange(days + 1), dice.uniform(0, 1.5), "leader", dice.choice(SERVICES),
            dice.choice((0.1, 0.5, 2.0, 5.0)), 0.0,
        )
        for number in range(dice.choice((0, 0, 1, 2)))
    )  # fmt: skip
