"""A domestic place alone, where the wished offices cannot take anybody (S-PL-7): to whom, and which places are free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from policies.secondment.edition import SecondmentEdition
from schemas.values import Stay
from services.placement.engine import Option, Slot, free_places
from services.placement.policy.given import home_route
from services.placement.policy.rounds import Asked, Posed
from services.placement.policy.wishes import claims, s_pl_6_stays

Shut = Literal["closed", "full"]
"""Why an office cannot take anybody: no place for anybody this round (space, regime), or all taken by others."""


@dataclass(frozen=True)
class ShutOffice:
    """A wished office that cannot take the secondee in some year of the wish."""

    rank: int
    site: str
    why: Shut


@dataclass(frozen=True)
class FreeHome:
    """A domestic place that could be proposed: free from the first fiscal year for so many years, at most as asked."""

    site: str
    name: str
    wished_rank: int | None
    years: int


@dataclass(frozen=True)
class HomeInstead:
    """One without a place to whom HR may propose a domestic place alone; its own wished domestic places come first."""

    seeker: str
    secondment_id: str
    receipt_number: str
    offices: tuple[ShutOffice, ...]
    places: tuple[FreeHome, ...]


def s_pl_7_office_cannot(posed: Posed, standing: Mapping[str, Option | None], name: str) -> tuple[ShutOffice, ...]:
    """The offices that a seeker wished, if none of them can take it; nothing if one can, or none was wished.

    What others hold is taken; what the seeker itself holds is not. Wishes that screening rules out do not count.
    """
    asked, seeker = posed.asked[name], posed.seeker(name)
    offered, left = free_places(posed.problem), _left(posed, standing, name)
    shut: list[ShutOffice] = []
    for wish in asked.request.wishes:
        if wish.overseas is None or wish.rank in seeker.ineligible:
            continue
        option = next(each for each in seeker.options if each.rank == wish.rank)
        there = [slot for slot in option.claims if slot[0] == wish.overseas]
        if all(left.get(slot, 0) > 0 for slot in there):
            return ()
        closed = any(offered.get(slot, 0) == 0 for slot in there)
        shut.append(ShutOffice(wish.rank, wish.overseas, "closed" if closed else "full"))
    return tuple(shut)


def s_pl_7_candidates(
    edition: SecondmentEdition, posed: Posed, standing: Mapping[str, Option | None], waiting: Sequence[str]
) -> tuple[HomeInstead, ...]:
    """Of those who wait without a place: whose offices cannot take anybody, and what is free in Japan for each."""
    found = []
    for name in sorted(waiting):
        offices = s_pl_7_office_cannot(posed, standing, name)
        if offices:
            asked = posed.asked[name]
            places = _free_homes(edition, asked, _left(posed, standing, name))
            receipt = asked.candidate.receipt_number
            found.append(HomeInstead(name, asked.secondment_id, receipt, offices, places))
    return tuple(found)


def s_sc_2_home_years(edition: SecondmentEdition, asked: Asked, site: str) -> int:
    """For how long a domestic place alone is proposed: as asked for, within what its route allows without more."""
    return min(asked.request.years, home_route(edition, site).years_most.first)


def _left(posed: Posed, standing: Mapping[str, Option | None], name: str) -> dict[Slot, int]:
    """The seats that nobody but the seeker itself holds."""
    left = free_places(posed.problem)
    for other, option in standing.items():
        for slot in option.claims if option and other != name else ():
            left[slot] = left.get(slot, 0) - 1
    return left


def _free_homes(edition: SecondmentEdition, asked: Asked, left: Mapping[Slot, int]) -> tuple[FreeHome, ...]:
    wished: dict[str, int] = {}
    for wish in sorted(asked.request.wishes, key=lambda each: each.rank):
        wished.setdefault(wish.domestic, wish.rank)
    kinds = edition.route(asked.request.route).places
    others = (id for id, site in edition.sites.items() if not site.overseas and site.kind in kinds and id not in wished)
    homes = []
    for site in (*(each for each in wished if each in edition.sites), *others):
        years = _years(edition, asked, site, left)
        if years:
            homes.append(FreeHome(site, edition.site(site).full_name, wished.get(site), years))
    return tuple(homes)


def _years(edition: SecondmentEdition, asked: Asked, site: str, left: Mapping[Slot, int]) -> int:
    stays: tuple[Stay, ...] = s_pl_6_stays(edition, site, None, s_sc_2_home_years(edition, asked, site))
    for number, stay in enumerate(stays):
        if any(left.get(slot, 0) < 1 for slot in claims(edition, (stay,))):
            return number
    return len(stays)
