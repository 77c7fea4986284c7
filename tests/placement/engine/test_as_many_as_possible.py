"""As many as possible first, then the rule: a what-if, solved and certified as honestly as the rule itself (S-PL-8)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from services.placement.engine import Option, Place, Problem, Result, Seeker, lottery, solve, verify
from tests.placement.engine.rounds import Assignment, bundle_round, every_assignment, merit, single_round
from tests.placement.engine.test_bundles import entangled_round, overseas_round

MAKERS = [pytest.param(single_round, id="single places"), pytest.param(bundle_round, id="bundles")]
BKK, NYC = (Option(rank, ((place, 2027),)) for rank, place in ((1, "BKK"), (2, "NYC")))
TWO = tuple(Place(name, name, {2027: 1}) for name in ("BKK", "NYC"))


def placed(assignment: Assignment) -> int:
    return sum(option is not None for option in assignment.values())


def best(problem: Problem, order: tuple[str, ...]) -> Assignment:
    """The most placed, then the rule, found by trying every assignment."""
    return max(every_assignment(problem), key=lambda each: [placed(each), *merit(problem, order, each)])


def most(problem: Problem, seed: str) -> Result:
    return solve(problem, lottery((seeker.id for seeker in problem.seekers), seed), aim="most")


@pytest.mark.clause("S-PL-8")
def test_one_more_is_placed_where_the_rule_would_leave_one_out_and_the_envy_is_said() -> None:
    first = Seeker("first", "A", (BKK, NYC))
    later = Seeker("later", "B", (BKK,), priority=1)
    problem = Problem(TWO, (first, later))
    assert solve(problem, ("first", "later")).assignment == {"first": BKK, "later": None}
    result = solve(problem, ("first", "later"), aim="most")
    assert (result.assignment, result.aim) == ({"first": NYC, "later": BKK}, "most")
    certificate = verify(problem, result)
    assert (certificate.aim, certificate.proved, certificate.refuted) == ("most", True, False)
    assert certificate["no_justified_envy"].verdict == "not_claimed"
    assert certificate["no_justified_envy"].detail == "1 are passed over for such as come after them"
    assert certificate["optimal"].detail.startswith("optimal under: the largest number placed, then the rule")


@pytest.mark.clause("S-PL-3")
def test_what_aims_at_the_most_is_not_passed_off_as_the_rule() -> None:
    problem = Problem(TWO, (Seeker("first", "A", (BKK, NYC)), Seeker("later", "B", (BKK,), priority=1)))
    claimed = replace(solve(problem, ("first", "later"), aim="most"), aim="rule")
    assert {c.name for c in verify(problem, claimed).checks if c.verdict == "failed"} == {
        "no_justified_envy",
        "optimal",
    }


@pytest.mark.clause("S-PL-8")
@pytest.mark.parametrize(("make", "rounds"), [(single_round, 1500), (bundle_round, 700)])
def test_it_is_the_best_by_the_rule_among_those_that_place_the_most(
    make: Callable[[int], Problem], rounds: int
) -> None:
    more = 0
    for seed in range(rounds):
        problem = make(seed)
        result = most(problem, f"{seed}")
        assert result.proof == "exact"
        assert result.assignment == best(problem, result.order), seed
        assert verify(problem, result, seed=f"{seed}").proved, seed
        more += placed(dict(result.assignment)) > placed(dict(solve(problem, result.order).assignment))
    assert more > rounds / 100


@pytest.mark.clause("S-PL-8")
@pytest.mark.parametrize("make", MAKERS)
def test_any_other_lawful_assignment_is_refuted(make: Callable[[int], Problem]) -> None:
    draw = random.Random(8)
    tried = 0
    for seed in range(150):
        problem = make(seed)
        result = most(problem, f"{seed}")
        others = [each for each in every_assignment(problem) if each != result.assignment]
        for other in draw.sample(others, k=min(6, len(others))):
            wrong = replace(result, assignment=other, signature=signature(problem, other))
            certificate = verify(problem, wrong)
            assert certificate.refuted, (seed, other)
            moves = next((c.moves for c in certificate.checks if c.verdict == "failed" and c.moves), ())
            moved = other | dict(moves)
            assert moved in list(every_assignment(problem))
            assert [placed(moved), *merit(problem, result.order, moved)] > [
                placed(other),
                *merit(problem, result.order, other),
            ]
            tried += 1
    assert tried > 400


def signature(problem: Problem, assignment: Assignment) -> tuple[tuple[int, int, int], ...]:
    levels = sorted({(s.priority, o.rank) for s in problem.seekers for o in s.options})
    held = [(s.priority, got.rank) for s in problem.seekers if (got := assignment[s.id])]
    return tuple((*level, held.count(level)) for level in levels)


@pytest.mark.clause("S-PL-6")
def test_bundles_are_proved_by_prices_or_say_how_far_they_came() -> None:
    problem = entangled_round(40, 12)
    exact = most(problem, "seed")
    assert exact.proof == "exact"
    hasty = solve(problem, exact.order, aim="most", seconds=0.0)
    assert hasty.gap is not None
    assert (hasty.proof, hasty.gap.step) == ("gap", "count")
    assert hasty.gap.achieved == placed(dict(hasty.assignment))
    assert hasty.gap.achieved <= placed(dict(exact.assignment)) <= hasty.gap.bound
    checks = verify(problem, hasty, steps=50)
    assert checks["no_waste"].verdict == "passed"
    assert checks["optimal"].verdict != "passed"


@pytest.mark.clause("S-PL-6")
def test_bundles_of_usual_size_are_proved_by_prices_without_any_search() -> None:
    usual = overseas_round()
    modest = tuple(replace(s, options=s.options[:1]) if n % 3 else s for n, s in enumerate(usual.seekers))
    problem = replace(usual, seekers=modest)
    result = most(problem, "seed")
    official = solve(problem, result.order)
    assert placed(dict(result.assignment)) > placed(dict(official.assignment))
    assert verify(problem, result, steps=0).proved
    assert not verify(problem, replace(result, aim="rule"), steps=0).proved


def test_a_larger_round_of_single_places_is_certified() -> None:
    draw = random.Random(4)
    places = tuple(Place(f"P{n}", f"P{n}", {2027: 1 + n % 2}) for n in range(60))
    seekers = tuple(
        Seeker(
            f"S{n}",
            f"A{n}",
            tuple(Option(rank, ((f"P{p}", 2027),)) for rank, p in enumerate(draw.sample(range(60), k=3), 1)),
            draw.choice((0, 0, 1)),
        )
        for n in range(75)
    )
    problem = Problem(places, seekers)
    result, official = most(problem, "seed"), solve(problem, lottery((s.id for s in seekers), "seed"))
    assert placed(dict(result.assignment)) > placed(dict(official.assignment))
    assert verify(problem, result, seed="seed").proved
