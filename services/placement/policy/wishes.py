"""From wishes to places by fiscal year: routes (S-IN-4), bundles (S-PL-6), and which wishes cannot be met at all."""

from __future__ import annotations

from collections.abc import Iterable

from policies.secondment.edition import SecondmentEdition
from schemas.values import SecondmentRequest, Stay, Wish
from services.placement.engine import Slot

NOT_WISHED = 999
"""The rank of places that were given by hand and not wished: below every wish."""


def s_pl_6_stays(edition: SecondmentEdition, domestic: str, overseas: str | None, years: int) -> tuple[Stay, ...]:
    """The bundle: the domestic place in the first years, the office in the years after (S-SC-3), one stay a year."""
    first = edition.edition.fiscal_year
    at_home = edition.routes.domestic_then_overseas.domestic_years.first if overseas else years
    return tuple(
        Stay(fiscal_year=first + n, site=overseas if overseas and n >= at_home else domestic) for n in range(years)
    )


def wished_stays(edition: SecondmentEdition, request: SecondmentRequest, wish: Wish) -> tuple[Stay, ...]:
    """What a wish asks for, in the years that screening passed on (S-SC-2…4)."""
    return s_pl_6_stays(edition, wish.domestic, wish.overseas, request.years)


def claims(edition: SecondmentEdition, stays: Iterable[Stay]) -> tuple[Slot, ...]:
    """The places that stays take, by fiscal year; a team's secondee also takes one of its unit's (S-PL-6)."""
    return tuple((site, stay.fiscal_year) for stay in stays for site in counted_at(edition, stay.site))


def counted_at(edition: SecondmentEdition, site_id: str) -> tuple[str, ...]:
    """The sites whose places a secondee at a site takes; a site that the edition lacks stands for itself."""
    return edition.site(site_id).counted_at if site_id in edition.sites else (site_id,)


def s_in_4_route(edition: SecondmentEdition, request: SecondmentRequest, wish: Wish) -> str:
    """Why a wish does not fit its route; empty if it does."""
    route = edition.route(request.route)
    home = edition.sites.get(wish.domestic)
    if home is not None and home.kind not in route.places:
        return "domestic_place_of_another_route"
    if (wish.overseas is not None) != route.overseas:
        return "overseas_place_of_another_route"
    abroad = edition.sites.get(wish.overseas) if wish.overseas else None
    return "not_an_overseas_office" if abroad is not None and not abroad.overseas else ""
