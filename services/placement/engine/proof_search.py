"""Optimality by trying: for bundles that prices cannot settle, in a bounded number of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.placement.engine.certificate import Check, Moves
from services.placement.engine.ledger import Ledger
from services.placement.engine.model import Option, Slot

LARGEST = 300
"""Groups with more seekers are not tried: no affordable number of steps would do."""

Worth = dict[tuple[str, Option], int]


def prove_by_search(ledger: Ledger, steps: int) -> tuple[Check, Check]:
    """The checks "optimal" and "tie_break", each found, refuted, or left open when the steps are used up.

    Seekers who share no contested slot, directly or through others, are tried apart from each other.
    """
    groups = _groups(ledger)
    optimal = _search(ledger, groups, steps, "optimal", "S-PL-3")
    if optimal.verdict != "passed":
        return optimal, Check("tie_break", "S-PL-5", "not_proved", "only optimal results are compared")
    return optimal, _search(ledger, groups, steps, "tie_break", "S-PL-5")


def _search(ledger: Ledger, groups: Sequence[Sequence[str]], steps: int, name: str, clause: str) -> Check:
    for group in groups:
        if len(group) > LARGEST:
            return Check(name, clause, "not_proved", f"{len(group)} seekers hang together: too many to try")
        worth = _signature_worth(ledger, group)
        if name == "tie_break":
            worth = _with_turns(ledger, group, worth)
        trial = _Trial(ledger, group, worth, steps)
        better = trial.run()
        if better:
            return Check(name, clause, "failed", "another assignment is better by the rule", better)
        if trial.steps < 0:
            return Check(name, clause, "not_proved", f"not settled within {steps} steps")
        steps = trial.steps
    return Check(name, clause, "passed", "every other assignment was ruled out")


def _groups(ledger: Ledger) -> list[list[str]]:
    users: dict[Slot, set[str]] = {}
    for name, wishes in ledger.wishes.items():
        for option in wishes:
            for slot in option.claims:
                users.setdefault(slot, set()).add(name)
    leader = {name: name for name in ledger.wishes}
    for slot, names in users.items():
        if len(names) > ledger.room[slot]:
            first = min(names)
            for name in names:
                leader[_lead(leader, name)] = _lead(leader, first)
    groups: dict[str, list[str]] = {}
    for name in sorted(leader, key=lambda each: (ledger.seekers[each].priority, ledger.turn[each])):
        groups.setdefault(_lead(leader, name), []).append(name)
    return list(groups.values())


def _lead(leader: dict[str, str], name: str) -> str:
    while leader[name] != name:
        leader[name] = leader[leader[name]]
        name = leader[name]
    return name


def _signature_worth(ledger: Ledger, group: Sequence[str]) -> Worth:
    levels = sorted({ledger.level(name, option) for name in group for option in ledger.wishes[name]}, reverse=True)
    any_place = (len(group) + 1) ** len(levels) if ledger.aim == "most" else 0
    value = {level: any_place + (len(group) + 1) ** power for power, level in enumerate(levels)}
    return {(name, option): value[ledger.level(name, option)] for name in group for option in ledger.wishes[name]}


def _with_turns(ledger: Ledger, group: Sequence[str], worth: Worth) -> Worth:
    """Add below the signature one digit per seeker in lottery order for its rank, then one for its listing."""
    ranks = 2 + max((option.rank for _, option in worth), default=0)
    listed = 2 + max(len(ledger.seekers[name].options) for name in group)
    by_turn = sorted(group, key=lambda name: ledger.turn[name], reverse=True)
    result: Worth = {}
    for power, name in enumerate(by_turn):
        for option in ledger.wishes[name]:
            position = listed - 1 - ledger.seekers[name].options.index(option)
            digits = (ranks - option.rank) * ranks**power * listed ** len(group) + position * listed**power
            result[name, option] = worth[name, option] * (ranks * listed) ** len(group) + digits
    return result


@dataclass
class _Trial:
    """Depth first over the group; a branch is left when even the best for each of the rest is not enough."""

    ledger: Ledger
    group: Sequence[str]
    worth: Worth
    steps: int
    load: dict[Slot, int] = field(default_factory=dict)
    picked: list[Option | None] = field(default_factory=list)

    def run(self) -> Moves:
        """The better assignment of the group, or nothing; `steps` is below 0 if they ran out."""
        goal = 0
        for name in self.group:
            got = self.ledger.got[name]
            goal += self.worth[name, got] if got else 0
        if self._beats(0, goal):
            return tuple(zip(self.group, self.picked, strict=True))
        return ()

    def _fitting(self, name: str) -> list[Option]:
        room, load = self.ledger.room, self.load
        wishes = self.ledger.wishes[name]
        return [option for option in wishes if all(load.get(slot, 0) < room[slot] for slot in option.claims)]

    def _hope(self, position: int) -> int:
        rest = self.group[position:]
        return sum(max((self.worth[name, o] for o in self._fitting(name)), default=0) for name in rest)

    def _beats(self, position: int, goal: int) -> bool:
        """Whether the seekers from `position` on can be worth more than `goal`."""
        self.steps -= 1
        if self.steps < 0 or self._hope(position) <= goal:
            return False
        if position == len(self.group):
            return True
        name = self.group[position]
        for option in sorted(self._fitting(name), key=lambda each: -self.worth[name, each]):
            if self._try(position, option, goal - self.worth[name, option]):
                return True
        return self._try(position, None, goal)

    def _try(self, position: int, option: Option | None, goal: int) -> bool:
        claims = option.claims if option else ()
        for slot in claims:
            self.load[slot] = self.load.get(slot, 0) + 1
        self.picked.append(option)
        if self._beats(position + 1, goal):
            return True
        self.picked.pop()
        for slot in claims:
            self.load[slot] -= 1
        return False
