"""What if (仮定の調整): the round with something else in it, beside the official results, which stay (S-PL-8).

More or fewer places, as many placed as possible, the other reading of S-PL-4, a sender less; also together. A what-if
is an answer to HR. It is never proposed to anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from policies.secondment.edition import SecondmentEdition
from services.placement.domain import Site
from services.placement.domain.round import Candidates
from services.placement.domain.values import Assigned
from services.placement.engine import Aim, Certificate, Option, Place, Reading, Result
from services.placement.policy.rounds import Posed, pose
from services.placement.policy.wishes import NOT_WISHED

Change = Literal["better", "worse", "same", "gone", "new"]
"""How one fares in the what-if: ``gone`` where its sender is thought away, ``new`` where no run has seen it yet."""


@dataclass(frozen=True)
class MorePlaces:
    """``more`` places at a site, or fewer where it is negative, in these fiscal years; without any, in all of them.

    Just that site: a team's secondee also takes a place of its unit, which has to be named as well where it is full.
    """

    site: str
    more: int
    fiscal_years: tuple[int, ...] = ()


@dataclass(frozen=True)
class WhatIf:
    """What is asked. ``without`` are receipt numbers; ``priority`` None leaves the policy's reading of S-PL-4."""

    places: tuple[MorePlaces, ...] = ()
    aim: Aim = "rule"
    priority: Reading | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Got:
    """What one has on one side: class by S-PL-4, rank and place; no site: no place; no rank: not wished."""

    level: int
    rank: int | None = None
    site: str | None = None
    by_hand: bool = False


@dataclass(frozen=True)
class Row:
    """One requested secondment on both sides."""

    seeker: str
    secondment_id: str
    official: Got | None
    what_if: Got | None
    change: Change


@dataclass(frozen=True)
class Compared:
    """Both sides, row by row in the order of receipts, with what the verifier says of the what-if."""

    rows: tuple[Row, ...]
    result: Result
    certificate: Certificate


def s_pl_8_what_if(
    edition: SecondmentEdition,
    candidates: Candidates,
    sites: Mapping[str, Site],
    ours: Collection[str],
    asked: WhatIf,
) -> Posed:
    """The round as it would be. What was designated, recorded or claimed stays as it is."""
    left = [each for each in candidates.values() if each.receipt_number not in asked.without]
    posed = pose(edition, left, sites, ours, reading=asked.priority)
    more: Counter[tuple[str, int]] = Counter()
    for change in asked.places:
        for year in change.fiscal_years or edition.edition.years:
            more[change.site, year] += change.more
    places = tuple(_with(place, more) for place in posed.problem.places)
    return replace(posed, problem=replace(posed.problem, places=places))


def _with(place: Place, more: Mapping[tuple[str, int], int]) -> Place:
    added = {year: count for (site, year), count in more.items() if site == place.id}
    changed = {year: max(0, place.capacity.get(year, 0) + count) for year, count in added.items()}
    return replace(place, capacity=dict(place.capacity) | changed)


def compared(
    base: Posed, results: Mapping[str, Assigned], posed: Posed, result: Result, certificate: Certificate
) -> Compared:
    """The official results beside the what-if. ``base`` is the round as it is, for the official classes."""
    rows = [_row(base, results, posed, result, name) for name in sorted(base.asked)]
    return Compared(tuple(rows), result, certificate)


def _row(base: Posed, results: Mapping[str, Assigned], posed: Posed, result: Result, name: str) -> Row:
    asked = base.asked[name]
    before = results.get(asked.secondment_id)
    official = _official(base.seeker(name).priority, before) if before else None
    thought = _thought(posed.seeker(name).priority, result.assignment[name]) if name in posed.asked else None
    return Row(name, asked.secondment_id, official, thought, _change(official, thought))


def _official(level: int, result: Assigned) -> Got:
    site = result.stays[-1].site if result.stays else None
    return Got(level, result.rank, site, result.by_hand)


def _thought(level: int, option: Option | None) -> Got:
    return Got(level, option.rank, option.place) if option else Got(level)


def _change(official: Got | None, what_if: Got | None) -> Change:
    if what_if is None:
        return "gone"
    if official is None:
        return "new"
    before, after = _standing(official), _standing(what_if)
    return "same" if before == after else "better" if after < before else "worse"


def _standing(got: Got) -> int:
    if got.site is None:
        return NOT_WISHED + 1
    return got.rank or NOT_WISHED


def totals(gots: Sequence[Got | None]) -> dict[str, object]:
    """How many are placed, by rank and by class; ``by_hand`` those placed where they did not wish to be."""
    placed = [got for got in gots if got and got.site]
    return {
        "asked": sum(got is not None for got in gots),
        "placed": len(placed),
        "by_rank": _counted([got.rank for got in placed if got.rank]),
        "by_class": _counted([got.level for got in placed]),
        "not_wished": sum(got.rank is None for got in placed),
    }


def _counted(values: Sequence[int]) -> dict[str, int]:
    counts = Counter(values)
    return {str(value): counts[value] for value in sorted(counts)}
