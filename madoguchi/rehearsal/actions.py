"""Every thing that applicants and officers do, as the HTTP call that it is. Rehearsals and `madoguchi do` share it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from madoguchi.rehearsal.papers import small_pdf

Ask = Callable[[str, str], Awaitable[Any]]
"""Asks a service for a path: (service, path) → JSON."""


def digest(content: bytes) -> str:
    """The header Content-Digest (RFC 9530) of some bytes."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


@dataclass(frozen=True)
class Raw:
    """How an action sends bytes instead of JSON."""

    def headers(self, body: dict[str, Any]) -> dict[str, str]:
        """Type, digest (RFC 9530) and description of the bytes."""
        return {"Content-Type": "application/pdf", "Content-Digest": digest(self.content(body))}

    def content(self, body: dict[str, Any]) -> bytes:
        """A small PDF made from the body's ``text``."""
        return small_pdf(str(body.get("text", "")))


Find = Callable[[Ask, Mapping[str, str]], Awaitable[Mapping[str, str]]]
"""Looks more places up."""


@dataclass(frozen=True)
class Action:
    """An HTTP call.

    ``seen`` are the places where the version that an officer saw is read: the first that exists counts; ``within``
    names the part of what is read there that the version is of, if it is not the whole. ``query`` are the fields of
    the body that go into the address. ``fill`` says which field of the body is filled from which place where it was
    not said. ``find`` looks up more places. ``either``: an applicant's, which an officer may do instead, saying why.
    """

    service: str
    method: str
    path: str
    officer: bool = False
    seen: tuple[str, ...] = ()
    within: str = ""
    raw: Raw | None = None
    query: tuple[str, ...] = ()
    fill: Mapping[str, str] = field(default_factory=dict)
    find: Find | None = None
    either: bool = False


async def _invoice(ask: Ask, places: Mapping[str, str]) -> dict[str, str]:
    """The n-th invoice (``invoice``, from 1) of the secondment's or the case's account, and the number of ``to``.

    Nothing is looked up where the invoice is named itself.
    """
    if "invoice_id" in places:
        return {}
    account = places["secondment"] if places["programme"] == "secondment" else places["application"]
    found = await ask("billing", f"/v1/invoices?account={account}&sort=number&size=100")
    issued = [each for each in found["items"] if each.get("number") and each["kind"] == "invoice"]
    other = {"to_number": str(issued[int(places["to"]) - 1]["number"])} if "to" in places else {}
    return {"invoice_id": str(issued[int(places.get("invoice", "1")) - 1]["id"])} | other


async def _visit(ask: Ask, places: Mapping[str, str]) -> dict[str, str]:
    """The support's latest visit."""
    support = await ask("placement", f"/v1/supports/{places['application']}")
    return {"visit_id": list(support["visits"])[-1]}


async def _use(ask: Ask, places: Mapping[str, str]) -> dict[str, str]:
    """The support's latest use of a service at a price, unless one is named."""
    if "use_id" in places:
        return {}
    support = await ask("placement", f"/v1/supports/{places['application']}")
    return {"use_id": list(support["services"])[-1]}


async def _organisations(ask: Ask, places: Mapping[str, str]) -> dict[str, str]:
    """The applicant's organisation, and those of the applications named by ``into`` and ``other``.

    Each may be named itself, as ``org-…``: who was invited and has not answered has no application.
    """
    found = {}
    for place, name in (("application", "organisation"), ("into", "into"), ("other", "other")):
        if name in places and places[name].startswith("org-"):
            found[name] = places[name]
        elif place in places:
            path = f"/v1/{places['programme']}/{places['year']}/applications/{places[place]}"
            found[name] = str((await ask("intake", path))["party"]["organisation_id"])
    return found


INTAKE = "/v1/{programme}/{year}/applications/{application}"
SCREENING = "/v1/screenings/{application}"
ROUND = "/v1/rounds/{programme}/{year}"
PROPOSAL = "/v1/proposals/{secondment}"
SECONDMENT = "/v1/secondments/{secondment}"
SUPPORT = "/v1/supports/{application}"


ORGANISATIONS = "/v1/organisations"
ORGANISATION = f"{ORGANISATIONS}/{{organisation}}"
INVOICE = "/v1/invoices/{invoice_id}"
ACCOUNT = "/v1/accounts/{secondment}"
WHICH = {"secondment_id": "secondment"}


def _officer(service: str, seen: str, command: str, **more: Any) -> Action:
    return Action(service, "POST", f"{seen}/{command}", officer=True, seen=(seen,), **more)


ACTIONS: dict[str, Action] = {
    # what applicants do
    "apply": Action("intake", "POST", "/v1/{programme}/{year}/applications"),
    "amend": Action("intake", "PUT", INTAKE),
    "withdraw": Action("intake", "POST", f"{INTAKE}/withdrawal", seen=(INTAKE,), either=True),
    "paper": Action("intake", "POST", f"{INTAKE}/papers", raw=Raw(), query=("kind", "request")),
    "name-secondee": Action("intake", "POST", f"{INTAKE}/secondee"),
    "accept": _officer("placement", PROPOSAL, "acceptance"),
    "decline": _officer("placement", PROPOSAL, "decline"),
    # what officers do at the counter
    "invite": Action("intake", "POST", "/v1/{programme}/{year}/invitations", officer=True),
    "consent": Action(
        "intake", "POST", "/v1/support/{year}/consents", officer=True, raw=Raw(), query=("corporate_number", "by")
    ),
    "original-paper": _officer("intake", INTAKE, "originals"),
    "admit-late": _officer("intake", INTAKE, "late-admission"),
    "return-consent": Action(
        "intake", "POST", "/v1/support/{year}/applications/{application}/consent-return", officer=True, seen=(INTAKE,)
    ),
    "merge": Action(
        "intake", "POST", f"{ORGANISATIONS}/{{into}}/merge", officer=True, find=_organisations,
        seen=(f"{ORGANISATIONS}/{{into}}",), fill={"other": "organisation"},
    ),
    "undo-merge": Action(
        "intake", "POST", f"{ORGANISATIONS}/{{into}}/undo-merge", officer=True, find=_organisations,
        seen=(f"{ORGANISATIONS}/{{into}}",), fill={"other": "organisation"},
    ),
    "keep-apart": Action(
        "intake", "POST", f"{ORGANISATION}/keep-apart", officer=True, find=_organisations,
        seen=(ORGANISATION,), fill={"other": "other"},
    ),
    "placed-before": Action(
        "intake", "POST", f"{ORGANISATION}/placements", officer=True, find=_organisations, seen=(ORGANISATION,)
    ),
    # in screening
    "judge-purpose": _officer("screening", SCREENING, "purpose"),
    "third-year": _officer("screening", SCREENING, "third-year", fill=WHICH),
    "waive": _officer("screening", SCREENING, "waivers/{clause}", fill=WHICH),
    "papers-late": _officer("screening", SCREENING, "papers", fill=WHICH),
    "stage-one": _officer("screening", SCREENING, "stage-one"),
    "interview": _officer("screening", SCREENING, "interview"),
    "stage-two": _officer("screening", SCREENING, "stage-two"),
    "cancel-interview": _officer("screening", SCREENING, "interview-cancellation"),
    "miss-interview": _officer("screening", SCREENING, "interview-absence"),
    "withdraw-absence": _officer("screening", SCREENING, "interview-absence-withdrawal"),
    "review-adoption": _officer("screening", SCREENING, "review"),
    "no-interest": Action("screening", "POST", f"{SCREENING}/no-interest", officer=True),
    "conflict": Action("screening", "POST", f"{SCREENING}/conflicts", officer=True),
    "disclose": Action(
        "screening", "POST", f"{SCREENING}/disclosures", officer=True, seen=(f"{SCREENING}/disclosures",)
    ),
    # in placement
    "seed": _officer("placement", ROUND, "seed"),
    "run": _officer("placement", ROUND, "run"),
    "announce": _officer("placement", ROUND, "announce"),
    "adjust": Action(
        "placement", "POST", f"{ROUND}/adjust", officer=True, seen=(PROPOSAL, ROUND),
        fill={"secondment_id": "secondment"},
    ),
    "capacity": Action("placement", "POST", "/v1/sites/{site}/capacity", officer=True),
    "reoffer": _officer("placement", PROPOSAL, "reoffer"),
    "memorandum-drafted": _officer("placement", SECONDMENT, "memorandum-drafted"),
    "memorandum-sent": _officer("placement", SECONDMENT, "memorandum-sent"),
    "memorandum-returned": _officer("placement", SECONDMENT, "memorandum-returned"),
    "memorandum-copy": _officer("placement", SECONDMENT, "memorandum-copy"),
    "start": _officer("placement", SECONDMENT, "start"),
    "depart": _officer("placement", SECONDMENT, "departure"),
    "postpone": _officer("placement", SECONDMENT, "postponement"),
    "cancel-departure": _officer("placement", SECONDMENT, "cancellation"),
    "end-early": _officer("placement", SECONDMENT, "early-end"),
    "ask-term": _officer("placement", SECONDMENT, "amendment", within="amendment"),
    "agree-term": _officer("placement", SECONDMENT, "amendment-agreement", within="amendment"),
    "change-term": _officer("placement", SECONDMENT, "amendment-conclusion", within="amendment"),
    "drop-term": _officer("placement", SECONDMENT, "amendment-drop", within="amendment"),
    "leave": _officer("placement", SECONDMENT, "leave", within="conduct"),
    "leave-back": _officer("placement", SECONDMENT, "leave-taken-back", within="conduct"),
    "sender-work": _officer("placement", SECONDMENT, "sender-work", within="conduct"),
    "prepare": _officer("placement", SECONDMENT, "checklist", within="preparation"),
    "appraise": _officer("placement", SECONDMENT, "appraisal"),
    "replace-coordinator": _officer("placement", SUPPORT, "coordinator"),
    "kick-off": _officer("placement", SUPPORT, "kick-off"),
    "contact": _officer("placement", SUPPORT, "contacts"),
    "visit": _officer("placement", SUPPORT, "visits"),
    "cancel-visit": _officer("placement", SUPPORT, "visit-cancellation", find=_visit, fill={"visit_id": "visit_id"}),
    "refuse-request": _officer("placement", SUPPORT, "requests"),
    "survey-answer": _officer("placement", SUPPORT, "survey-answers"),
    "menu": _officer("placement", SUPPORT, "menus"),
    "use-service": _officer("placement", SUPPORT, "services"),
    "withdraw-service": Action(
        "placement", "POST", f"{SUPPORT}/services/{{use_id}}/withdrawal", officer=True, seen=(SUPPORT,), find=_use
    ),
    "review": _officer("placement", SUPPORT, "reviews"),
    "end-support": _officer("placement", SUPPORT, "early-end"),
    # in billing
    "rate": Action("billing", "POST", "/v1/exchange-rates", officer=True),
    "payment": _officer("billing", INVOICE, "payments", find=_invoice, within="receivable"),
    "reverse-payment": _officer("billing", INVOICE, "payment-reversals", find=_invoice, within="receivable"),
    "refund": _officer("billing", INVOICE, "refunds", find=_invoice, within="receivable"),
    "carry-over": _officer(
        "billing", INVOICE, "carry-over", find=_invoice, within="receivable", fill={"to_number": "to_number"}
    ),
    "cost": _officer("billing", ACCOUNT, "costs"),
    "withdraw-cost": Action(
        "billing", "POST", f"{ACCOUNT}/costs/{{cost}}/withdrawal", officer=True, seen=(ACCOUNT,)
    ),
    # in letters
    "bounced-letter": _officer("notify", "/v1/letters/{letter}", "bounce"),
    "retry-letter": _officer("notify", "/v1/letters/{letter}", "retry"),
}  # fmt: skip
