"""The verifier certifies what the rule demands and refutes everything else, with a counterexample that is one."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from services.placement.engine import Certificate, Option, Place, Problem, Result, Seeker, lottery, solve, verify
from tests.placement.engine.rounds import bundle_round, every_assignment, merit, single_round

MAKERS = [pytest.param(single_round, id="single places"), pytest.param(bundle_round, id="bundles")]


def solved(make: Callable[[int], Problem], seed: int) -> tuple[Problem, Result]:
    problem = make(seed)
    return problem, solve(problem, lottery((seeker.id for seeker in problem.seekers), f"{seed}"))


@pytest.mark.clause("S-PL-3")
@pytest.mark.clause("S-PL-5")
@pytest.mark.parametrize("make", MAKERS)
def test_every_result_of_the_solver_is_proved(make: Callable[[int], Problem]) -> None:
    for seed in range(500):
        problem, result = solved(make, seed)
        assert verify(problem, result, seed=f"{seed}").proved, seed


def counterexample_is_better(problem: Problem, result: Result, certificate: Certificate) -> bool:
    failed = next(check for check in certificate.checks if check.moves)
    moved = dict(result.assignment) | dict(failed.moves)
    lawful = any(moved == each for each in every_assignment(problem))
    before, after = (merit(problem, result.order, each) for each in (dict(result.assignment), moved))
    return lawful and after > before


@pytest.mark.clause("S-PL-3")
@pytest.mark.clause("S-PL-5")
@pytest.mark.parametrize("make", MAKERS)
def test_any_other_lawful_assignment_is_refuted_by_a_better_one(make: Callable[[int], Problem]) -> None:
    draw = random.Random(7)
    tried = 0
    for seed in range(150):
        problem, result = solved(make, seed)
        others = [each for each in every_assignment(problem) if each != result.assignment]
        for other in draw.sample(others, k=min(8, len(others))):
            wrong = replace(result, assignment=other, signature=signature(problem, other))
            certificate = verify(problem, wrong)
            assert certificate.refuted, (seed, other)
            assert certificate["signature"].verdict == "passed"
            assert counterexample_is_better(problem, wrong, certificate), (seed, other)
            tried += 1
    assert tried > 500


@pytest.mark.clause("S-PL-5")
@pytest.mark.parametrize("make", MAKERS)
def test_an_equally_good_signature_against_the_lottery_fails_the_tie_break_alone(
    make: Callable[[int], Problem],
) -> None:
    seen = 0
    for seed in range(300):
        problem, result = solved(make, seed)
        for other in every_assignment(problem):
            if other != result.assignment and signature(problem, other) == result.signature:
                verdicts = {c.name: c.verdict for c in verify(problem, replace(result, assignment=other)).checks}
                assert verdicts.pop("tie_break") == "failed", (seed, other)
                assert set(verdicts.values()) == {"passed"}, (seed, other)
                seen += 1
    assert seen > 100


def signature(problem: Problem, assignment: dict[str, Option | None]) -> tuple[tuple[int, int, int], ...]:
    levels = sorted({(s.priority, o.rank) for s in problem.seekers for o in s.options})
    held = [(s.priority, got.rank) for s in problem.seekers if (got := assignment[s.id])]
    return tuple((*level, held.count(level)) for level in levels)


BANGKOK = Option(1, (("BKK", 2027),))
ROUND = Problem(
    (Place("BKK", "バンコク", {2027: 1}),),
    (
        Seeker("new", "A", (BANGKOK,)),
        Seeker("old", "B", (BANGKOK,), priority=1),
        Seeker("barred", "C", (BANGKOK,), 0, {1: "S-SC-8"}),
    ),
)
ORDER = ("old", "barred", "new")
RIGHT = solve(ROUND, ORDER)


def failing(result: Result, problem: Problem = ROUND, seed: str | None = None) -> list[str]:
    return [check.name for check in verify(problem, result, seed=seed).checks if check.verdict == "failed"]


def given_to(name: str) -> Result:
    return replace(RIGHT, assignment={"new": None, "old": None, "barred": None} | {name: BANGKOK})


def test_the_right_result_has_no_failing_check() -> None:
    assert failing(RIGHT) == []


@pytest.mark.clause("S-PL-3")
def test_a_place_given_past_the_first_class_is_justified_envy() -> None:
    wrong = replace(given_to("old"), signature=((0, 1, 0), (1, 1, 1)))
    assert failing(wrong) == ["no_justified_envy", "optimal"]


@pytest.mark.clause("S-PL-3")
def test_a_free_place_that_somebody_wished_is_waste() -> None:
    nobody = replace(RIGHT, assignment=dict.fromkeys(ORDER), signature=((0, 1, 0), (1, 1, 0)))
    assert failing(nobody) == ["no_waste", "optimal"]


def test_a_place_for_one_who_is_not_eligible_is_not_feasible() -> None:
    assert failing(given_to("barred")) == ["feasible"]


@pytest.mark.clause("S-PL-6")
def test_a_place_where_somebody_already_is_is_not_feasible() -> None:
    occupied = replace(ROUND, incumbents={("BKK", 2027): 1})
    assert failing(RIGHT, occupied) == ["feasible"]
    assert failing(solve(occupied, ORDER), occupied) == []


@pytest.mark.clause("S-PL-1")
def test_two_in_one_place_is_not_feasible() -> None:
    both = replace(RIGHT, assignment={"new": BANGKOK, "old": BANGKOK, "barred": None})
    assert failing(both) == ["feasible"]


def test_what_was_never_wished_or_who_is_not_in_the_round_is_not_feasible() -> None:
    other = Option(2, (("BKK", 2027),))
    assert failing(replace(RIGHT, assignment={**RIGHT.assignment, "new": other})) == ["feasible"]
    assert failing(replace(RIGHT, assignment={**RIGHT.assignment, "stranger": None})) == ["feasible"]


def test_a_miscounted_signature_is_seen() -> None:
    assert failing(replace(RIGHT, signature=((0, 1, 2), (1, 1, 0)))) == ["signature"]


@pytest.mark.clause("S-PL-5")
def test_an_order_that_the_recorded_seed_does_not_give_is_seen() -> None:
    drawn = lottery(ORDER, "令和8年度")
    assert failing(solve(ROUND, drawn), seed="令和8年度") == []
    assert failing(solve(ROUND, tuple(reversed(drawn))), seed="令和8年度") == ["lottery"]
    assert failing(replace(RIGHT, order=("new", "new", "old"))) == ["lottery"]


@pytest.mark.clause("S-PL-6")
def test_what_cannot_be_settled_in_the_steps_allowed_is_left_open() -> None:
    settled, left_open = 0, 0
    for seed in range(200):
        problem, result = solved(bundle_round, seed)
        certificate = verify(problem, result, steps=3)
        assert not certificate.refuted
        settled += certificate.proved
        left_open += certificate["optimal"].verdict == "not_proved" or certificate["tie_break"].verdict == "not_proved"
    assert settled > 0
    assert left_open > 0


@pytest.mark.clause("S-PL-5")
def test_an_earlier_one_may_change_between_wishes_of_one_rank_to_make_room_for_the_next() -> None:
    places = tuple(Place(name, name, {2027: 1}) for name in ("BKK", "NYC", "KOBE"))
    bangkok, new_york, kobe = (Option(rank, ((p.id, 2027),)) for rank, p in zip((1, 1, 2), places, strict=True))
    people = (
        Seeker("either", "A", (bangkok, new_york)),
        Seeker("next", "B", (bangkok, kobe)),
        Seeker("last", "C", (new_york, kobe)),
    )
    problem = Problem(places, people)
    right = solve(problem, ("either", "next", "last"))
    assert right.assignment == {"either": new_york, "next": bangkok, "last": kobe}
    wrong = replace(right, assignment={"either": bangkok, "next": kobe, "last": new_york})
    certificate = verify(problem, wrong)
    assert [check.name for check in certificate.checks if check.verdict == "failed"] == ["tie_break"]
    assert dict(certificate["tie_break"].moves) == right.assignment
