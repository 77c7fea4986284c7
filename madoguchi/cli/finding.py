"""From an id that a person has at hand to the streams where its events are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from madoguchi.addresses import SERVICES
from madoguchi.cli.talking import ask

Event = dict[str, Any]
PROGRAMMES = {"S": "secondment", "C": "support"}


def everything(event: Event) -> bool:
    """All of a stream."""
    return True


@dataclass(frozen=True)
class Place:
    """A stream, and which of its events are about what was asked for."""

    service: str
    stream: str
    about: Callable[[Event], bool] = everything


def places(id: str) -> list[Place]:
    """Where an id may be at home; streams that do not exist are passed over by the caller.

    Application ids lead to the application, its screening and support; secondment ids further to proposal, secondment
    and account; receipt and invoice numbers are looked up first; a letter leads on to what it is about. Anything else,
    such as ``round-secondment-2026``, is taken as a stream of any service.
    """
    if id.startswith("app-"):
        return _of_case(id)
    if id[:1] in PROGRAMMES and id[1:5].isdecimal():
        receipt, _, number = id.partition(".")
        found = ask("intake", f"/v1/{PROGRAMMES[id[0]]}/{id[1:5]}/applications", receipt_number=receipt)["items"]
        return _of_case(f"{found[0]['id']}.{number}" if number else found[0]["id"]) if found else []
    if id.startswith(("INV-", "RET-")):
        found = ask("billing", "/v1/invoices", number=id)["items"]
        return _of_invoice(found[0]["id"], found[0]["account"]) if found else []
    if id.startswith("letter-"):
        return _of_letter(id)
    return [Place(service, id) for service in SERVICES]


def _of_case(id: str) -> list[Place]:
    application, _, number = id.partition(".")
    secondments = [id] if number else [f"{application}.{n}" for n in (1, 2, 3)]
    case = [
        Place("intake", application),
        Place("screening", f"screening-{application}"),
        Place("screening", f"disclosures-{application}"),
        Place("placement", f"support-{application}"),
    ]
    for secondment in secondments:
        case += [
            Place("placement", f"proposal-{secondment}"),
            Place("placement", f"secondment-{secondment}"),
            *(Place("placement", f"{part}-{secondment}") for part in ("amendment", "conduct", "preparation")),
            Place("billing", f"account-{secondment}"),
        ]
    return [*case, Place("billing", f"account-{application}")]


def _of_invoice(id: str, account: str) -> list[Place]:
    """An account has several invoices: only what it says of this one, and not again what the invoice says itself."""

    def waited(event: Event) -> bool:
        return event["name"].startswith("billing.charge_held") and bool(event["data"]["invoice_id"] == id)

    return [Place("billing", f"account-{account}", waited), Place("billing", id)]


def _of_letter(id: str) -> list[Place]:
    letter = Place("notify", id)
    events = ask("notify", f"/operations/log/{id}", missing_ok=True)
    if not events:
        return [letter]
    written = events[0]["data"]

    def before(event: Event) -> bool:
        return bool(event["data"].get("timestamp", "") <= written["timestamp"])

    about = places(written["about"]) if written["about"].startswith("app-") else []
    return [letter, *(Place(each.service, each.stream, before) for each in about)]
