"""What a changed term (期間の延長・短縮) must keep to: S-LI-5, and the periods of S-SC-2…4."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kernel.sealing import Confidential
from policies.calendars import add_days, first_day, full_months_between, last_day
from policies.parameters import Read
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision, Outcome, Route, Stay, fiscal_year
from services.placement.policy.decisions import decided

PARTIES = {
    "sender": ("派遣元", "the sender"),
    "secondee": ("出向者", "the secondee"),
    "unit": ("受入先所属長", "the receiving head"),
}
"""Who must agree to a changed term (S-LI-5), in words."""


def s_li_5_stays(stays: Sequence[Stay], until: date) -> tuple[Stay, ...]:
    """The stays of a term that ends on ``until``: longer at the last site, shorter by the years that fall away."""
    last, year = stays[-1], fiscal_year(until)
    kept = tuple(stay for stay in stays if stay.fiscal_year <= year)
    more = range(last.fiscal_year + 1, year + 1)
    return (*kept, *(Stay(fiscal_year=each, site=last.site) for each in more))


def s_li_5_term(
    edition: SecondmentEdition,
    stays: Sequence[Stay],
    until: date,
    *,
    by: str,
    reason: Confidential | None,
    at: datetime,
) -> tuple[Decision, ...]:
    """The decisions on a new last day: too long is refused, what is asked in principle only is waived by HR's reason.

    The third year of a stay in Japan needs the unit's consent, without which no amendment is concluded (S-SC-2). One
    that would be too short a stay in Japan is refused: it ends early (S-LI-6) or not at all. Of one that goes overseas
    whole years are asked in principle, so a shorter one is waived (S-SC-3).
    """
    route = _route(edition, stays)
    new = s_li_5_stays(stays, until)
    months = full_months_between(first_day(stays[0].fiscal_year), add_days(until, 1))
    facts = {"until": until.isoformat(), "years": len(new), "months": months}
    clause = "S-SC-3" if route == "domestic_then_overseas" else "S-SC-2"
    most = edition.value(f"routes.{route}.years_most{'_with_consent' * (clause == 'S-SC-2')}", until)
    least = edition.value(f"routes.{route}.years_least", until)
    too_short: Outcome = "refused" if clause == "S-SC-2" else "waived"
    kept: Outcome = "passed" if months >= 12 * least.number else too_short
    found: list[tuple[str, Outcome, list[Read]]] = [
        (clause, kept if len(new) <= most.number else "refused", [most, least])
    ]
    if clause == "S-SC-3":
        whole = edition.value("routes.domestic_then_overseas.whole_years_only", until)
        whole_years = until == last_day(fiscal_year(until))
        found += [("S-SC-3", "passed" if whole_years or not whole.value else "waived", [whole])]
        found += _abroad(edition, new, until)
    return tuple(
        decided(clause, outcome, edition=edition.id, at=at, facts=facts, read=read, by=by, reason=reason)
        for clause, outcome, read in [("S-LI-5", "passed", list[Read]()), *found]
    )


def _abroad(edition: SecondmentEdition, stays: Sequence[Stay], until: date) -> list[tuple[str, Outcome, list[Read]]]:
    sites = [edition.sites[stay.site] for stay in stays if stay.site in edition.sites]
    years = [site for site in sites if site.overseas]
    most = edition.overseas_years_most(years[0].country, until) if years else None
    if most is None:
        return []
    return [("S-SC-4", "passed" if len(years) <= most.number else "waived", [most])]


def _route(edition: SecondmentEdition, stays: Sequence[Stay]) -> Route:
    """The route that the stays are of (S-IN-4); one whose departure was cancelled is one in Japan."""
    sites = [edition.sites[stay.site] for stay in stays if stay.site in edition.sites]
    if any(site.overseas for site in sites):
        return "domestic_then_overseas"
    home = sites[0].kind if sites else "domestic_office"
    return "headquarters" if home in edition.routes.headquarters.places else "domestic"
