"""Places that HR gives by hand (S-PL-7, S-PL-8, S-PL-11): what the clauses on routes and years say of them.

A form's wishes are judged in screening. What is given by hand nobody has judged: it is here, by the same clauses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.sealing import Confidential
from policies.parameters import Read
from policies.secondment.edition import SecondmentEdition
from policies.secondment.sections import DomesticRoute
from schemas.values import Decision, Outcome, SecondmentRequest, Stay, Wish, day_in_tokyo
from services.placement.policy.decisions import decided
from services.placement.policy.wishes import s_in_4_route


@dataclass(frozen=True)
class Officer:
    """Who gives the places, why, and what is said beside: that the unit agrees (S-SC-2), that S-SC-4 is waived."""

    by: str
    reason: Confidential
    unit_agrees: bool = False
    country_waived: bool = False


def s_in_4_given(edition: SecondmentEdition, request: SecondmentRequest, home: str, overseas: str | None) -> str:
    """Why places do not fit the route; empty if they do. A domestic place alone fits one that goes abroad (S-PL-7)."""
    wish = Wish(rank=1, domestic=home, overseas=overseas)
    why = s_in_4_route(edition, request, wish)
    alone = edition.route(request.route).overseas and overseas is None
    return "" if alone and why == "overseas_place_of_another_route" else why


def home_route(edition: SecondmentEdition, site: str) -> DomesticRoute:
    """The rules for a stay in Japan alone at a site: of headquarters, or of Osaka and the offices (S-SC-2)."""
    tokyo = site in edition.sites and edition.site(site).kind in edition.routes.headquarters.places
    return edition.routes.headquarters if tokyo else edition.routes.domestic


def s_sc_2_given(
    edition: SecondmentEdition, stays: Sequence[Stay], judged: bool, officer: Officer, *, at: datetime
) -> tuple[Decision, ...]:
    """Years in Japan alone: within the route's, a third where the unit agrees. ``judged`` where screening heard it."""
    years, site = len(stays), stays[-1].site
    name = "headquarters" if home_route(edition, site) is edition.routes.headquarters else "domestic"
    least, most, longest = (
        edition.value(f"routes.{name}.{each}", day_in_tokyo(at))
        for each in ("years_least", "years_most", "years_most_with_consent")
    )
    if least.number <= years <= most.number or (judged and years <= longest.number):
        return ()
    agreed = most.number < years <= longest.number and officer.unit_agrees
    facts = {"site": site, "years": years, "unit_agrees": officer.unit_agrees}
    return (_said(edition, "S-SC-2", "passed" if agreed else "refused", facts, (least, most, longest), officer, at),)


def s_sc_3_given(
    edition: SecondmentEdition, stays: Sequence[Stay], years: int, officer: Officer, *, at: datetime
) -> tuple[Decision, ...]:
    """Years of a stay that goes abroad: the first in Japan, then the office; two in all, three at most."""
    names = ("domestic_years", "years_least", "years_most")
    home, least, most = (edition.value(f"routes.domestic_then_overseas.{name}", day_in_tokyo(at)) for name in names)
    if least.number <= years <= most.number and years > home.number:
        return ()
    facts = {"site": stays[-1].site, "years": years, "domestic_years": home.number}
    return (_said(edition, "S-SC-3", "refused", facts, (home, least, most), officer, at),)


def s_sc_4_given(
    edition: SecondmentEdition, request: SecondmentRequest, stays: Sequence[Stay], officer: Officer, *, at: datetime
) -> tuple[Decision, ...]:
    """Years abroad where the country bounds them. Soft: an officer waives it, here or in screening for the wish."""
    country = edition.site(stays[-1].site).country
    bound = edition.overseas_years_most(country, day_in_tokyo(at))
    abroad = sum(stay.site == stays[-1].site for stay in stays)
    wished = {edition.site(w.overseas).country for w in request.wishes if w.overseas and w.overseas in edition.sites}
    judged = country in wished and len(stays) <= request.years
    if bound is None or abroad <= bound.number or judged:
        return ()
    facts = {"country": country, "overseas_years": abroad}
    outcome: Outcome = "waived" if officer.country_waived else "refused"
    return (_said(edition, "S-SC-4", outcome, facts, (bound,), officer, at),)


def _said(
    edition: SecondmentEdition,
    clause: str,
    outcome: Outcome,
    facts: dict[str, object],
    read: Sequence[Read],
    officer: Officer,
    at: datetime,
) -> Decision:
    who = {"by": officer.by, "reason": officer.reason}
    return decided(clause, outcome, edition=edition.id, at=at, facts=facts, read=read, **who)  # type: ignore[arg-type]  # their own types
