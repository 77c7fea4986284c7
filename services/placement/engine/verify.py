"""Certify a result without the solver: own reading of the data, own arguments (S-PL-3, S-PL-5, S-PL-6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from services.placement.engine.certificate import Certificate, Check, Moves
from services.placement.engine.ledger import Ledger, open_ledger
from services.placement.engine.model import Option, Problem, Result, Slot
from services.placement.engine.proof_exchange import prove_by_exchange
from services.placement.engine.proof_prices import prove_by_prices
from services.placement.engine.proof_search import prove_by_search

SEARCH_STEPS = 20_000


def verify(problem: Problem, result: Result, *, seed: str | None = None, steps: int = SEARCH_STEPS) -> Certificate:
    """Check every claim of a result; each check passes, fails with a counterexample, or is left open.

    With the recorded `seed` the lottery order is drawn again as well (S-PL-5). Optimality of single places is
    proved by prices on places (linear programming duality) in whole numbers, at any size. Bundles are first
    tried with one claim each, then by the prices that came with the result; what remains open is searched in
    at most `steps` steps.

    Of a result that aims at "most", envy is not a fault but its price: that check says how many have reason for it.
    """
    wrong = list(_feasible(problem, result))
    checks = [Check("feasible", "S-PL-6", "failed" if wrong else "passed", "; ".join(wrong))]
    lottery = _lottery(problem, result, seed)
    checks.append(Check("lottery", "S-PL-5", "failed" if lottery else "passed", lottery))
    if wrong or lottery:
        later = (("signature", "S-PL-3"), ("no_waste", "S-PL-3"), ("no_justified_envy", "S-PL-3"))
        for name, clause in (*later, ("optimal", "S-PL-3"), ("tie_break", "S-PL-5")):
            checks.append(Check(name, clause, "not_proved", "not looked at: the result is not sound"))
        return Certificate(tuple(checks), result.aim)
    ledger = open_ledger(problem, result)
    counted = _counted(problem, ledger)
    same = counted == tuple(result.signature)
    checks.append(Check("signature", "S-PL-3", "passed" if same else "failed", "" if same else f"is {counted}"))
    checks += [_no_waste(ledger), _no_envy(ledger)]
    optimal, tie_break = _best_rule(ledger, result, steps)
    if result.aim == "most" and optimal.verdict == "passed":
        optimal = replace(optimal, detail=f"optimal under: the largest number placed, then the rule; {optimal.detail}")
    return Certificate((*checks, optimal, tie_break), result.aim)


def _best_rule(ledger: Ledger, result: Result, steps: int) -> tuple[Check, Check]:
    """The first argument that settles "optimal" and "tie_break", the cheapest first."""
    proofs = prove_by_exchange(ledger)
    if _settled(proofs):
        return proofs
    priced = prove_by_prices(ledger, result.prices)
    if _settled(priced):
        return priced
    searched = prove_by_search(ledger, steps)
    return priced if searched[0].verdict == "not_proved" else searched


def _settled(proofs: tuple[Check, Check]) -> bool:
    return proofs[0].verdict == "failed" or all(check.verdict in ("passed", "failed") for check in proofs)


def _feasible(problem: Problem, result: Result) -> Iterator[str]:
    known = {seeker.id: seeker for seeker in problem.seekers}
    if set(result.assignment) != set(known):
        yield "the result does not speak of exactly the seekers of the round"
        return
    load: dict[Slot, int] = {}
    for name, option in result.assignment.items():
        if option is None:
            continue
        if option not in known[name].options:
            yield f"{name} got what it did not wish"
        if option.rank in known[name].ineligible:
            yield f"{name} got what it is not eligible for"
        for slot in option.claims:
            load[slot] = load.get(slot, 0) + 1
    yield from _overfull(problem, load)


def _overfull(problem: Problem, load: dict[Slot, int]) -> Iterator[str]:
    seats = {(place.id, period): number for place in problem.places for period, number in place.capacity.items()}
    for slot, number in load.items():
        there = problem.incumbents.get(slot, 0)
        if number + there > seats.get(slot, 0):
            yield f"{slot[0]} in {slot[1]} has {seats.get(slot, 0)} places, {there} there already, {number} given"


def _lottery(problem: Problem, result: Result, seed: str | None) -> str:
    names = [seeker.id for seeker in problem.seekers]
    if sorted(names) != sorted(result.order):
        return "the order does not name each seeker once"
    if seed is None:
        return ""
    drawn = sorted((hashlib.sha256(f"{seed}\x00{name}".encode()).digest(), name) for name in names)
    return "" if [name for _, name in drawn] == list(result.order) else "the seed gives another order"


def _counted(problem: Problem, ledger: Ledger) -> tuple[tuple[int, int, int], ...]:
    placed = [ledger.level(name, option) for name, option in ledger.got.items() if option]
    wished = sorted({(seeker.priority, option.rank) for seeker in problem.seekers for option in seeker.options})
    return tuple((level[0], level[1], placed.count(level)) for level in wished)


def _full(ledger: Ledger, name: str, slot: Slot) -> set[str] | None:
    """Who fills the slot, the seeker itself left out; None if it is not full."""
    others = ledger.sitting.get(slot, set()) - {name}
    return others if len(others) >= ledger.room[slot] else None


def _no_waste(ledger: Ledger) -> Check:
    for name in ledger.got:
        for option in ledger.better(name):
            if all(_full(ledger, name, slot) is None for slot in option.claims):
                detail = f"{option.place} is free for {name}, which ranked it above what it got"
                return Check("no_waste", "S-PL-3", "failed", detail, ((name, option),))
    return Check("no_waste", "S-PL-3", "passed")


def _no_envy(ledger: Ledger) -> Check:
    """Nobody is passed over for such as come after it: some full slot has only holders that do not."""
    envious = [found for name in ledger.got if (found := _envy(ledger, name))]
    if not envious:
        return Check("no_justified_envy", "S-PL-3", "passed")
    if ledger.aim == "most":
        detail = f"{len(envious)} are passed over for such as come after them"
        return Check("no_justified_envy", "S-PL-3", "not_claimed", detail, tuple(moves[0] for moves in envious))
    (name, option), *gone = envious[0]
    rank = option.rank if option else 0
    detail = f"{name} at rank {rank} comes before {', '.join(other for other, _ in gone)}"
    return Check("no_justified_envy", "S-PL-3", "failed", detail, envious[0])


def _envy(ledger: Ledger, name: str) -> Moves:
    """The wish for which the seeker is passed over, and who would make room for it."""
    for option in ledger.better(name):
        fillers = [others for slot in option.claims if (others := _full(ledger, name, slot)) is not None]
        leaving = {_last(ledger, others) for others in fillers}
        if fillers and all(_comes_after(ledger, other, (name, option)) for other in leaving):
            return ((name, option), *((other, None) for other in sorted(leaving)))
    return ()


def _last(ledger: Ledger, names: set[str]) -> str:
    return max(names, key=lambda name: (ledger.held(name), name))


def _comes_after(ledger: Ledger, holder: str, wish: tuple[str, Option]) -> bool:
    return ledger.held(holder) > ledger.level(*wish)
