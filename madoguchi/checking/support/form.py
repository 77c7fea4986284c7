"""A company's registration as a case states it: nothing is amiss in it but what the case says."""

from __future__ import annotations

from typing import Any

from madoguchi.checking.facts import BadFacts, Facts
from madoguchi.checking.stand_ins import unread
from policies.calendars import start_of_day
from policies.support.edition import SupportEdition
from schemas.values import Position, SupportForm
from services.screening.policy.basis import Basis

USUAL = {
    "placement_is_main_business": False,
    "passes_people_on": False,
    "only_for_subsidiary_abroad": False,
    "applicant_is_supported": True,
    "has_employed_graduates": True,
    "interested_in_global_south": True,
}
"""What a company says unless the case states otherwise."""
OF_POSITION = ("residence_status", "role", "education", "regular_employee", "employer_is_applicant")
"""What is said of a position; of several positions, one after the other."""


def basis(edition: SupportEdition) -> Basis[SupportEdition]:
    """Registrations are screened on the day on which reception opens."""
    return Basis(edition, start_of_day(edition.dates.reception_opens.first))


def form(edition: SupportEdition, facts: Facts) -> SupportForm:
    """The registration."""
    consents = edition.consents
    said: dict[str, Any] = {name: facts.flag(name, usual) for name, usual in USUAL.items()}
    return SupportForm(
        **_unjudged(),
        **said,
        legal_form=_one_of(edition.eligibility.legal_forms, "legal_form", facts, "kabushiki"),  # type: ignore[arg-type]  # a code of the edition
        website=_website(facts),
        positions=tuple(_position(edition, each) for each in facts.apart(OF_POSITION)),
        prefecture=_one_of(edition.vocabulary.prefectures, "prefecture", facts),
        field=_one_of(edition.vocabulary.fields, "field", facts),
        stage=_one_of(edition.vocabulary.stages, "stage", facts),  # type: ignore[arg-type]  # a code of the edition
        agreements=facts.texts("agreements") if "agreements" in facts else tuple(consents.agreements),
        declarations=facts.texts("declarations") if "declarations" in facts else tuple(consents.declarations),
    )


def _unjudged() -> dict[str, Any]:
    """What no rule of a case looks at."""
    sealed = {name: unread(name) for name in ("purpose", "finances", "organisation")}
    return {**sealed, "languages": (), "industry": "事例", "employees": 1, "earlier_years": 0}


def _one_of(known: dict[Any, Any], name: str, facts: Facts, usual: str | None = None) -> str:
    code = facts.text(name, usual or next(iter(known)))
    if code not in known:
        raise BadFacts(name, "この版のコードではありません。", "The edition has no such code.")
    return code


def _website(facts: Facts) -> str | None:
    if "website" not in facts:
        return "https://a.example.jp"
    return facts.text("website") if facts.known("website") else None


def _position(edition: SupportEdition, facts: Facts) -> Position:
    persons = edition.eligibility
    return Position(
        residence_status=facts.text("residence_status", next(iter(persons.residence_statuses))),
        role=facts.text("role", next(iter(persons.roles))),
        education=facts.text("education", next(iter(persons.educations))),
        regular_employee=facts.flag("regular_employee", True),
        employer_is_applicant=facts.flag("employer_is_applicant", True),
        place="事例",
    )
