"""A decline frees a place; it is offered again and nobody else is moved (S-PL-8)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from services.placement.engine import Option, Place, Problem, Seeker, lottery, reoffer, solve
from tests.placement.engine.rounds import bundle_round, single_round

BKK, NYC, KOBE = (Option(rank, ((place, 2027),)) for rank, place in enumerate(("BKK", "NYC", "KOBE"), 1))
PLACES = tuple(Place(name, name, {2027: 1}) for name in ("BKK", "NYC", "KOBE"))


@pytest.mark.clause("S-PL-8")
def test_the_declined_place_goes_to_the_first_who_waits_and_the_decliner_gets_its_next() -> None:
    problem = Problem(
        PLACES,
        (
            Seeker("first", "A", (BKK, NYC, KOBE)),
            Seeker("holder", "B", (BKK, NYC), 1),
            Seeker("late", "C", (BKK,), 1),
            Seeker("early", "D", (BKK,), 1),
        ),
    )
    order = ("first", "holder", "early", "late")
    standing = solve(problem, order).assignment
    assert standing == {"first": BKK, "holder": NYC, "late": None, "early": None}
    after = reoffer(problem, standing, order, {"first": {1}})
    assert after.offered == {"first": KOBE, "early": BKK}
    assert after.assignment == {"first": KOBE, "holder": NYC, "late": None, "early": BKK}


@pytest.mark.clause("S-PL-8")
def test_one_who_holds_a_place_keeps_it_even_if_a_better_one_is_given_back() -> None:
    problem = Problem(PLACES, (Seeker("a", "A", (BKK,)), Seeker("b", "B", (BKK, NYC))))
    after = reoffer(problem, {"a": BKK, "b": NYC}, ("a", "b"), {"a": {1}})
    assert after.offered == {}
    assert after.assignment == {"a": None, "b": NYC}


def test_what_was_once_refused_is_not_offered_again() -> None:
    problem = Problem(PLACES, (Seeker("a", "A", (BKK, NYC)), Seeker("b", "B", (BKK, NYC))))
    after = reoffer(problem, {"a": None, "b": BKK}, ("a", "b"), {"a": {1, 2}, "b": {1}})
    assert after.offered == {"b": NYC}


@pytest.mark.clause("S-PL-8")
@pytest.mark.parametrize("make", [single_round, bundle_round])
def test_whatever_is_declined_others_stay_nobody_waits_beside_a_free_place_and_no_place_overflows(
    make: Callable[[int], Problem],
) -> None:
    draw = random.Random(11)
    declines = 0
    for seed in range(400):
        problem = make(seed)
        order = lottery((s.id for s in problem.seekers), f"{seed}")
        standing = solve(problem, order).assignment
        placed = [name for name, option in standing.items() if option]
        refused = {name: {option.rank} for name in placed[:2] if (option := standing[name]) and draw.random() < 0.7}
        after = reoffer(problem, standing, order, refused).assignment
        declines += len(refused)
        assert all(after[name] == standing[name] for name in placed if name not in refused)
        assert not any(o.rank in refused.get(name, ()) for name, o in after.items() if o)
        room = free_room(problem, after)
        assert min(room.values(), default=0) >= 0
        for seeker in problem.seekers:
            out = refused.get(seeker.id, set()) | set(seeker.ineligible)
            if after[seeker.id] is None:
                assert not any(
                    o.rank not in out and all(room.get(slot, 0) > 0 for slot in o.claims) for o in seeker.options
                )
    assert declines > 100


def free_room(problem: Problem, assignment: Mapping[str, Option | None]) -> dict[tuple[str, int], int]:
    """Seats that nobody has; a place with more people already there than seats has none."""
    given = Counter(slot for option in assignment.values() if option for slot in option.claims)
    before = {
        (place.id, year): max(0, seats - problem.incumbents.get((place.id, year), 0))
        for place in problem.places
        for year, seats in place.capacity.items()
    }
    return {slot: seats - given[slot] for slot, seats in before.items()}
