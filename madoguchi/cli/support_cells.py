"""How the fields of the support's lists are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from madoguchi.cli.decision_words import seen
from madoguchi.cli.field_words import VALUES, field, standing
from madoguchi.rehearsal.wording import ENDED
from policies.editions import load, years


def consents(application: Mapping[str, Any]) -> str:
    """Whether a company's consent form is here, was returned and why, or is still missing (C-IN-1)."""
    papers = [each for each in application.get("papers", ()) if each["kind"] == "consent"]
    told = []
    for paper in papers:
        why = f"差戻し（{VALUES.get(paper['returned'], paper['returned'])}）" if paper.get("returned") else "受領"
        active = "　要注意" if paper.get("flags") else ""
        told.append(f"{paper['arrived_on']} {why}{active}")
    standing_now = any(not paper.get("returned") for paper in papers)
    missing = application.get("status") == "registered" and not standing_now
    return "\n".join([*told, *(["未着"] if missing else [])])


def of_coordinator(name: str) -> Callable[[Mapping[str, Any]], str]:
    """What the edition says of a coordinator: regions, fields or languages, in words."""

    def told(coordinator: Mapping[str, Any]) -> str:
        edition = load("support", int(coordinator["fiscal_year"]))
        words = getattr(edition.vocabulary, name)
        return "、".join(words[code].name for code in getattr(edition.coordinators.root[coordinator["id"]], name))

    return told


def menu(code: str) -> str:
    """A limited service by its name in the first edition."""
    return _named(load("support", years("support")[0]).life.menus, code)


def survey(code: str) -> str:
    """A survey by its name in the first edition, with the code that a command takes."""
    surveys = load("support", years("support")[0]).life.surveys
    return f"{surveys[code].name}（{code}）" if code in surveys else code


def visits(by_id: Mapping[str, Mapping[str, Any]]) -> str:
    """Every visit by its number of the case, with its day and where it stands."""
    numbered = ((id.rpartition("-")[2], each) for id, each in by_id.items())
    return "\n".join(f"{number}: {each['on']} {standing(each['status'])}" for number, each in numbered)


HANDED_ON = ("kind", "on", "stage", "until", "menu", "times", "service", "survey", "coordinator_id")
"""What a record is told by, in this order; then what was written down of it."""
RECORDED = {"handover": "引継ぎ", "survey": "調査"}
WRITTEN = ("plan", "note", "finding", "handover")


def handed_on(event: Mapping[str, Any]) -> str:
    """What the next coordinator reads of an event of the support."""
    said = {name: event["data"].get(name) for name in (*HANDED_ON, *WRITTEN)}
    edition = f"support/{years('support')[0]}"
    told = {RECORDED.get(name) or field(name): seen(name, value, edition) for name, value in said.items() if value}
    return "　".join(f"{name}：{value}" for name, value in told.items())


def services(by_id: Mapping[str, Mapping[str, Any]]) -> str:
    """Every use of a service at a price, by its number of the case."""
    fees = load("support", years("support")[0]).fees.root
    return "\n".join(
        f"{id.rpartition('-')[2]}: {each['on']} {_named(fees, each['service'])}"
        + (f" {standing(each['status'])}" if each["status"] != "used" else "")
        for id, each in by_id.items()
    )


def _named(listed: Mapping[str, Any], code: str) -> str:
    return str(listed[code].name) if code in listed else code


def ground(code: str) -> str:
    """On what a disclosure rests, or why a support ended."""
    if code == "owner_agreed":
        return "開示した者の事前の承諾"
    exceptions = load("support", years("support")[0]).confidentiality.exceptions
    return f"{code}（{exceptions[code].first}）" if code in exceptions else ENDED.get(code) or standing(code)
