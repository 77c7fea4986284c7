"""Optimality by prices: no exchange along any path or cycle makes the result better, shown in whole numbers.

Each wish is worth a number such that one wish of an earlier level outweighs all later ones together. A price
on every place, such that each seeker already has what is worth most to it after paying, and only full places
cost anything, proves that nothing is worth more in total. With several claims per wish only the scarcest is
looked at: that allows more assignments, never fewer, so that a proof holds; a failure then means nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from services.placement.engine.certificate import Check, Moves
from services.placement.engine.ledger import Ledger
from services.placement.engine.model import Option, Slot
from services.placement.engine.proof_order import first_wronged

OUTSIDE: Slot = ("", 0)
"""Where those without a place are; nothing in the data carries an empty id there."""


@dataclass(frozen=True)
class Arc:
    """One seeker's move from where it is to another place (or outside), and what is gained; None: a free
    seat.
    """

    start: Slot
    end: Slot
    gain: int
    seeker: str | None = None
    option: Option | None = None


def prove_by_exchange(ledger: Ledger) -> tuple[Check, Check]:
    """The checks "optimal" and "tie_break"; both left open where bundles stand in the way."""
    spot = _scarcest(ledger)
    bundled = any(len(option.claims) > 1 for wishes in ledger.wishes.values() for option in wishes)
    arcs = _arcs(ledger, spot)
    prices, moves = _prices(arcs)
    if moves:
        optimal = Check("optimal", "S-PL-3", "failed", "an exchange gives a better signature", moves)
        later = Check("tie_break", "S-PL-5", "not_proved", "only optimal results are compared")
    else:
        optimal = Check("optimal", "S-PL-3", "passed", "prices on places prove it")
        tight = [arc for arc in arcs if prices[arc.end] == prices[arc.start] + arc.gain]
        wronged = first_wronged(ledger, tight)
        detail = "an exchange serves an earlier one in the lottery better" if wronged else ""
        later = Check("tie_break", "S-PL-5", "failed" if wronged else "passed", detail, wronged)
    if bundled and "failed" in (optimal.verdict, later.verdict):
        return (_open("optimal", "S-PL-3"), _open("tie_break", "S-PL-5"))
    return (optimal, later)


def _open(name: str, clause: str) -> Check:
    return Check(name, clause, "not_proved", "one claim per wish does not suffice")


def _scarcest(ledger: Ledger) -> dict[Option, Slot]:
    """For each wish the one claim that is looked at: where most compete for each seat."""
    demand: dict[Slot, set[str]] = {}
    for name, wishes in ledger.wishes.items():
        for option in wishes:
            for slot in option.claims:
                demand.setdefault(slot, set()).add(name)
    rivals = {slot: len(names) / ledger.room[slot] for slot, names in demand.items()}
    every = {option for wishes in ledger.wishes.values() for option in wishes}
    return {option: max(option.claims, key=lambda slot: (rivals[slot], slot)) for option in every}


def _arcs(ledger: Ledger, spot: dict[Option, Slot]) -> list[Arc]:
    worth = _worth(ledger)
    arcs: list[Arc] = []
    load = dict.fromkeys(spot.values(), 0)
    for name, wishes in ledger.wishes.items():
        got = ledger.got[name]
        here, value = (spot[got], worth[ledger.level(name, got)]) if got else (OUTSIDE, 0)
        if got:
            load[here] += 1
            arcs.append(Arc(here, OUTSIDE, -value, name, None))
        for option in wishes:
            if option != got:
                arcs.append(Arc(here, spot[option], worth[ledger.level(name, option)] - value, name, option))
    arcs += [Arc(slot, OUTSIDE, 0) for slot, number in load.items() if number < ledger.room[slot]]
    return arcs + [Arc(OUTSIDE, slot, 0) for slot in load]


def _worth(ledger: Ledger) -> dict[tuple[int, int], int]:
    """One wish of a level is worth more than one of each later level for every seeker."""
    levels = sorted({ledger.level(name, option) for name, wishes in ledger.wishes.items() for option in wishes})
    base = len(ledger.seekers) + 1
    any_place = base ** (len(levels) + 1) if ledger.aim == "most" else 0
    return {level: any_place + base ** (len(levels) - position) for position, level in enumerate(levels)}


def _prices(arcs: list[Arc]) -> tuple[dict[Slot, int], Moves]:
    """The most that could be gained by freeing a seat at each place; or the moves of an exchange that gains."""
    onward: dict[Slot, dict[Slot, Arc]] = {OUTSIDE: {}}
    for arc in arcs:
        known = onward.setdefault(arc.start, {}).get(arc.end)
        if known is None or arc.gain > known.gain:
            onward[arc.start][arc.end] = arc
    prices = dict.fromkeys({arc.end for arc in arcs} | onward.keys(), 0)
    came: dict[Slot, Arc] = {}
    steps = dict.fromkeys(prices, 0)
    queue, waiting = deque(prices), set(prices)
    while queue:
        here = queue.popleft()
        waiting.discard(here)
        for there, arc in onward.get(here, {}).items():
            if prices[there] >= prices[here] + arc.gain:
                continue
            prices[there], came[there], steps[there] = prices[here] + arc.gain, arc, steps[here] + 1
            if there == OUTSIDE or steps[there] > len(prices):
                return prices, _trace(came, there)
            if there not in waiting:
                waiting.add(there)
                queue.append(there)
    return prices, ()


def _trace(came: dict[Slot, Arc], end: Slot) -> Moves:
    """Walk back along the gains; if they run in a circle the circle gains, else the way from outside does."""
    passed: list[Slot] = []
    node = end
    while node in came and node not in passed:
        passed.append(node)
        node = came[node].start
    circle = passed[passed.index(node) :] if node in passed else passed
    return tuple((arc.seeker, arc.option) for arc in map(came.__getitem__, circle) if arc.seeker is not None)
