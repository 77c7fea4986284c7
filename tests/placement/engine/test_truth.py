"""What senders are told is true by a checker of its own, and false words are found out (S-PL-9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from unittest.mock import patch

import pytest

from services.placement.engine import (
    Explanation,
    Option,
    Place,
    Problem,
    Result,
    Seeker,
    explain,
    lottery,
    margins,
    solve,
    untruths,
    with_margins,
)
from tests.placement.engine.rounds import best_by_trying_all, bundle_round, single_round

MAKERS = [pytest.param(single_round, 600, id="single places"), pytest.param(bundle_round, 300, id="bundles")]
Told = dict[str, tuple[Explanation, ...]]


def told(problem: Problem, seed: str) -> tuple[Result, Told]:
    result = solve(problem, lottery((s.id for s in problem.seekers), seed))
    return result, dict(with_margins(problem, result, explain(problem, result)))


@pytest.mark.clause("S-PL-9")
@pytest.mark.parametrize(("make", "rounds"), MAKERS)
def test_one_more_place_is_said_to_have_done_exactly_where_trying_everything_says_so(
    make: Callable[[int], Problem], rounds: int
) -> None:
    said: Counter[bool] = Counter()
    for seed in range(rounds):
        problem = make(seed)
        result, words = told(problem, f"{seed}")
        best: dict[frozenset[tuple[str, int]], dict[str, Option | None]] = {}
        for each in (each for every in words.values() for each in every):
            assert (each.one_more is not None) == bool(each.counts)
            if each.one_more is None or each.slot is None:
                continue
            more = frozenset(slot for slot in each.option.claims if slot[0] == each.slot[0])
            if more not in best:
                best[more] = best_by_trying_all(enlarged(problem, more), result.order)
            got = best[more][each.seeker]
            assert each.one_more == (got is not None and got.rank <= each.option.rank), (seed, each)
            said[each.one_more] += 1
    assert min(said[True], said[False]) > rounds / 6


def enlarged(problem: Problem, more: frozenset[tuple[str, int]]) -> Problem:
    places = [
        Place(p.id, p.name, {year: seats + ((p.id, year) in more) for year, seats in p.capacity.items()})
        for p in problem.places
    ]
    return Problem(tuple(places), problem.seekers, problem.incumbents)


@pytest.mark.clause("S-PL-9")
@pytest.mark.parametrize(("make", "rounds"), MAKERS)
def test_the_checker_finds_nothing_wrong_with_what_is_told_and_something_with_every_changed_word(
    make: Callable[[int], Problem], rounds: int
) -> None:
    lies = 0
    for seed in range(rounds // 2):
        problem = make(seed)
        result, words = told(problem, f"{seed}")
        assert untruths(problem, result, words) == (), seed
        for name, every in words.items():
            for number, each in enumerate(every):
                for lie in lies_about(each):
                    wrong = words | {name: (*every[:number], lie, *every[number + 1 :])}
                    (found,) = untruths(problem, result, wrong)
                    assert (found.seeker, found.rank) == (name, each.option.rank), (seed, lie)
                    lies += 1
            if every:
                assert untruths(problem, result, words | {name: every[1:]})
                assert untruths(problem, result, words | {name: (*every, every[0])})
    assert lies > rounds


def lies_about(said: Explanation) -> list[Explanation]:
    """The same with one word changed."""
    if not said.counts:
        other = replace(said, code="closed" if said.code == "not_eligible" else "lost_tie_break", counts={})
        return [replace(said, code="changed_by_hand"), other]
    code, count = next(iter(said.counts.items()))
    return [
        replace(said, one_more=not said.one_more),
        replace(said, counts={**said.counts, code: count + 1}),
        replace(said, counts={}),
        replace(said, code="closed"),
        replace(said, code="not_eligible", reason="S-SC-8"),
        replace(said, slot=("nowhere", 2026)),
    ]


BKK, NYC = (Option(rank, ((place, 2027),)) for rank, place in ((1, "BKK"), (2, "NYC")))
TWO = tuple(Place(name, name, {2027: 1}) for name in ("BKK", "NYC"))


@pytest.mark.clause("S-PL-9")
def test_one_more_place_does_for_the_next_in_turn_alone() -> None:
    problem = Problem(TWO, tuple(Seeker(name, name, (BKK,)) for name in "abc"))
    result = solve(problem, ("a", "b", "c"))
    words = with_margins(problem, result, explain(problem, result))
    assert {name: [each.one_more for each in said] for name, said in words.items()} == {
        "a": [],
        "b": [True],
        "c": [False],
    }


@pytest.mark.clause("S-PL-9")
def test_a_place_elsewhere_that_moves_others_on_counts_as_well() -> None:
    """One more in New York takes its holder out of nobody's way; one more in Bangkok lets two move up."""
    people = (Seeker("a", "A", (BKK,)), Seeker("b", "B", (BKK, NYC)), Seeker("c", "C", (NYC,), 1))
    one = Option(1, (("NYC", 2027),))
    problem = Problem(TWO, (people[0], people[1], replace(people[2], options=(one,))))
    result = solve(problem, ("a", "b", "c"))
    words = with_margins(problem, result, explain(problem, result))
    assert [each.one_more for each in words["b"]] == [True]
    assert [(each.slot, each.one_more) for each in words["c"]] == [(("NYC", 2027), True)]


@pytest.mark.clause("S-PL-6")
@pytest.mark.clause("S-PL-9")
def test_what_was_in_the_way_is_named_the_wished_place_before_the_others() -> None:
    places = (Place("Osaka", "大阪", {2026: 1}), Place("BKK", "バンコク", {2027: 1}))
    abroad = Option(1, (("Osaka", 2026), ("BKK", 2027)), "BKK")
    home = Option(1, (("Osaka", 2026),))
    both = Problem(places, (Seeker("a", "A", (abroad,)), Seeker("b", "B", (abroad,))))
    result = solve(both, ("a", "b"))
    (said,) = with_margins(both, result, explain(both, result))["b"]
    assert (said.slot, said.one_more) == (("BKK", 2027), False)
    domestic = Problem(places, (Seeker("a", "A", (home,)), Seeker("b", "B", (abroad,), 1)))
    result = solve(domestic, ("a", "b"))
    (said,) = with_margins(domestic, result, explain(domestic, result))["b"]
    assert (said.slot, said.one_more) == (("Osaka", 2026), True)


def test_what_a_hand_took_is_told_so_and_nobody_elses_hand_is_claimed() -> None:
    problem = Problem(TWO, (Seeker("a", "A", (BKK, NYC)),))
    result = solve(problem, ("a",))
    by_hand = {"a": NYC}
    words = explain(problem, result, by_hand)
    assert untruths(problem, result, words, by_hand) == ()
    assert untruths(problem, result, words) != ()


def test_a_large_round_is_not_weighed_and_says_nothing_of_it() -> None:
    problem = Problem(TWO, tuple(Seeker(name, name, (BKK,)) for name in "abc"))
    result = solve(problem, ("a", "b", "c"))
    with patch.object(margins, "LARGEST", 2):
        words = with_margins(problem, result, explain(problem, result))
    assert {each.one_more for said in words.values() for each in said} == {None}
    assert untruths(problem, result, words) == ()
