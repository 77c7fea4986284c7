"""What a letter is told: the variables of the edition's catalogue out of an event's fields. Plain data.

What is sealed in the event stays so until the letter is written.

A variable that is not named here is the event's field of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from policies.calendars import add_days
from policies.edition import Edition
from policies.secondment.edition import SecondmentEdition
from policies.support.edition import SupportEdition
from policies.support.silence import officer_asked_on

Facts = Mapping[str, Any]
"""A published event's fields in JSON's types."""

LATER = frozenset({"organisation", "person", "written_on", "receipt_number", "missing", "answer_until"})
"""Variables that are known only when the letter is written."""
SEALED = frozenset({"ground", "reason"})
"""Variables that an event may hold sealed: opened when the letter is written, kept as tokens until then."""
TOLD_SINCE: Mapping[str, tuple[str, ...]] = {"silence-reminder": ("starts_at",)}
"""By letter, what its text came to be told later: a letter that was planned before is written without that."""
ACTORS = {"sender": "派遣元", "secondee": "出向者", "jetro": "ジェトロ", "overseas_office": "海外事務所"}
FORMS = {"original": "原本", "data": "データ"}


def told(facts: Facts, edition: Edition, wanted: Iterable[str]) -> dict[str, Any]:
    """The values of the wanted variables, those of `LATER` left out. Raises KeyError for one that nobody knows."""
    return {name: _value(name, facts, edition) for name in wanted if name not in LATER}


def _value(name: str, facts: Facts, edition: Edition) -> Any:
    maker = OF_SECONDMENT.get(name) if isinstance(edition, SecondmentEdition) else OF_SUPPORT.get(name)
    return facts[name] if maker is None else maker(facts, edition)


def missing_papers(edition: SecondmentEdition, arrived: Iterable[str]) -> list[str]:
    """The papers that have not arrived, each with its form (S-SC-9). ``arrived`` holds ``code/form``."""
    here = set(arrived)
    return [
        f"{paper.name}（{FORMS[form]}）"
        for code, paper in edition.papers.root.items()
        for form in paper.first
        if f"{code}/{form}" not in here
    ]


def answer_until(told: Facts, edition: Edition, written_on: date, reminded_on: date) -> str | None:
    """Until when a company that missed stage two is asked to answer; None where that is not after the letter's own day.

    Reading taken of C-IN-6: until the day before the one on which an officer is asked whether it is a withdrawal, the
    last reminder going out on ``reminded_on``.
    """
    if "asked_on" not in told or not isinstance(edition, SupportEdition):
        return None
    asked_on = date.fromisoformat(told["asked_on"])
    until = add_days(officer_asked_on(edition, asked_on, reminded_on), -1)
    return until.isoformat() if until > written_on else None


def site_name(edition: SecondmentEdition, site: str | None) -> str | None:
    """A site as letters write it."""
    if site is None:
        return None
    return edition.site(site).full_name if site in edition.sites else site


def which_secondment(secondment_id: str) -> str:
    """Which of the form's secondments, in words."""
    return f"{secondment_id.rpartition('.')[2]}件目"


def _requests(facts: Facts, edition: SecondmentEdition) -> list[dict[str, Any]]:
    asked = (facts.get("secondment") or {}).get("requests", ())
    return [
        {
            "number": request["number"],
            "route": edition.route(request["route"]).name,
            "years": request["years"],
            "wishes": [
                {
                    "rank": wish["rank"],
                    "domestic": site_name(edition, wish["domestic"]),
                    "overseas": site_name(edition, wish["overseas"]),
                }
                for wish in request["wishes"]
            ],
        }
        for request in asked
    ]


def _places(facts: Facts, edition: SecondmentEdition) -> list[dict[str, Any]]:
    return [{"fiscal_year": s["fiscal_year"], "site": site_name(edition, s["site"])} for s in facts["stays"]]


def _checklist(facts: Facts, edition: SecondmentEdition) -> list[dict[str, Any]]:
    """The guide's checklist (S-LI-4) for one who goes overseas; empty for all others."""
    sites = [edition.sites[stay["site"]] for stay in facts["stays"] if stay["site"] in edition.sites]
    if not any(site.overseas for site in sites):
        return []
    return [
        {"name": task.name, "acts": ACTORS[task.first], "required": task.required, "remark": task.remark}
        for task in edition.departure.checklist.values()
    ]


def _explanation(facts: Facts, edition: SecondmentEdition) -> list[dict[str, Any]]:
    return [{**wish, "site": site_name(edition, wish["site"])} for wish in facts["explanation"]]


def _paper(facts: Facts, edition: SecondmentEdition) -> str:
    paper = edition.papers.root.get(facts["kind"])
    return paper.name if paper is not None else str(facts["kind"])


def _survey(facts: Facts, edition: SupportEdition) -> str:
    survey = edition.life.surveys.get(facts["survey"])
    return survey.name if survey is not None else str(facts["survey"])


def _services(facts: Facts, edition: SupportEdition) -> list[dict[str, str]]:
    return [{"name": service.name, "about": service.about} for service in edition.services(facts["guidance"])]


OF_SECONDMENT: dict[str, Callable[[Facts, Any], Any]] = {
    "secondment": lambda facts, edition: which_secondment(facts["secondment_id"]),
    "requests": _requests,
    "places": _places,
    "checklist": _checklist,
    "explanation": _explanation,
    "reception_closes": lambda facts, edition: edition.dates.reception_closes.first.isoformat(),
    "papers": lambda facts, edition: [paper.name for paper in edition.papers.root.values()],
    "papers_due": lambda facts, edition: facts.get("papers_by") or facts["deadline"],
    "paper": _paper,
    "form": lambda facts, edition: FORMS[facts["form"]],
    "starts": lambda facts, edition: edition.dates.starts.first.isoformat(),
    "memorandum_by": lambda facts, edition: edition.dates.memorandum_by.first.isoformat(),
    "issuer_name": lambda facts, edition: facts["issuer"],
}
OF_SUPPORT: dict[str, Callable[[Facts, Any], Any]] = {
    "companies_most": lambda facts, edition: edition.reception.companies_most.first,
    "reopens": lambda facts, edition: edition.reception.counted.first == "complete_and_standing",
    "support_until": lambda facts, edition: edition.dates.support_until.first.isoformat(),
    "services": _services,
    "stage": lambda facts, edition: edition.vocabulary.stages[facts["stage"]].name,
    "survey": _survey,
    "returned_for": lambda facts, edition: facts["ground"],
    "replaced": lambda facts, edition: facts["replaces"] is not None,
    "issuer_name": lambda facts, edition: facts["issuer"],
}
