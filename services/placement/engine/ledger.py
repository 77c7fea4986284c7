"""The verifier's own reading of a round and its result; shares nothing with the solver but the plain data."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from services.placement.engine.model import Aim, Option, Problem, Result, Seeker, Slot

Level = tuple[int, int]


@dataclass(frozen=True)
class Ledger:
    """Seats per slot after those already there, what each may have, what each got, who sits where, whose
    turn, and what the result claims to be best at.
    """

    room: dict[Slot, int]
    seekers: dict[str, Seeker]
    wishes: dict[str, tuple[Option, ...]]
    got: dict[str, Option | None]
    sitting: dict[Slot, set[str]]
    turn: dict[str, int]
    aim: Aim

    def level(self, seeker: str, option: Option) -> Level:
        """Class and rank of a wish (S-PL-3); the smaller goes first."""
        return (self.seekers[seeker].priority, option.rank)

    def held(self, seeker: str) -> Level:
        """Class and rank of what the seeker got; those without a place come after everybody."""
        got = self.got[seeker]
        return self.level(seeker, got) if got else (sys.maxsize, 0)

    def better(self, seeker: str) -> tuple[Option, ...]:
        """The wishes ranked above what the seeker got; all of them if it got none."""
        got = self.got[seeker]
        return tuple(o for o in self.wishes[seeker] if got is None or o.rank < got.rank)


def open_ledger(problem: Problem, result: Result) -> Ledger:
    """Read a problem and a result that was found feasible."""
    room: dict[Slot, int] = {}
    for place in problem.places:
        for period in place.capacity:
            slot = (place.id, period)
            room[slot] = place.capacity[period] - problem.incumbents.get(slot, 0)
    seekers = {seeker.id: seeker for seeker in problem.seekers}
    wishes = {seeker.id: tuple(_possible(seeker, room)) for seeker in problem.seekers}
    got = {name: result.assignment.get(name) for name in seekers}
    sitting: dict[Slot, set[str]] = {}
    for name, option in got.items():
        for slot in option.claims if option else ():
            sitting.setdefault(slot, set()).add(name)
    return Ledger(
        room, seekers, wishes, got, sitting, {name: turn for turn, name in enumerate(result.order)}, result.aim
    )


def _possible(seeker: Seeker, room: dict[Slot, int]) -> list[Option]:
    allowed = []
    for option in seeker.options:
        if option.rank in seeker.ineligible:
            continue
        if min(room.get(slot, 0) for slot in option.claims) >= 1:
            allowed.append(option)
    return allowed
