"""Solve a round by the rule: S-PL-3 exactly, then the published tie-break S-PL-5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.placement.engine.bundles import solve_bundles
from services.placement.engine.fairness import Programme
from services.placement.engine.faults import check, free_places
from services.placement.engine.matching import UNPLACED, Edge, Matching, rank_maximal
from services.placement.engine.model import Aim, Gap, Option, Prices, Problem, Result, Seeker, Slot, signature_of
from services.placement.engine.most import as_many_as_possible
from services.placement.engine.reduction import Choice, live_options, scarce_claims
from services.placement.engine.tiebreak import settle


def solve(problem: Problem, order: Sequence[str], *, seconds: float = 60.0, aim: Aim = "rule") -> Result:
    """Assign seekers to options (S-PL-1, S-PL-3, S-PL-5, S-PL-6).

    The result maximises, class by class and in each class rank by rank, how many are placed at it. Among
    those it is the one that gives the seekers, in `order` (see `lottery`), each in turn the best rank
    possible; among equal ranks of one seeker, in the same order, the option listed first.

    With the aim "most" as many as possible are placed first, and the rule decides among those results.

    `seconds` bounds the work on bundles only; single places, and bundles that come down to them, are always
    solved exactly. Raises `UnsoundProblemError` with all faults of the input.
    """
    check(problem, order)
    free = free_places(problem)
    seekers = problem.seekers
    choices = {
        (number, position): option
        for number, seeker in enumerate(seekers)
        for position, option in live_options(seeker, free)
    }
    claims = scarce_claims(choices, free)
    index = {seeker.id: number for number, seeker in enumerate(seekers)}
    turns = [index[each] for each in order]
    gap: Gap | None = None
    prices: tuple[Prices, ...] = ()
    if all(len(scarce) <= 1 for scarce in claims.values()):
        chosen: Mapping[int, int] = _solve_single(seekers, claims, free, turns, aim)
    else:
        chosen, gap, prices = solve_bundles(_programme(seekers, claims, free, turns), seconds, aim)
    assignment: dict[str, Option | None] = {seeker.id: None for seeker in seekers}
    for number, position in chosen.items():
        assignment[seekers[number].id] = seekers[number].options[position]
    signature = signature_of(seekers, assignment)
    return Result(assignment, signature, tuple(order), "exact" if gap is None else "gap", gap, prices, aim)


def _levels(seekers: Sequence[Seeker], claims: Mapping[Choice, tuple[Slot, ...]]) -> dict[Choice, tuple[int, int]]:
    return {
        (number, position): (seekers[number].priority, seekers[number].options[position].rank)
        for number, position in claims
    }


def _solve_single(
    seekers: Sequence[Seeker],
    claims: Mapping[Choice, tuple[Slot, ...]],
    free: Mapping[Slot, int],
    turns: Sequence[int],
    aim: Aim,
) -> dict[int, int]:
    slots = sorted({scarce[0] for scarce in claims.values() if scarce})
    number_of = {slot: number for number, slot in enumerate(slots)}
    plenty = len(slots)
    capacity = [*(free[slot] for slot in slots), len(seekers)]
    levels: dict[tuple[int, int], list[Edge]] = {}
    for (seeker, position), level in _levels(seekers, claims).items():
        scarce = claims[seeker, position]
        place = number_of[scarce[0]] if scarce else plenty
        levels.setdefault(level, []).append((seeker, place, position))
    in_order = [levels[level] for level in sorted(levels)]
    matching = rank_maximal(capacity, in_order, turns)
    if aim == "most":
        as_many_as_possible(matching, in_order)
    settle(matching, turns, lambda seeker, option: seekers[seeker].options[option].rank)
    settle(matching, turns, lambda seeker, option: option)
    return _chosen(matching)


def _chosen(matching: Matching) -> dict[int, int]:
    return {seeker: matching.edges[seeker][place] for seeker, place in enumerate(matching.at) if place != UNPLACED}


def _programme(
    seekers: Sequence[Seeker],
    claims: Mapping[Choice, tuple[Slot, ...]],
    free: Mapping[Slot, int],
    turns: Sequence[int],
) -> Programme:
    options: list[dict[int, tuple[Slot, ...]]] = [{} for _ in seekers]
    for (seeker, position), scarce in claims.items():
        options[seeker][position] = scarce
    return Programme(options, _levels(seekers, claims), free, turns)
