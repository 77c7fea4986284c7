"""A sender's form (アンケート) by rule: routes, periods, countries. The purpose and a third year are an officer's."""

from __future__ import annotations

from policies.parameters import Read
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision, SecondmentForm, SecondmentRequest, Wish
from services.screening.policy.basis import Basis

Rules = Basis[SecondmentEdition]


def examine(application_id: str, form: SecondmentForm, basis: Rules) -> tuple[Decision, ...]:
    """Every decision on a form: one on its purpose, then those on each request. Facts name the secondment."""
    decisions = [s_sc_1_purpose(basis)]
    for request in form.requests:
        secondment_id = f"{application_id}.{request.number}"
        decisions.append(s_in_4_route(request, secondment_id, basis))
        if request.route == "domestic_then_overseas":
            decisions.append(s_sc_3_period(request, secondment_id, basis))
            decisions.extend(s_sc_4_countries(request, secondment_id, basis))
        else:
            decisions.append(s_sc_2_period(request, secondment_id, basis))
    return tuple(decisions)


def s_sc_1_purpose(basis: Rules) -> Decision:
    """S-SC-1: whether the purpose (出向目的) fits is for an officer to judge."""
    return basis.rule("S-SC-1", "held", {"for": "officer"})


def s_in_4_route(request: SecondmentRequest, secondment_id: str, basis: Rules) -> Decision:
    """S-IN-4: every wish names sites of the kind that the route (派遣形態) allows."""
    astray = [wish.rank for wish in request.wishes if not _fits(wish, request, basis.edition)]
    facts = {"secondment_id": secondment_id, "route": request.route, "ranks_astray": astray}
    return basis.rule("S-IN-4", "refused" if astray else "passed", facts)


def _fits(wish: Wish, request: SecondmentRequest, edition: SecondmentEdition) -> bool:
    route = edition.route(request.route)
    home = edition.sites.get(wish.domestic)
    abroad = edition.sites.get(wish.overseas) if wish.overseas else None
    at_home = home is not None and home.kind in route.places
    return at_home and ((abroad is not None and abroad.overseas) if route.overseas else wish.overseas is None)


def s_sc_2_period(request: SecondmentRequest, secondment_id: str, basis: Rules) -> Decision:
    """S-SC-2: domestic or headquarters only, 1–2 years; a third is held for an officer, who hears the unit."""
    least, most, longest = (
        basis.read(f"routes.{request.route}.{name}")
        for name in ("years_least", "years_most", "years_most_with_consent")
    )
    facts = {
        "secondment_id": secondment_id,
        "route": request.route,
        "years": request.years,
        "third_year_agreed": request.third_year_agreed,
    }
    if least.number <= request.years <= most.number:
        return basis.rule("S-SC-2", "passed", facts, least, most)
    beyond = most.number < request.years <= longest.number
    return basis.rule("S-SC-2", "held" if beyond else "refused", facts, least, most, longest)


def s_sc_3_period(request: SecondmentRequest, secondment_id: str, basis: Rules) -> Decision:
    """S-SC-3: the first year in Japan, 2 years in all, 3 at most. A form can only say whole years."""
    names = ("domestic_years", "years_least", "years_most")
    home, least, most = (basis.read(f"routes.domestic_then_overseas.{name}") for name in names)
    kept = least.number <= request.years <= most.number and request.years > home.number
    facts = {
        "secondment_id": secondment_id,
        "years": request.years,
        "domestic_years": home.number,
        "overseas_years": request.years - home.number,
    }
    return basis.rule("S-SC-3", "passed" if kept else "refused", facts, home, least, most)


def s_sc_4_countries(request: SecondmentRequest, secondment_id: str, basis: Rules) -> tuple[Decision, ...]:
    """S-SC-4: where a country that is wished for bounds the years abroad, whether the request keeps to it. Soft."""
    home = basis.read("routes.domestic_then_overseas.domestic_years")
    abroad = request.years - home.number
    bounds = {country: bound for country in _countries(request, basis) if (bound := _bound(country, basis)) is not None}
    broken = sorted(country for country, bound in bounds.items() if abroad > bound.number)
    if not bounds:
        return ()
    facts = {"secondment_id": secondment_id, "overseas_years": abroad, "countries": sorted(bounds), "beyond": broken}
    return (basis.rule("S-SC-4", "waiver_asked" if broken else "passed", facts, home, *bounds.values()),)


def _countries(request: SecondmentRequest, basis: Rules) -> list[str]:
    sites = basis.edition.sites
    return sorted({sites[wish.overseas].country for wish in request.wishes if wish.overseas in sites and wish.overseas})


def _bound(country: str, basis: Rules) -> Read | None:
    return basis.edition.overseas_years_most(country, basis.on)
