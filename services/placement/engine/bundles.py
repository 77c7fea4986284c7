"""Bundles that collide in more than one slot: a chain of integer programmes, one for each step of the rule.

Finding the best is hard in general (three-dimensional matching is a case of it), so each step has an upper
bound, and what the time allowed leaves open is said as a gap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from services.placement.engine.fairness import Programme, fill, polish
from services.placement.engine.model import COUNT, Aim, Gap, Prices
from services.placement.engine.reduction import Choice

if TYPE_CHECKING:
    from services.placement.engine.chain import Chain

_Key = Callable[[Programme, Choice], int]


def solve_bundles(
    programme: Programme, seconds: float, aim: Aim = "rule"
) -> tuple[dict[int, int], Gap | None, tuple[Prices, ...]]:
    """Choose options for seekers (seeker's number → option's position) by S-PL-3 and S-PL-5 (S-PL-6).

    Returns no gap when every step was proved optimal, and the prices that prove the steps that have any.
    """
    from services.placement.engine.chain import Chain  # HiGHS takes 15 MB: not in a process that solves no bundles

    chain = Chain(programme, seconds)
    gap = (
        (_by_count(chain, programme) if aim == "most" else None)
        or _by_level(chain, programme, aim)
        or _by_turn(chain, programme, "rank", _rank)
        or _by_turn(chain, programme, "listing", _listed)
    )
    return chain.chosen, gap, tuple(chain.prices)


def _by_count(chain: Chain, programme: Programme) -> Gap | None:
    """Place as many as possible, before any rank is looked at."""
    everything = tuple(programme.levels)
    reach = chain.maximise(dict.fromkeys(everything, 1), "count", COUNT)
    achieved = chain.value(everything)
    if achieved < reach:
        chain.chosen = fill(programme, chain.chosen)
        return Gap("count", COUNT, len(chain.chosen), reach)
    chain.require(COUNT, everything, achieved)
    return None


def _by_level(chain: Chain, programme: Programme, aim: Aim) -> Gap | None:
    members: dict[tuple[int, int], list[Choice]] = {}
    for choice, level in programme.levels.items():
        members.setdefault(level, []).append(choice)
    for level in sorted(members):
        reach = chain.maximise(dict.fromkeys(members[level], 1), "signature", level)
        achieved = chain.value(members[level])
        if achieved < reach:
            improve = polish if aim == "rule" else fill
            chain.chosen = improve(programme, chain.chosen)
            return Gap("signature", level, chain.value(members[level]), reach)
        chain.require(level, members[level], achieved)
    return None


def _rank(programme: Programme, choice: Choice) -> int:
    return programme.levels[choice][1]


def _listed(programme: Programme, choice: Choice) -> int:
    return choice[1] + 1


def _by_turn(chain: Chain, programme: Programme, step: Literal["rank", "listing"], key: _Key) -> Gap | None:
    for position, seeker in enumerate(programme.turns):
        worth = {(seeker, each): key(programme, (seeker, each)) for each in chain.open_options(seeker)}
        if not worth:
            continue
        worst = max(worth.values()) + 1
        current = worth.get((seeker, chain.chosen.get(seeker, -1)), worst)
        reach = current
        if min(worth.values()) < current:
            gains = {choice: worst - value for choice, value in worth.items()}
            reach = worst - chain.maximise(gains, step, (position, 0))
            current = worth.get((seeker, chain.chosen.get(seeker, -1)), worst)
        if reach < current:
            return Gap("tie_break", (position, 0), 0 if current == worst else current, reach)
        chain.settle(seeker, {choice for choice, value in worth.items() if value == current}, current < worst)
    return None
