"""Every thing that applicants and officers do, as the HTTP call that it is. Rehearsals and `madoguchi do` share it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

Ask = Callable[[str, str], Awaitable[Any]]
"""Asks a service for a path: (service, path) → JSON."""


@dataclass(frozen=True)
class Raw:
    """How an action sends bytes instead of JSON."""

    def headers(self, body: dict[str, Any]) -> dict[str, str]:
        """Type, digest (RFC 9530) and description of the bytes."""
        digest = base64.b64encode(hashlib.sha256(self.content(body)).digest()).decode()
        return {"Content-Type": "application/pdf", "Content-Digest": f"sha-256=:{digest}:"}

    def content(self, body: dict[str, Any]) -> bytes:
        """A small PDF made from the body's ``text``."""
        return b"%PDF-1.4\n% " + str(body.get("text", "")).encode() + b"\n%%EOF\n"


@dataclass(frozen=True)
class Action:
    """An HTTP call. ``seen`` is where the version that an officer saw is read.

    ``find`` looks up more places; the one named by ``found`` goes into the body.
    """

    service: str
    method: str
    path: str
    officer: bool = False
    seen: str | None = None
    raw: Raw | None = None
    find: Callable[[Ask, dict[str, str]], Awaitable[dict[str, str]]] | None = None
    found: str | None = None


async def _invoice(ask: Ask, places: dict[str, str]) -> dict[str, str]:
    """The n-th invoice (``invoice``, from 1) of the secondment's or the case's account."""
    account = places["secondment"] if places["programme"] == "secondment" else places["application"]
    found = await ask("billing", f"/v1/invoices?account={account}&sort=number&size=100")
    issued = [each for each in found["items"] if each.get("kind", "invoice") == "invoice"]
    return {"invoice_id": issued[int(places.get("invoice", "1")) - 1]["id"]}


async def _visit(ask: Ask, places: dict[str, str]) -> dict[str, str]:
    """The support's latest visit."""
    support = await ask("placement", f"/v1/supports/{places['application']}")
    return {"visit_id": list(support["visits"])[-1]}


INTAKE = "/v1/{programme}/{year}/applications/{application}"
SCREENING = "/v1/screenings/{application}"
ROUND = "/v1/rounds/{programme}/{year}"
PROPOSAL = "/v1/proposals/{secondment}"
SECONDMENT = "/v1/secondments/{secondment}"
SUPPORT = "/v1/supports/{application}"


def _officer(service: str, seen: str, command: str) -> Action:
    return Action(service, "POST", f"{seen}/{command}", officer=True, seen=seen)


ACTIONS: dict[str, Action] = {
    # what applicants do
    "apply": Action("intake", "POST", "/v1/{programme}/{year}/applications"),
    "amend": Action("intake", "PUT", INTAKE),
    "withdraw": Action("intake", "POST", f"{INTAKE}/withdrawal"),
    "paper": Action("intake", "POST", f"{INTAKE}/papers", raw=Raw()),
    "name-secondee": Action("intake", "POST", f"{INTAKE}/secondee"),
    "accept": Action("placement", "POST", f"{PROPOSAL}/acceptance", officer=True, seen=PROPOSAL),
    "decline": _officer("placement", PROPOSAL, "decline"),
    # what officers do at the counter
    "original-paper": _officer("intake", INTAKE, "originals"),
    "admit-late": _officer("intake", INTAKE, "late-admission"),
    # in screening
    "judge-purpose": _officer("screening", SCREENING, "purpose"),
    "third-year": _officer("screening", SCREENING, "third-year"),
    "waive": _officer("screening", SCREENING, "waivers/{clause}"),
    "papers-late": _officer("screening", SCREENING, "papers"),
    "stage-one": _officer("screening", SCREENING, "stage-one"),
    "interview": _officer("screening", SCREENING, "interview"),
    "stage-two": _officer("screening", SCREENING, "stage-two"),
    "conflict": Action("screening", "POST", f"{SCREENING}/conflicts", officer=True),
    # in placement
    "seed": _officer("placement", ROUND, "seed"),
    "run": _officer("placement", ROUND, "run"),
    "announce": _officer("placement", ROUND, "announce"),
    "adjust": _officer("placement", ROUND, "adjust"),
    "reoffer": _officer("placement", PROPOSAL, "reoffer"),
    "memorandum-drafted": _officer("placement", SECONDMENT, "memorandum-drafted"),
    "memorandum-sent": _officer("placement", SECONDMENT, "memorandum-sent"),
    "memorandum-returned": _officer("placement", SECONDMENT, "memorandum-returned"),
    "start": _officer("placement", SECONDMENT, "start"),
    "depart": _officer("placement", SECONDMENT, "departure"),
    "postpone": _officer("placement", SECONDMENT, "postponement"),
    "cancel-departure": _officer("placement", SECONDMENT, "cancellation"),
    "end-early": _officer("placement", SECONDMENT, "early-end"),
    "appraise": _officer("placement", SECONDMENT, "appraisal"),
    "replace-coordinator": _officer("placement", SUPPORT, "coordinator"),
    "kick-off": _officer("placement", SUPPORT, "kick-off"),
    "contact": _officer("placement", SUPPORT, "contacts"),
    "visit": _officer("placement", SUPPORT, "visits"),
    "cancel-visit": Action(
        "placement", "POST", f"{SUPPORT}/visit-cancellation", officer=True, seen=SUPPORT, find=_visit, found="visit_id"
    ),
    "refuse-request": _officer("placement", SUPPORT, "requests"),
    "end-support": _officer("placement", SUPPORT, "early-end"),
    # in billing
    "rate": Action("billing", "POST", "/v1/exchange-rates", officer=True),
    "payment": Action("billing", "POST", "/v1/invoices/{invoice_id}/payments", officer=True, find=_invoice),
}
