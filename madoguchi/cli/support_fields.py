"""What the support's first edition has for what a service takes as a code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from policies.editions import load, years
from policies.support.edition import SupportEdition

OWNER_AGREED = "owner_agreed（所有者が事前に同意した）"
Listed = Mapping[str, Callable[[SupportEdition], str]]


def support_codes(name: str) -> dict[str, str]:
    """The words that an action's fields take, by field."""
    edition = load("support", years("support")[0])
    return {at: tell(edition) for at, tell in TAKEN.get(name, {}).items()}


def _named(part: Mapping[str, Any]) -> str:
    return "、".join(f"{code}（{each.name}）" for code, each in part.items())


def _said(part: Mapping[str, Any]) -> str:
    return "\n".join(f"{code}（{each.first}）" for code, each in part.items())


def _criteria(edition: SupportEdition) -> str:
    return '{"記号": {"met": true / false, "note": "…"}, …}　次のすべて:\n' + _said(edition.screening.criteria)


def _coordinators(edition: SupportEdition) -> str:
    return f"{'、'.join(edition.coordinators.root)}（`madoguchi list coordinators`）"


def _requests(edition: SupportEdition) -> str:
    life = edition.life
    refused = f"対象外: {_named(life.refused_requests)}"
    return f"{refused}\n対象: {_named(life.menus)}、または contact の種類"


REGISTRATION: Listed = {
    "positions[].residence_status": lambda e: _named(e.eligibility.residence_statuses),
    "positions[].role": lambda e: _named(e.eligibility.roles),
    "positions[].education": lambda e: _named(e.eligibility.educations),
    "agreements": lambda e: _said(e.consents.agreements),
    "declarations": lambda e: _said(e.consents.declarations),
    "prefecture": lambda e: _named(e.vocabulary.prefectures),
    "field": lambda e: _named(e.vocabulary.fields),
    "languages": lambda e: _named(e.vocabulary.languages),
}
TAKEN: Mapping[str, Listed] = {
    "apply": REGISTRATION,
    "amend": REGISTRATION,
    "paper": {"kind": lambda e: "consent（同意書）"},
    "stage-one": {"criteria": _criteria},
    "disclose": {"ground": lambda e: f"{OWNER_AGREED}\n{_said(e.confidentiality.exceptions)}"},
    "replace-coordinator": {"coordinator_id": _coordinators},
    "cancel-visit": {"costs[].fee": lambda e: _named(e.fees_under("C-BI-2"))},
    "use-service": {"service": lambda e: _named(e.fees_under("C-BI-3"))},
    "refuse-request": {"kind": _requests},
    "menu": {"menu": lambda e: _named(e.life.menus)},
    "survey-answer": {"survey": lambda e: _named(e.life.surveys)},
}
"""By action and field."""
