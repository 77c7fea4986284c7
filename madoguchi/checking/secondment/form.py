"""Cases of what a sender sends: its form, its amendment, its name in two spellings (S-IN)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from madoguchi.checking.facts import Facts
from madoguchi.checking.found import Found, computed, decisive, found
from madoguchi.checking.rules import Rules
from madoguchi.checking.stand_ins import APPLICATION, OFFICER, party, unread
from policies.secondment.edition import SecondmentEdition
from schemas.forms import SecondmentApplication
from schemas.values import SecondmentForm
from services.intake.domain import Application
from services.intake.domain.application_state import Content
from services.intake.policy.counter import s_in_1_admitted_late, s_in_1_deadline, s_in_6_amendable
from services.intake.policy.spelling import Spelled, s_in_7_alike
from services.intake.policy.terms import opened

SENDER = {
    "kind": "company",
    "name": "事例",
    "kana": "ジレイ",
    "person": "事例",
    "address": "事例",
    "email": "a@example.jp",
}
"""What a form must say of its sender; a case states what matters to it."""


def reception(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-IN-1: a form that arrives at that moment; ``admitted_by_hr`` where HR lets a late one in."""
    at = facts.moment("received_at")
    counter = opened(edition, at)
    counter.must_have_opened(at)
    decision = s_in_1_deadline(edition, counter, at)
    if decision.outcome == "refused" and facts.flag("admitted_by_hr", False):
        decision = s_in_1_admitted_late(edition, at, by=OFFICER, reason=unread("reason"), at=at)
    return decisive([decision])


def form(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-IN-2, S-IN-3: what a form must say, and what a reply without a wish must not."""
    no_wish = facts.flag("no_wish", False)
    said = SecondmentApplication.model_validate(
        {
            "party": {**SENDER, "corporate_number": facts.text("corporate_number", "") or None},
            "no_wish": no_wish,
            "purpose": "事例" if facts.flag("purpose", True) else None,
            "requests": [_request(edition, facts)] * facts.number("requests", 0 if no_wish else 1),
        }
    )
    return found("passed", "S-IN-2" if said.no_wish else "S-IN-3")


def _request(edition: SecondmentEdition, facts: Facts) -> dict[str, Any]:
    sites = [site.id for site in edition.sites.values() if site.kind == "domestic_office" and site.accepting]
    ranks = facts.numbers("ranks") or ((1,) if "ranks" not in facts else ())
    wishes = [{"rank": rank, "domestic": site} for rank, site in zip(ranks, sites, strict=False)]
    if facts.flag("same_site_twice", False):
        wishes = [{**wish, "domestic": sites[0]} for wish in wishes]
    return {"route": "domestic", "years": 1, "wishes": wishes}


def amendment(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-IN-6: a newer form until the deadline; the same one changes nothing."""
    at = facts.moment("amended_at")
    s_in_6_amendable(opened(edition, at), at)
    application = _standing(edition, at)
    application.amend(_content("first" if facts.flag("same_form", False) else "second"), by="applicant", at=at)
    return computed({"revision": application.revision}, "S-IN-6")


def withdrawal(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-IN-6: at any time."""
    at = facts.moment("withdrawn_at")
    application = _standing(edition, at)
    application.withdraw(by="applicant", reason=None, at=at)
    return found("passed" if application.status == "withdrawn" else "refused", "S-IN-6")


def _standing(edition: SecondmentEdition, at: datetime) -> Application:
    return Application.arrive(
        APPLICATION,
        _content("first"),
        status="submitted",
        receipt_number="S-0001",
        at=at,
        programme="secondment",
        fiscal_year=edition.edition.fiscal_year,
        edition=edition.id,
        placed_before=False,
        consent=None,
        decision=None,
    )


def _content(digest: str) -> Content:
    said = SecondmentForm(purpose=unread("purpose"), requests=())
    return Content(party=party(), secondment=said, digest=digest)


def senders(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-IN-7: whether two spellings are put before an officer as perhaps one sender; if not, they stay two."""
    one, other = (
        Spelled(
            facts.text(f"{which}name"),
            facts.text(f"{which}kana", which or "jirei"),
            facts.text(f"{which}address", which or "jirei"),
            facts.text(f"{which}corporate_number", "") or None,
        )
        for which in ("", "other_")
    )
    return found("held" if s_in_7_alike(one, other) else "passed", "S-IN-7")


RULES: Rules[SecondmentEdition] = {
    "reception": reception,
    "form": form,
    "amendment": amendment,
    "withdrawal": withdrawal,
    "senders": senders,
}
