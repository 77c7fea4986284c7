"""Offering again what was declined, while everybody else keeps what they have (S-PL-8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from services.placement.engine.model import Option, Problem, Seeker, Slot
from services.placement.engine.solver import solve


@dataclass(frozen=True)
class Reoffer:
    """The round after a decline: everybody's outcome, and the new offers alone.

    ``served`` says in which pass one was served: 1 who just declined, 2 who had no place; all others kept their own.
    """

    assignment: Mapping[str, Option | None]
    offered: Mapping[str, Option]
    proof: Literal["exact", "gap"]
    served: Mapping[str, int]


def reoffer(
    problem: Problem,
    standing: Mapping[str, Option | None],
    order: Sequence[str],
    refused: Mapping[str, Collection[int]],
    *,
    seconds: float = 60.0,
) -> Reoffer:
    """Give back what was declined and offer what is free.

    `standing` is what each seeker has now (accepted or proposed, by hand or computed); `refused` names, per
    seeker, the ranks of all options that it ever declined: none of them is offered to it again. One whose
    standing option is among its refused ranks has just declined; one that refuses all its ranks has left the
    round.

    1. Results of all others stay: nobody who holds a place is moved, not even to one that it ranked higher.
    2. Those who just declined are served by the rule, among themselves, from what is free, with the options
    they have not refused. 3. Then those without a place are served by the rule from what is still free: same
    classes, same lottery order.

    Raises `UnsoundProblemError` as `solve` does.
    """
    declined = {name for name, option in standing.items() if option and option.rank in refused.get(name, ())}
    current = {name: None if name in declined else option for name, option in standing.items()}
    waiting = {name for name, option in standing.items() if option is None}
    offered: dict[str, Option] = {}
    proofs: list[Literal["exact", "gap"]] = []
    for group in (declined, waiting):
        rest = _rest(problem, current, group, refused)
        result = solve(rest, [name for name in order if name in group], seconds=seconds)
        proofs.append(result.proof)
        new = {name: option for name, option in result.assignment.items() if option}
        offered |= new
        current |= new
    served = dict.fromkeys(declined, 1) | dict.fromkeys(waiting, 2)
    return Reoffer(current, offered, "gap" if "gap" in proofs else "exact", served)


def _rest(
    problem: Problem,
    current: Mapping[str, Option | None],
    group: Collection[str],
    refused: Mapping[str, Collection[int]],
) -> Problem:
    """The round of these seekers alone, on the seats that nobody holds."""
    taken: dict[Slot, int] = dict(problem.incumbents)
    for option in current.values():
        for slot in option.claims if option else ():
            taken[slot] = taken.get(slot, 0) + 1
    seekers = tuple(_without(seeker, refused.get(seeker.id, ())) for seeker in problem.seekers if seeker.id in group)
    return Problem(problem.places, seekers, taken)


def _without(seeker: Seeker, ranks: Collection[int]) -> Seeker:
    return replace(seeker, options=tuple(option for option in seeker.options if option.rank not in ranks))
