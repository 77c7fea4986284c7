"""The price of a change by hand (S-PL-8): whose claims it passes over, as counts, by the clause of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from services.placement.domain.values import Price
from services.placement.engine import Option, Problem, Seeker
from services.placement.policy.wishes import NOT_WISHED

_CLAUSES = {
    "unplaced_senders_passed_over": "S-PL-3",
    "higher_ranks_passed_over": "S-PL-3",
    "lottery_passed_over": "S-PL-5",
    "own_higher_wish_given_up": "S-PL-3",
    "not_wished": "S-PL-7",
}


def s_pl_8_price(
    problem: Problem,
    standing: Mapping[str, Option | None],
    order: Sequence[str],
    name: str,
    option: Option | None,
) -> tuple[Price, ...]:
    """What it breaks to give ``option`` to a seeker: who wants that place more than what it has, and comes first.

    They are counted apart: of an earlier class, of the same class with a higher rank for it, level but earlier in the
    lottery. What the seeker itself gives up, or never wished, is in it too. Nothing broken: no entry.
    """
    turn = {each: number for number, each in enumerate(order)}
    mover = next(each for each in problem.seekers if each.id == name)
    broken: Counter[str] = Counter()
    if option is not None:
        level = (mover.priority, option.rank, turn.get(name, len(turn)))
        for other in problem.seekers:
            if other.id != name:
                broken.update(_passed_over(other, standing.get(other.id), option, level, turn))
        broken.update(["not_wished"] if option.rank == NOT_WISHED else [])
    had = standing.get(name)
    if had is not None and had.rank < (option.rank if option else NOT_WISHED + 1):
        broken["own_higher_wish_given_up"] = 1
    return tuple(Price(_CLAUSES[kind], kind, broken[kind]) for kind in _CLAUSES if broken[kind])


def _passed_over(
    other: Seeker, has: Option | None, given: Option, level: tuple[int, int, int], turn: Mapping[str, int]
) -> list[str]:
    wanted = [
        each.rank
        for each in other.options
        if each.rank not in other.ineligible
        and set(each.claims) & set(given.claims)
        and each.place == given.place
        and (has is None or each.rank < has.rank)
    ]
    if not wanted:
        return []
    theirs = (other.priority, min(wanted), turn.get(other.id, len(turn)))
    if theirs >= level:
        return []
    if theirs[0] < level[0]:
        return ["unplaced_senders_passed_over"]
    return ["higher_ranks_passed_over" if theirs[1] < level[1] else "lottery_passed_over"]
