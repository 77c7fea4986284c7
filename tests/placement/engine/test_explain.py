"""Explanations are true by a definition of their own, and say nothing of anybody else (S-PL-9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from services.placement.engine import (
    Code,
    Explanation,
    NotExplainableError,
    Option,
    Place,
    Problem,
    Result,
    Seeker,
    explain,
    lottery,
    solve,
)
from tests.placement.engine.rounds import bundle_round, single_round

MAKERS = [pytest.param(single_round, id="single places"), pytest.param(bundle_round, id="bundles")]


def is_true(problem: Problem, result: Result, said: Explanation) -> bool:
    """Whether what was said holds, worked out from the round itself."""
    (asking,) = (s for s in problem.seekers if s.id == said.seeker)
    seats = Counter({(p.id, y): n for p in problem.places for y, n in p.capacity.items()})
    seats.subtract(problem.incumbents)
    if said.code == "closed":
        return any(seats[claim] < 1 for claim in said.option.claims)
    if said.code == "not_eligible":
        return asking.ineligible.get(said.option.rank) == said.reason != ""
    others = [(s, o) for s in problem.seekers if s is not asking and (o := result.assignment[s.id])]
    there = [(s, o) for s, o in others if said.slot in o.claims]
    went_first = sum(s.priority < asking.priority for s, _ in there)
    ranked_higher = sum(s.priority == asking.priority and o.rank < said.option.rank for s, o in there)
    tied = sum(s.priority == asking.priority and o.rank == said.option.rank for s, o in there)
    expected: dict[Code, int] = {
        "taken_by_unplaced_senders": went_first,
        "taken_by_higher_rank": ranked_higher,
        "lost_tie_break": tied,
    }
    narrowest = [code for code, count in expected.items() if count][-1]
    assert said.slot is not None
    return (
        said.slot in said.option.claims
        and len(there) == went_first + ranked_higher + tied == seats[said.slot]
        and all(said.counts.get(code, 0) == count for code, count in expected.items())
        and said.code == narrowest
    )


@pytest.mark.clause("S-PL-9")
@pytest.mark.parametrize("make", MAKERS)
def test_every_wish_above_the_result_is_explained_and_each_explanation_is_true(
    make: Callable[[int], Problem],
) -> None:
    seen: Counter[str] = Counter()
    for seed in range(600):
        problem = make(seed)
        result = solve(problem, lottery((s.id for s in problem.seekers), f"{seed}"))
        told = explain(problem, result)
        for seeker in problem.seekers:
            got = result.assignment[seeker.id]
            above = [o for o in seeker.options if got is None or o.rank < got.rank]
            assert [e.option for e in told[seeker.id]] == sorted(above, key=lambda o: o.rank)
            assert all(is_true(problem, result, e) for e in told[seeker.id]), seed
            seen.update(e.code for e in told[seeker.id])
    expected = {"closed", "not_eligible", "taken_by_unplaced_senders", "taken_by_higher_rank", "lost_tie_break"}
    assert set(seen) == expected
    assert min(seen.values()) > 10


BKK, NYC = Option(1, (("BKK", 2027),)), Option(2, (("NYC", 2027),))
PLACES = (Place("BKK", "バンコク", {2027: 2}), Place("NYC", "ニューヨーク", {2027: 1}))


def test_the_narrowest_miss_gives_the_code_and_all_holders_are_counted() -> None:
    problem = Problem(PLACES, (Seeker("a", "A", (BKK,)), Seeker("b", "B", (BKK,), 1), Seeker("c", "C", (BKK, NYC), 1)))
    (said,) = explain(problem, solve(problem, ("a", "b", "c")))["c"]
    assert said == Explanation(
        "c", BKK, "lost_tie_break", {"taken_by_unplaced_senders": 1, "lost_tie_break": 1}, ("BKK", 2027)
    )


@pytest.mark.clause("S-PL-9")
def test_no_explanation_holds_anything_of_another_seeker() -> None:
    ids = [f"seeker-{number}" for number in range(8)]
    seekers = tuple(Seeker(name, f"owner of {name}", (BKK, NYC), number % 2) for number, name in enumerate(ids))
    problem = Problem(PLACES, seekers)
    for name, said in explain(problem, solve(problem, lottery(ids, "seed"))).items():
        assert not [other for other in ids if other != name and other in repr(said)]


@pytest.mark.clause("S-PL-8")
@pytest.mark.clause("S-PL-9")
def test_a_wish_that_was_computed_and_then_changed_by_an_officer_is_said_to_be() -> None:
    problem = Problem(PLACES, (Seeker("a", "A", (BKK, NYC)), Seeker("b", "B", (BKK,))))
    result = solve(problem, ("a", "b"))
    moved = explain(problem, result, by_hand={"a": NYC})
    assert [(said.option, said.code) for said in moved["a"]] == [(BKK, "changed_by_hand")]
    assert moved["b"] == ()
    removed = explain(problem, result, by_hand={"a": None})
    assert [(said.option, said.code) for said in removed["a"]] == [
        (BKK, "changed_by_hand"),
        (NYC, "changed_by_hand"),
    ]


def test_a_place_taken_up_by_those_already_there_is_closed() -> None:
    problem = Problem(PLACES, (Seeker("a", "A", (NYC,)),), {("NYC", 2027): 1})
    (said,) = explain(problem, solve(problem, ("a",)))["a"]
    assert (said.code, said.counts) == ("closed", {})


def test_a_result_that_the_rule_does_not_give_is_not_explained_away() -> None:
    problem = Problem(PLACES, (Seeker("a", "A", (BKK,)),))
    nothing = Result({"a": None}, ((0, 1, 0),), ("a",))
    with pytest.raises(NotExplainableError, match="rank 1"):
        explain(problem, nothing)
