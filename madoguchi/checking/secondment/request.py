"""Cases of what is asked for: purpose, route, sites, period, countries (S-IN-4, S-IN-5, S-SC-1…4)."""

from __future__ import annotations

from madoguchi.checking.facts import Facts
from madoguchi.checking.found import Found, decisive, found
from madoguchi.checking.rules import Rules
from madoguchi.checking.secondment.screened import answered, fitting, form_basis, received
from madoguchi.checking.stand_ins import APPLICATION, SECONDMENT, unread
from policies.secondment.edition import SecondmentEdition
from schemas.forms import RequestForm
from schemas.values import Route, SecondmentForm, SecondmentRequest, Wish
from services.intake.policy.places import wish_faults
from services.screening.policy.form import examine, s_sc_1_purpose


def request(edition: SecondmentEdition, facts: Facts) -> Found:
    """One secondment with one wish; ``officer`` is the word on what is asked of one (granted, refused)."""
    wish = {"rank": 1, "domestic": facts.text("domestic"), "overseas": facts.text("overseas", "") or None}
    said = {"route": facts.text("route"), "years": facts.number("years"), "wishes": [wish]}
    asked = RequestForm.model_validate({**said, "third_year_agreed": facts.flag("third_year_agreed", False)})
    if faults := wish_faults(edition, [asked]):
        return found("refused", *(fault.clause for fault in faults))
    wanted = as_request(asked)
    form = SecondmentForm(purpose=unread("purpose"), requests=(wanted,))
    basis = form_basis(edition)
    if "officer" not in facts:
        decisions = examine(APPLICATION, form, basis)
        return decisive(each for each in decisions if each.facts.get("secondment_id") == SECONDMENT)
    case = received(edition, wanted)
    fitting(case, basis)
    return answered(case, "form", basis, facts, basis.at)


def as_request(asked: RequestForm) -> SecondmentRequest:
    """A request of a form as screening gets it."""
    wishes = tuple(Wish(rank=each.rank, domestic=each.domestic, overseas=each.overseas) for each in asked.wishes)
    agreed = asked.third_year_agreed
    return SecondmentRequest(number=1, route=asked.route, years=asked.years, wishes=wishes, third_year_agreed=agreed)


def plain_request(edition: SecondmentEdition, route: Route = "domestic_then_overseas") -> SecondmentRequest:
    """A request in which nothing is amiss, for cases about what comes after the form."""
    abroad = next(site.id for site in edition.sites.values() if site.overseas and site.accepting)
    kinds = edition.route(route).places
    home = next(site.id for site in edition.sites.values() if site.kind in kinds and site.accepting)
    wish = Wish(rank=1, domestic=home, overseas=abroad if edition.route(route).overseas else None)
    years = edition.route(route).years_least.first
    return SecondmentRequest(number=1, route=route, years=years, wishes=(wish,))


def purpose(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-SC-1: an officer is asked; ``fits`` is what the officer says."""
    basis = form_basis(edition)
    if not facts.known("fits"):
        return decisive([s_sc_1_purpose(basis)])
    case = received(edition, plain_request(edition))
    fitting(case, basis, facts.flag("fits"))
    return found("refused" if case.roads[SECONDMENT].refused else "passed", "S-SC-1")


RULES: Rules[SecondmentEdition] = {"request": request, "purpose": purpose}
