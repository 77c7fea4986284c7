"""Who goes first: the classes of S-PL-3/4 and the lottery of S-PL-5."""

from __future__ import annotations

import random

import pytest

from services.placement.engine import Option, Place, Problem, Request, Seeker, classes, lottery, solve

REQUESTS = (Request("a1", "A", 1), Request("a2", "A", 2), Request("b1", "B", 1), Request("c1", "C", 1))


@pytest.mark.clause("S-PL-3")
@pytest.mark.clause("S-PL-4")
def test_under_all_years_those_never_placed_go_first_then_everyones_first_then_second_requests() -> None:
    earlier = {"B": 3}
    assert classes(REQUESTS, earlier, "all_years") == {"a1": 0, "b1": 1, "c1": 0, "a2": 2}


@pytest.mark.clause("S-PL-4")
def test_under_this_round_earlier_years_do_not_count() -> None:
    assert classes(REQUESTS, {"B": 3}, "this_round") == {"a1": 0, "b1": 0, "c1": 0, "a2": 1}


def test_a_third_request_comes_after_every_second_and_gaps_in_the_numbering_do_not_matter() -> None:
    requests = [Request("z9", "Z", 9), Request("z4", "Z", 4), Request("z7", "Z", 7), Request("y2", "Y", 2)]
    assert classes(requests, {}, "all_years") == {"z4": 0, "y2": 0, "z7": 2, "z9": 3}
    assert classes(requests, {}, "this_round") == {"z4": 0, "y2": 0, "z7": 1, "z9": 2}


@pytest.mark.clause("S-PL-4")
def test_the_second_request_of_one_sender_waits_until_another_has_its_first() -> None:
    bangkok = Option(1, (("BKK", 2027),))
    order = classes((Request("a1", "A", 1), Request("a2", "A", 2), Request("b1", "B", 1)), {"B": 1}, "all_years")
    seekers = tuple(Seeker(name, name[0].upper(), (bangkok,), order[name]) for name in ("a1", "a2", "b1"))
    result = solve(Problem((Place("BKK", "バンコク", {2027: 2}),), seekers), ("a2", "a1", "b1"))
    assert {name for name, option in result.assignment.items() if option} == {"a1", "b1"}


@pytest.mark.clause("S-PL-5")
def test_the_lottery_is_the_same_for_everybody_who_knows_the_seed() -> None:
    ids = [f"S-{number}" for number in range(50)]
    mixed = random.Random(3).sample(ids, k=50)
    assert lottery(ids, "2026") == lottery(mixed, "2026")
    assert lottery(ids, "2026") != lottery(ids, "2027")
    assert lottery(["a", "b", "c"], "seed") == ("a", "c", "b")


@pytest.mark.clause("S-PL-5")
def test_who_leaves_the_lottery_does_not_change_the_order_of_the_others() -> None:
    ids = [f"S-{number}" for number in range(50)]
    drawn = lottery(ids, "2026")
    assert lottery(ids[10:], "2026") == tuple(name for name in drawn if name in ids[10:])


def test_no_place_in_the_lottery_is_favoured_over_many_seeds() -> None:
    firsts = [lottery("abcd", f"{seed}")[0] for seed in range(2000)]
    assert all(400 < firsts.count(name) < 600 for name in "abcd")
