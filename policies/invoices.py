"""What the layout of an invoice is told (S-BI-7, C-BI-3): the published event, and its recipient opened.

Billing shows the PDF and notify encloses it. Both make it from the same event by this, so both get the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from policies.edition import Edition
from policies.sheets import RECIPIENT, Sheet, addressed, known_samples

SHEET = (
    *("number", "issued_on", "due_on", "returns", "returns_issued_on", "receipt_number", "source"),
    *("lines", "totals", "total"),
    *("issuer_name", "issuer_address", "registration_number", "bank_account"),
    *RECIPIENT,
)
"""The variables of an invoice's layout; of a return invoice ``returns`` is the original's number, else it is None."""


def sheet(facts: Mapping[str, Any], recipient: Mapping[str, str]) -> dict[str, Any]:
    """The variables out of an InvoiceIssued or ReturnInvoiceIssued in JSON's types, and the opened `RECIPIENT`."""
    own = {name: facts.get(name) for name in SHEET if name not in RECIPIENT}
    own |= {"issuer_name": facts["issuer"], "source": which(facts["account"])}
    return addressed(own, recipient)


def which(account: str) -> int | None:
    """Which of the form's secondments an account is of; None for a support case."""
    number = account.rpartition(".")[2] if "." in account else ""
    return int(number) if number.isdecimal() else None


def layout_of(edition: Edition, facts: Mapping[str, Any]) -> str:
    """The layout that the event names; for one of before they were named, what held on the day of its issue."""
    named = str(facts.get("layout") or "")
    return named or edition.value("invoice.layout", date.fromisoformat(facts["issued_on"])).text


def samples(edition: Edition) -> tuple[dict[str, Any], dict[str, Any]]:
    """An invoice and a return invoice out of the samples of variables.yaml."""
    told = known_samples(edition, SHEET)
    return told | {"returns": None, "returns_issued_on": None}, told | {"due_on": None}


INVOICE = Sheet(("InvoiceIssued", "ReturnInvoiceIssued"), SHEET, samples)
