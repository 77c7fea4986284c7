"""Improving an assignment of bundles by plain exchanges, until nobody is wronged.

A wish is blocked only where one of its slots is full with holders who all come before the seeker at their
level, or level with it. Wherever that is not so, the seeker takes the place and the holders that come after
it give way: each such step makes the signature better, so the walk ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.placement.engine.model import Slot
from services.placement.engine.reduction import Choice


@dataclass(frozen=True)
class Programme:
    """A round in numbers: per seeker its live options' scarce claims, the choices' levels, free seats, the
    order.
    """

    options: Sequence[Mapping[int, tuple[Slot, ...]]]
    levels: Mapping[Choice, tuple[int, int]]
    free: Mapping[Slot, int]
    turns: Sequence[int]


def polish(programme: Programme, chosen: Mapping[int, int]) -> dict[int, int]:
    """Improve until no wish is wasted or justly envied; from nothing, it is a good start."""
    return _walk(programme, chosen, displacing=True)


def fill(programme: Programme, chosen: Mapping[int, int]) -> dict[int, int]:
    """Improve until no wish is wasted; nobody loses a place, so that no fewer are placed than before."""
    return _walk(programme, chosen, displacing=False)


def _walk(programme: Programme, chosen: Mapping[int, int], *, displacing: bool) -> dict[int, int]:
    result = dict(chosen)
    holders: dict[Slot, set[int]] = {slot: set() for slot in programme.free}
    for seeker, position in result.items():
        for slot in programme.options[seeker][position]:
            holders[slot].add(seeker)
    queue = list(programme.turns)
    while queue:
        restless: list[int] = []
        for seeker in queue:
            restless += _advance(programme, result, holders, seeker, displacing)
        queue = list(programme.turns) if restless else []
    return result


def _advance(
    programme: Programme, chosen: dict[int, int], holders: dict[Slot, set[int]], seeker: int, displacing: bool
) -> list[int]:
    """Give the seeker the best wish that nothing rightly blocks; say who moved."""
    current = chosen.get(seeker)
    wishes = sorted(programme.options[seeker], key=lambda position: (programme.levels[seeker, position], position))
    for position in wishes:
        level = programme.levels[seeker, position]
        if current is not None and level >= programme.levels[seeker, current]:
            return []
        leaving = _giving_way(programme, chosen, holders, (seeker, position))
        if leaving is not None and (displacing or not leaving):
            for other in (*leaving, seeker):
                _remove(programme, chosen, holders, other)
            chosen[seeker] = position
            for slot in programme.options[seeker][position]:
                holders[slot].add(seeker)
            return [seeker, *leaving]
    return []


def _giving_way(
    programme: Programme, chosen: Mapping[int, int], holders: Mapping[Slot, set[int]], wish: Choice
) -> set[int] | None:
    """Who would have to leave for the wish: none, some who come after it; None if it is rightly blocked."""
    leaving: set[int] = set()
    for slot in programme.options[wish[0]][wish[1]]:
        others = holders[slot] - {wish[0]} - leaving
        if len(others) < programme.free[slot]:
            continue
        last = max(others, key=lambda other: (programme.levels[other, chosen[other]], other))
        if programme.levels[last, chosen[last]] <= programme.levels[wish]:
            return None
        leaving.add(last)
    return leaving


def _remove(programme: Programme, chosen: dict[int, int], holders: dict[Slot, set[int]], seeker: int) -> None:
    position = chosen.pop(seeker, None)
    if position is not None:
        for slot in programme.options[seeker][position]:
            holders[slot].discard(seeker)
