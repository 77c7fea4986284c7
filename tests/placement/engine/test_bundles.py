"""Bundles over fiscal years: all or nothing, and no proof is claimed that was not reached (S-PL-6)."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Literal

import pytest

from services.placement.engine import Option, Place, Prices, Problem, Seeker, explain, lottery, solve, verify
from services.placement.engine.ledger import open_ledger
from services.placement.engine.model import UNIT
from services.placement.engine.proof_prices import prove_by_prices
from tests.placement.engine.rounds import bundle_round, every_assignment


def entangled_round(seekers: int, places: int) -> Problem:
    """Every wish takes three scarce seats, so that one claim alone decides nothing."""
    draw = random.Random(5)
    names = [f"P{number}" for number in range(places)]
    sites = tuple(Place(name, name, {2026: 1, 2027: 1, 2028: 1}) for name in names)
    people = tuple(
        Seeker(
            f"S{number}",
            f"owner {number}",
            tuple(
                Option(rank, tuple((draw.choice(names), year) for year in (2026, 2027, 2028))) for rank in range(1, 5)
            ),
            draw.choice((0, 1)),
        )
        for number in range(seekers)
    )
    return Problem(sites, people)


@pytest.mark.clause("S-PL-6")
def test_a_bundle_is_given_whole_or_not_at_all() -> None:
    places = (Place("Tokyo", "本部", {2026: 2}), Place("BKK", "バンコク", {2027: 1, 2028: 1}))
    two_years = Option(1, (("Tokyo", 2026), ("BKK", 2027), ("BKK", 2028)), "BKK")
    one_year = Option(1, (("Tokyo", 2026), ("BKK", 2027)), "BKK")
    home = Option(2, (("Tokyo", 2026),))
    problem = Problem(places, (Seeker("a", "A", (two_years,)), Seeker("b", "B", (one_year, home))))
    assert solve(problem, ("a", "b")).assignment == {"a": two_years, "b": home}
    there_in_2028 = Problem(places, problem.seekers, {("BKK", 2028): 1})
    assert solve(there_in_2028, ("b", "a")).assignment == {"a": None, "b": one_year}


@pytest.mark.clause("S-PL-6")
def test_without_time_the_result_is_sound_and_says_how_far_its_proof_reached() -> None:
    problem = entangled_round(40, 12)
    order = lottery((s.id for s in problem.seekers), "seed")
    hasty = solve(problem, order, seconds=0.0)
    exact = solve(problem, order)
    assert (hasty.proof, exact.proof, exact.gap) == ("gap", "exact", None)
    assert hasty.gap is not None
    assert hasty.gap.step == "signature"
    assert hasty.gap.achieved < hasty.gap.bound
    reached = {(priority, rank): count for priority, rank, count in hasty.signature}
    assert reached[hasty.gap.at] == hasty.gap.achieved
    best = {(priority, rank): count for priority, rank, count in exact.signature}
    assert hasty.gap.achieved <= best[hasty.gap.at] <= hasty.gap.bound
    assert hasty.signature <= exact.signature


@pytest.mark.clause("S-PL-6")
def test_even_without_time_nobody_is_passed_over_without_a_reason() -> None:
    problem = entangled_round(40, 12)
    hasty = solve(problem, lottery((s.id for s in problem.seekers), "seed"), seconds=0.0)
    checks = verify(problem, hasty, steps=100)
    for name in ("feasible", "signature", "no_waste", "no_justified_envy"):
        assert checks[name].verdict == "passed"
    assert checks["optimal"].verdict != "passed"
    assert set(explain(problem, hasty)) == set(hasty.assignment)


@pytest.mark.clause("S-PL-6")
def test_the_same_round_gives_the_same_result_however_it_is_listed() -> None:
    problem = entangled_round(30, 8)
    order = lottery((s.id for s in problem.seekers), "seed")
    turned = Problem(problem.places[::-1], problem.seekers[::-1])
    assert solve(problem, order).assignment == solve(turned, order).assignment


def overseas_round() -> Problem:
    """A domestic unit in the first year, an office for one or two years after it, as S-PL-6 has it."""
    draw = random.Random(3)
    years = (2026, 2027, 2028)
    offices = [Place(f"O{n}", f"O{n}", {year: draw.choice((1, 1, 2)) for year in years}) for n in range(30)]
    units = [Place(f"D{n}", f"D{n}", {year: draw.choice((2, 3)) for year in years}) for n in range(15)]
    seekers = []
    for number in range(60):
        abroad = years[1 : draw.choice((2, 3))]
        wished = draw.sample(offices, k=draw.randint(3, 8))
        options = tuple(
            Option(rank, ((draw.choice(units).id, 2026), *((office.id, year) for year in abroad)), office.id)
            for rank, office in enumerate(wished, 1)
        )
        seekers.append(Seeker(f"S{number}", f"owner {number}", options, draw.choice((0, 0, 1))))
    return Problem((*offices, *units), tuple(seekers))


@pytest.mark.clause("S-PL-6")
def test_a_round_of_usual_size_is_proved_by_prices_without_any_search() -> None:
    problem = overseas_round()
    result = solve(problem, lottery((s.id for s in problem.seekers), "seed"))
    assert result.proof == "exact"
    assert verify(problem, result, steps=0).proved
    unpriced = verify(problem, replace(result, prices=()), steps=0)
    assert unpriced["optimal"].verdict == "not_proved"


@pytest.mark.clause("S-PL-3")
def test_no_prices_whatever_prove_what_is_not_best() -> None:
    draw = random.Random(9)
    tried = 0
    for seed in range(250):
        problem = bundle_round(seed)
        result = solve(problem, lottery((s.id for s in problem.seekers), f"{seed}"))
        others = [each for each in every_assignment(problem) if each != result.assignment]
        for other in draw.sample(others, k=min(6, len(others))):
            forged = replace(result, assignment=other, prices=(*result.prices, *invented(draw, problem)))
            checks = prove_by_prices(open_ledger(problem, forged), forged.prices)
            assert {check.verdict for check in checks} != {"passed"}, (seed, other)
            tried += 1
    assert tried > 500


def invented(draw: random.Random, problem: Problem) -> list[Prices]:
    slots = [(place.id, year) for place in problem.places for year in place.capacity]
    levels = sorted({(s.priority, o.rank) for s in problem.seekers for o in s.options})
    steps: list[tuple[Literal["signature", "rank", "listing"], tuple[int, int]]] = [
        *(("signature", level) for level in levels),
        *(("rank", (turn, 0)) for turn in range(len(problem.seekers))),
    ]
    return [
        Prices(
            step,
            at,
            {slot: draw.choice((-1, 0, 1)) * UNIT for slot in slots},
            {level: draw.choice((-1, 0, 1)) * UNIT for level in levels},
        )
        for step, at in steps
    ]
