"""Small rounds made at random, and the rule computed the long way: by trying every assignment."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator

from services.placement.engine import Option, Place, Problem, Seeker

Assignment = dict[str, Option | None]

YEARS = (2026, 2027, 2028)

CLASS_MIXES = ((0,), (0,), (0, 1), (0, 0, 1, 2))
"""Rounds of one class have many ties, others few."""


def single_round(seed: int, seekers: int = 6, places: int = 4) -> Problem:
    """A round of single places: some closed, some occupied, some wishes not eligible, some ranks shared."""
    draw = random.Random(seed)
    mixed = draw.choice(CLASS_MIXES)
    sites = tuple(_site(draw, f"P{n}", (2026,)) for n in range(draw.randint(2, places)))
    people = tuple(
        _seeker(draw, f"S{n}", draw.choice(mixed), [((site.id, 2026),) for site in sites])
        for n in range(draw.randint(2, seekers))
    )
    incumbents = {(sites[0].id, 2026): 1} if draw.random() < 0.2 else {}
    return Problem(sites, people, incumbents)


def bundle_round(seed: int, seekers: int = 6, places: int = 4) -> Problem:
    """A round of bundles over up to three fiscal years."""
    draw = random.Random(seed)
    mixed = draw.choice(CLASS_MIXES)
    sites = tuple(_site(draw, f"P{n}", YEARS) for n in range(draw.randint(2, places)))
    claims = [
        tuple((draw.choice(sites).id, year) for year in YEARS[: draw.randint(1, 3)]) for _ in range(draw.randint(5, 9))
    ]
    people = tuple(_seeker(draw, f"S{n}", draw.choice(mixed), claims) for n in range(draw.randint(2, seekers)))
    incumbents = {(sites[0].id, 2027): 1} if draw.random() < 0.2 else {}
    return Problem(sites, people, incumbents)


def _site(draw: random.Random, name: str, years: tuple[int, ...]) -> Place:
    return Place(name, name, {year: draw.choice((0, 1, 1, 1, 1, 2, 2, 3)) for year in years})


def _seeker(draw: random.Random, name: str, priority: int, claims: list[tuple[tuple[str, int], ...]]) -> Seeker:
    wishes = draw.sample(claims, k=min(len(claims), draw.choice((0, 1, 2, 2, 3, 3, 3, 3))))
    shared = draw.random() < 0.25
    ranks = sorted(draw.choices((1, 2, 3), k=len(wishes))) if shared else range(1, len(wishes) + 1)
    options = tuple(Option(rank, claim) for rank, claim in zip(ranks, wishes, strict=True))
    barred = {draw.choice(options).rank: "S-SC-8"} if options and draw.random() < 0.15 else {}
    return Seeker(name, f"owner of {name}", options, priority, barred)


def every_assignment(problem: Problem) -> Iterator[Assignment]:
    """All that is lawful: eligible, and within capacity less those already there."""
    room = {
        (place.id, year): count - problem.incumbents.get((place.id, year), 0)
        for place in problem.places
        for year, count in place.capacity.items()
    }
    menus = [[None, *(o for o in s.options if o.rank not in s.ineligible)] for s in problem.seekers]
    for picks in itertools.product(*menus):
        load = Counter(slot for option in picks if option for slot in option.claims)
        if all(count <= room.get(slot, 0) for slot, count in load.items()):
            yield {seeker.id: pick for seeker, pick in zip(problem.seekers, picks, strict=True)}


def merit(problem: Problem, order: tuple[str, ...], assignment: Assignment) -> list[int]:
    """What the rule compares, in its order: the larger list is the better assignment (S-PL-3, S-PL-5)."""
    by_id = {seeker.id: seeker for seeker in problem.seekers}
    at = [(by_id[name].priority, option.rank) for name, option in assignment.items() if option]
    levels = [at.count((priority, rank)) for priority in range(3) for rank in range(1, 4)]
    drawn = [assignment[name] for name in order]
    ranks = [-option.rank if option else -99 for option in drawn]
    listed = [-by_id[name].options.index(option) if option else -99 for name, option in zip(order, drawn, strict=True)]
    return levels + ranks + listed


def best_by_trying_all(problem: Problem, order: tuple[str, ...]) -> Assignment:
    """The outcome that the rule demands, found without any cleverness."""
    return max(every_assignment(problem), key=lambda assignment: merit(problem, order, assignment))
