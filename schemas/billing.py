"""What billing (請求) publishes."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from schemas.base import OfCase
from schemas.values import ClauseId, InvoiceLine, Party, TaxTotal, Yen

TOPIC = "billing"


class OfAccount(OfCase):
    """An event about what one secondment or support case owes."""

    account: str


class FeeCharged(OfAccount):
    """A fee has fallen due for the fiscal year ``charged_year`` (S-BI-2…5, C-BI-2, C-BI-3); it is invoiced at once."""

    TOPIC: ClassVar[str] = TOPIC
    charged_year: int
    line: InvoiceLine


class InvoiceHeld(OfAccount):
    """No exchange rate, no invoice (S-BI-4): it is held. ``missing`` names currency, kind of rate and day."""

    TOPIC: ClassVar[str] = TOPIC
    charged_year: int
    missing: str


class InvoiceIssued(OfAccount):
    """A qualified invoice (適格請求書), S-BI-7. It never changes.

    ``bank_account`` is where it is paid to, ``layout`` the edition's in which its PDF is set, ``receipt_number`` the
    one on the applicant's receipt, ``clause`` that of its lines where all have the same; all are empty in events of
    before they were told.
    """

    TOPIC: ClassVar[str] = TOPIC
    invoice_id: str
    number: str
    party: Party
    issued_on: date
    due_on: date
    lines: tuple[InvoiceLine, ...]
    totals: tuple[TaxTotal, ...]
    total: Yen
    registration_number: str
    edition: str
    issuer: str = ""
    issuer_address: str = ""
    bank_account: str = ""
    layout: str = ""
    receipt_number: str = ""
    clause: ClauseId | None = None


class ReturnInvoiceIssued(OfAccount):
    """A qualified return invoice (適格返還請求書) for what was billed too much (S-BI-6). Amounts are given back.

    ``returns`` is the number of the invoice given back from, ``returns_issued_on`` its day.
    """

    TOPIC: ClassVar[str] = TOPIC
    invoice_id: str
    number: str
    returns: str
    party: Party
    issued_on: date
    lines: tuple[InvoiceLine, ...]
    totals: tuple[TaxTotal, ...]
    total: Yen
    registration_number: str
    edition: str
    issuer: str = ""
    issuer_address: str = ""
    layout: str = ""
    receipt_number: str = ""
    returns_issued_on: date | None = None


class PaymentReceived(OfAccount):
    """A payment was matched to an invoice (S-BI-8). ``balance`` is what is still open; below zero: paid in excess."""

    TOPIC: ClassVar[str] = TOPIC
    invoice_id: str
    number: str
    party: Party
    received_on: date
    amount: Yen
    balance: Yen
    state: Literal["partly_paid", "paid", "overpaid"]


class PaymentOverdue(OfAccount):
    """The due day has passed with a balance (S-BI-8)."""

    TOPIC: ClassVar[str] = TOPIC
    invoice_id: str
    number: str
    party: Party
    due_on: date
    balance: Yen


class PaymentReversed(OfAccount):
    """A payment had been recorded in error and was taken out by a counter-entry (S-BI-8).

    ``received_on`` is the day that had been recorded; ``balance`` is what is open now.
    """

    TOPIC: ClassVar[str] = TOPIC
    invoice_id: str
    number: str
    party: Party
    received_on: date
    reversed_on: date
    amount: Yen
    balance: Yen
    state: Literal["open", "partly_paid", "paid", "overpaid"]


class CreditRefunded(OfAccount):
    """What was paid too much, or too much after a return invoice, went back to the payer (S-BI-8).

    ``balance`` is below zero where more is still to go back.
    """

    TOPIC: ClassVar[str] = TOPIC
    invoice_id: str
    number: str
    party: Party
    refunded_on: date
    amount: Yen
    balance: Yen


class CreditCarriedOver(OfAccount):
    """What was paid too much for one invoice was set against another of the same organisation (充当), S-BI-8.

    ``balance`` is that of the first, ``to_balance`` what is still open on the other.
    """

    TOPIC: ClassVar[str] = TOPIC
    invoice_id: str
    number: str
    party: Party
    to_invoice_id: str
    to_number: str
    carried_on: date
    amount: Yen
    balance: Yen
    to_balance: Yen
