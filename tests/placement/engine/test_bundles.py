"""Bundles over fiscal years: all or nothing, and no proof is claimed that was not reached (S-PL-6)."""

from __future__ import annotations

import random

import pytest

from services.placement.engine import Option, Place, Problem, Seeker, explain, lottery, solve, verify


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
