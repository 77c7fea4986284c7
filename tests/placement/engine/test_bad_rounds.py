"""A round that is wrong is refused whole, each mistake named with its place, clause and remedy."""

from __future__ import annotations

import pytest

from services.placement.engine import Option, Place, Problem, Seeker, UnsoundProblemError, solve

BKK = Place("BKK", "バンコク", {2027: 1})
WISH = Option(1, (("BKK", 2027),))


def faults(problem: Problem, order: tuple[str, ...]) -> list[tuple[str, str]]:
    with pytest.raises(UnsoundProblemError) as refused:
        solve(problem, order)
    for fault in refused.value.faults:
        assert fault.ja.isascii() is False
        assert fault.en in str(refused.value)
    return [(fault.where, fault.clause) for fault in refused.value.faults]


def test_all_mistakes_are_named_at_once() -> None:
    options = (
        Option(0, (("BKK", 2027),)),
        Option(2, ()),
        Option(3, (("BKK", 2027), ("BKK", 2027))),
        Option(4, (("MOON", 2027),)),
    )
    problem = Problem(
        (BKK, BKK, Place("NYC", "ニューヨーク", {2027: -1})),
        (Seeker("a", "A", options, -1),),
        {("BKK", 2027): -1, ("MARS", 2027): 1},
    )
    assert faults(problem, ("a",)) == [
        ("places", "S-PL-1"),
        ("places/2/capacity", "S-PL-1"),
        ("incumbents/BKK/2027", "S-PL-6"),
        ("incumbents/MARS/2027", "S-PL-6"),
        ("seekers/0/priority", "S-PL-3"),
        ("seekers/0/options/0/rank", "S-PL-3"),
        ("seekers/0/options/1/claims", "S-PL-6"),
        ("seekers/0/options/2/claims", "S-PL-6"),
        ("seekers/0/options/3/claims", "S-PL-1"),
    ]


@pytest.mark.clause("S-PL-5")
@pytest.mark.parametrize("order", [(), ("a", "a"), ("a", "b", "b"), ("a", "c")])
def test_an_order_that_does_not_name_each_seeker_once_is_refused(order: tuple[str, ...]) -> None:
    problem = Problem((BKK,), (Seeker("a", "A", (WISH,)), Seeker("b", "B", (WISH,))))
    assert faults(problem, order) == [("order", "S-PL-5")]


def test_two_seekers_of_one_id_are_refused() -> None:
    twice = Problem((BKK,), (Seeker("a", "A", (WISH,)), Seeker("a", "B", (WISH,))))
    assert faults(twice, ("a", "a")) == [("seekers", "S-PL-1")]


@pytest.mark.clause("S-PL-1")
def test_a_place_that_is_not_open_in_the_year_or_is_overfull_takes_nobody() -> None:
    later = Seeker("later", "A", (Option(1, (("BKK", 2028),)),))
    now = Seeker("now", "B", (WISH,))
    problem = Problem((BKK,), (later, now), {("BKK", 2027): 2})
    assert solve(problem, ("later", "now")).assignment == {"later": None, "now": None}


def test_a_round_without_seekers_or_wishes_is_solved() -> None:
    assert solve(Problem((), ()), ()).assignment == {}
    nobody = solve(Problem((BKK,), (Seeker("a", "A", ()),)), ("a",))
    assert (nobody.assignment, nobody.signature, nobody.proof) == ({"a": None}, (), "exact")
