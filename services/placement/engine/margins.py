"""Would one more place there have done? For each wish that was taken, by applying the rule again (S-PL-9).

"There" is the place that the explanation names, in the periods that the wish claims there. The rule is applied to the
whole round with that one seat more, lottery and all: the seat may go to another, or to the seeker by way of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.placement.engine.explain import Explanation
from services.placement.engine.model import Problem, Result, Slot
from services.placement.engine.solver import solve

Told = Mapping[str, tuple[Explanation, ...]]

LARGEST = 1_000_000
"""Wishes that are looked at again in all; beyond, nothing is said. By size, so that every machine says the same."""
ENTANGLED = 20
"""How much more a wish costs where bundles have to be settled by integer programmes."""
SECONDS = 10.0


def with_margins(problem: Problem, result: Result, told: Told) -> Told:
    """The explanations of a result, each of a taken place saying whether one more there would have done.

    They come back as they were where the round is too large, or is not solved to the end with the seat more.
    """
    seats = {seat for said in told.values() for each in said if (seat := _there(each))}
    cost = len(seats) * sum(len(seeker.options) for seeker in problem.seekers)
    if result.proof != "exact" or cost * (ENTANGLED if result.prices else 1) > LARGEST:
        return told
    again = {seat: solve(_with_one_more(problem, seat), result.order, seconds=SECONDS) for seat in seats}
    return {name: tuple(_weighed(each, again) for each in said) for name, said in told.items()}


def _there(said: Explanation) -> frozenset[Slot]:
    """The seats that one more place there stands for; none where it was not taken by others."""
    if not said.counts or said.slot is None:
        return frozenset()
    return frozenset(slot for slot in said.option.claims if slot[0] == said.slot[0])


def _weighed(said: Explanation, again: Mapping[frozenset[Slot], Result]) -> Explanation:
    outcome = again.get(_there(said))
    if outcome is None or outcome.proof != "exact":
        return said
    got = outcome.assignment[said.seeker]
    return replace(said, one_more=got is not None and got.rank <= said.option.rank)


def _with_one_more(problem: Problem, seat: frozenset[Slot]) -> Problem:
    places = []
    for place in problem.places:
        more = {period: count + 1 for period, count in place.capacity.items() if (place.id, period) in seat}
        places.append(replace(place, capacity={**place.capacity, **more}))
    return replace(problem, places=tuple(places))
