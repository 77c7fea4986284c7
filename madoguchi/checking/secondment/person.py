"""Cases of the person and the papers (S-SC-5…9)."""

from __future__ import annotations

from datetime import date

from madoguchi.checking.facts import BadFacts, Facts
from madoguchi.checking.found import Found, decisive
from madoguchi.checking.rules import Rules
from madoguchi.checking.secondment.placing import site
from madoguchi.checking.secondment.request import plain_request
from madoguchi.checking.secondment.screened import answered, fitting, form_basis, received
from madoguchi.checking.stand_ins import SECONDMENT, secondee
from policies.calendars import end_of_day
from policies.secondment.edition import SecondmentEdition
from schemas.forms import DECLARATIONS
from schemas.values import Route
from services.screening.domain.roads import Arrival
from services.screening.domain.secondment import SecondmentScreening
from services.screening.policy import person as policy
from services.screening.policy.basis import Basis, PersonDecision
from services.screening.policy.papers import s_sc_9_papers


def person(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-SC-5…8, as far as the case states anything; ``officer`` is the word on the waivers that are asked for."""
    if facts.known("starts") and facts.day("starts") != edition.dates.starts.first:
        raise BadFacts("starts", "この版の開始日と違います。", "The edition's secondments start on another day.")
    basis = _basis(edition)
    made = _examined(facts, basis)
    if not made:
        raise BadFacts("about", "人についての事実がありません。", "Nothing is said of the person.")
    if "officer" not in facts:
        return decisive(each.decision for each in made)
    return answered(_named(edition, made, basis), "person", basis, facts, basis.at)


def _basis(edition: SecondmentEdition) -> Basis[SecondmentEdition]:
    """The moment at which the papers' last day is over."""
    return Basis(edition, end_of_day(edition.dates.papers_due.first))


def _examined(facts: Facts, basis: Basis[SecondmentEdition]) -> list[PersonDecision]:
    made = []
    if facts.known("birth_date"):
        made.append(policy.s_sc_5_age(facts.day("birth_date"), SECONDMENT, basis))
    if any(facts.known(each) for each in DECLARATIONS):
        undeclared = tuple(each for each in DECLARATIONS if not facts.flag(each, True))
        made.append(policy.s_sc_6_declarations(undeclared, SECONDMENT, basis))
    if facts.known("experience_years"):
        made.append(policy.s_sc_7_experience(facts.number("experience_years"), SECONDMENT, basis))
    if "toeic" in facts:
        route: Route = "domestic_then_overseas" if facts.flag("overseas") else "domestic"
        points = facts.number("toeic") if facts.known("toeic") else None
        sites = (site(basis.edition, facts, "domestic").id,) if facts.known("domestic") else ()
        made.append(policy.s_sc_8_language(points, route, sites, SECONDMENT, basis))
    return made


def _named(
    edition: SecondmentEdition, made: list[PersonDecision], basis: Basis[SecondmentEdition]
) -> SecondmentScreening:
    case, due = received(edition, plain_request(edition)), edition.dates.papers_due.first
    fitting(case, form_basis(edition))
    case.take_secondee(SECONDMENT, secondee(), due, tuple(each.decision for each in made), at=basis.at)
    return case


def papers(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-SC-9: when each paper arrived in each form; looked at when the last day is over."""
    arrivals = [each for form in ("original", "data") for each in _arrivals(edition, form, facts.days(form))]
    basis = _basis(edition)
    decision = s_sc_9_papers(arrivals, SECONDMENT, basis, due=True)
    assert decision is not None
    if "officer" not in facts:
        return decisive([decision])
    case = _named(edition, [], basis)
    case.settle_papers(SECONDMENT, decision, at=basis.at)
    return answered(case, "papers", basis, facts, basis.at)


def _arrivals(edition: SecondmentEdition, form: str, days: dict[str, date | None]) -> list[Arrival]:
    if unknown := days.keys() - edition.papers.root.keys():
        raise BadFacts(form, f"この書類はありません：{'、'.join(unknown)}", "The edition asks for no such paper.")
    sent = [(kind, day) for kind, day in days.items() if day is not None]
    return [Arrival(f"{kind}-{form}", SECONDMENT, kind, form, day) for kind, day in sent]  # type: ignore[arg-type]  # original, data


RULES: Rules[SecondmentEdition] = {"person": person, "papers": papers}
