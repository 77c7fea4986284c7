"""Optimality of bundles by prices that came with the result: each bound is recomputed here in whole numbers.

Whoever made the prices need not be trusted: any prices give a bound that holds, bad ones merely prove
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from services.placement.engine.certificate import Check
from services.placement.engine.ledger import Ledger, Level
from services.placement.engine.model import COUNT, UNIT, Option, Prices, Slot

Menu = Callable[[str], tuple[Option | None, ...]]
"""What a seeker may have in the assignments that a step compares; None stands for no place."""

NOTHING: tuple[Mapping[Slot, int], Mapping[Level, int]] = ({}, {})


def prove_by_prices(ledger: Ledger, prices: Iterable[Prices]) -> tuple[Check, Check]:
    """The checks "optimal" and "tie_break": passed, or left open; prices alone never refute."""
    book = {(each.step, each.at): (each.seats, each.levels) for each in prices}
    proof = _Proof(ledger)
    levels = sorted(proof.held)
    for number, level in enumerate(levels):
        seats, credits = book.get(("count" if level == COUNT else "signature", level), NOTHING)
        earlier = {each: credits.get(each, 0) for each in levels[:number]}
        empty = {each for each in levels[:number] if not proof.held[each]}
        if not proof.bounded(proof.besides(empty), proof.at_level(level), proof.held[level], seats, earlier):
            return _open("optimal", "S-PL-3", f"no prices prove {level}"), _open("tie_break", "S-PL-5", "")
    optimal = Check("optimal", "S-PL-3", "passed", "prices for every level prove it")
    for step in ("rank", "listing"):
        for name, turn in ledger.turn.items():
            seats, credits = book.get((step, (turn, 0)), NOTHING)
            if not proof.settled(step, name, seats, credits):
                return optimal, _open("tie_break", "S-PL-5", f"no prices prove turn {turn}")
    return optimal, Check("tie_break", "S-PL-5", "passed", "prices for every turn prove it")


def _open(name: str, clause: str, detail: str) -> Check:
    return Check(name, clause, "not_proved", detail)


class _Proof:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.held: dict[Level, int] = {}
        for name, wishes in ledger.wishes.items():
            for option in wishes:
                self.held.setdefault(ledger.level(name, option), 0)
        for name, got in ledger.got.items():
            if got:
                self.held[ledger.level(name, got)] += 1
        if ledger.aim == "most":
            self.held[COUNT] = sum(self.held.values())

    def besides(self, empty: Container[Level]) -> Menu:
        """Every wish but those of levels that have nobody, or nothing: results equal so far use no others."""

        def menu(name: str) -> tuple[Option | None, ...]:
            wishes = self.ledger.wishes[name]
            return (*(option for option in wishes if self.ledger.level(name, option) not in empty), None)

        return menu

    def of_held_levels(self, name: str) -> tuple[Option, ...]:
        """The wishes of levels at which somebody is placed: results of the same signature use no others."""
        return tuple(option for option in self.ledger.wishes[name] if self.held[self.ledger.level(name, option)])

    def at_level(self, level: Level) -> Callable[[str, Option], int]:
        """A wish of the level counts one; any wish does where it is the number placed that counts."""
        return lambda name, option: int(level in (COUNT, self.ledger.level(name, option)))

    def settled(self, step: str, name: str, seats: Mapping[Slot, int], credits: Mapping[Level, int]) -> bool:
        """Whether the seeker can have nothing better in this step without harm to those before it."""
        got, wishes = self.ledger.got[name], self.of_held_levels(name)
        listed = self.ledger.seekers[name].options
        if step == "listing":
            wishes = tuple(option for option in wishes if got is not None and option.rank == got.rank)
        place = {option: option.rank if step == "rank" else listed.index(option) + 1 for option in wishes}
        last = max(place.values(), default=0) + 1
        current = place[got] if got else last
        if min(place.values(), default=last) >= current:
            return True
        menu = self._ranked(name) if step == "rank" else self._listed(name)
        gain = {(name, option): last - position for option, position in place.items()}
        return self.bounded(menu, lambda *wish: gain.get(wish, 0), last - current, seats, credits)

    def _ranked(self, name: str) -> Menu:
        turn = self.ledger.turn

        def menu(each: str) -> tuple[Option | None, ...]:
            return (*self.of_held_levels(each), None) if turn[each] >= turn[name] else self._same_rank(each)

        return menu

    def _listed(self, name: str) -> Menu:
        turn, got = self.ledger.turn, self.ledger.got

        def menu(each: str) -> tuple[Option | None, ...]:
            return self._same_rank(each) if turn[each] >= turn[name] else (got[each],)

        return menu

    def _same_rank(self, name: str) -> tuple[Option | None, ...]:
        got = self.ledger.got[name]
        return tuple(o for o in self.ledger.wishes[name] if got and o.rank == got.rank) or (None,)

    def bounded(
        self,
        menu: Menu,
        gain: Callable[[str, Option], int],
        reached: int,
        seats: Mapping[Slot, int],
        credits: Mapping[Level, int],
    ) -> bool:
        """Whether no assignment from the menus, with the counts of the credited levels, gains more than
        reached.
        """
        cost = {slot: max(0, price) for slot, price in seats.items()}
        total = sum(self.ledger.room.get(slot, 0) * price for slot, price in cost.items())
        total -= sum(credit * self.held[level] for level, credit in credits.items() if level in self.held)
        for name in self.ledger.got:
            total += max(
                UNIT * gain(name, option)
                + credits.get(self.ledger.level(name, option), 0)
                + (credits.get(COUNT, 0) if COUNT in self.held else 0)
                - sum(cost.get(slot, 0) for slot in option.claims)
                if option
                else 0
                for option in menu(name)
            )
        return total < UNIT * (reached + 1)
