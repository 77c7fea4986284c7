"""The price of a change by hand (S-PL-8): whose claims it passes over, and by which clause each of them comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.placement.domain.values import PassedOver, Price
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

    They are counted and named apart, by the receipt that the officer knows them by: of an earlier class, of the same
    class with a higher rank for it, level but earlier in the lottery. What the seeker itself gives up, or never wished,
    is in it too. Nothing broken: no entry. For officers alone: neither a letter nor a topic has any of it (S-PL-9).
    """
    turn = {each: number for number, each in enumerate(order)}
    mover = next(each for each in problem.seekers if each.id == name)
    broken: dict[str, list[PassedOver]] = {kind: [] for kind in _CLAUSES}
    had = standing.get(name)
    if option is not None:
        level = (mover.priority, option.rank, turn.get(name, len(turn)))
        for other in problem.seekers:
            found = None if other.id == name else _passed_over(other, standing.get(other.id), option, level, turn)
            if found:
                broken[found[0]].append(found[1])
        if option.rank == NOT_WISHED:
            broken["not_wished"].append(PassedOver(seeker=name, has=_wished(had)))
    if had is not None and had.rank < (option.rank if option else NOT_WISHED + 1):
        broken["own_higher_wish_given_up"].append(PassedOver(seeker=name, rank=_wished(had), has=_wished(had)))
    return tuple(
        Price(_CLAUSES[kind], kind, len(claims), tuple(sorted(claims, key=lambda each: each.seeker)))
        for kind, claims in broken.items()
        if claims
    )


def _wished(option: Option | None) -> int | None:
    return option.rank if option and option.rank != NOT_WISHED else None


def _passed_over(
    other: Seeker, has: Option | None, given: Option, level: tuple[int, int, int], turn: Mapping[str, int]
) -> tuple[str, PassedOver] | None:
    wanted = [
        each.rank
        for each in other.options
        if each.rank not in other.ineligible
        and set(each.claims) & set(given.claims)
        and each.place == given.place
        and (has is None or each.rank < has.rank)
    ]
    if not wanted:
        return None
    theirs = (other.priority, min(wanted), turn.get(other.id, len(turn)))
    if theirs >= level:
        return None
    claim = PassedOver(seeker=other.id, rank=min(wanted), has=_wished(has))
    if theirs[0] < level[0]:
        return "unplaced_senders_passed_over", claim
    return ("higher_ranks_passed_over" if theirs[1] < level[1] else "lottery_passed_over"), claim
