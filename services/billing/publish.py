"""What billing tells others: the only place where a private event becomes a public one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernel.aggregate import AnyEvent
from schemas import billing as public
from schemas.base import Published
from services.billing.domain.account_events import ChargeHeld, FeesCharged
from services.billing.domain.invoice import InvoiceIssued
from services.billing.domain.receivable_events import (
    CreditCarriedOver,
    CreditRefunded,
    OverdueSeen,
    PaymentRecorded,
    PaymentReversed,
)
from services.billing.domain.values import Case

ISSUED = (
    *("number", "party", "issued_on", "lines", "totals", "total", "receipt_number", "edition", "layout"),
    *("registration_number", "issuer", "issuer_address"),
)
PAYMENT = ("invoice_id", "number", "party", "received_on", "amount", "balance", "state")
REVERSED = ("invoice_id", "number", "party", "received_on", "reversed_on", "amount", "balance", "state")
REFUNDED = ("invoice_id", "number", "party", "refunded_on", "amount", "balance")
CARRIED = (
    *("invoice_id", "number", "party", "to_invoice_id", "to_number", "carried_on"),
    *("amount", "balance", "to_balance"),
)
OVERDUE = ("invoice_id", "number", "party", "due_on", "balance")


def publish(event: AnyEvent) -> Sequence[Published]:
    """The public events that a private one leads to; none for what stays inside."""
    match event:
        case FeesCharged():
            of = _of(event.case)
            return [public.FeeCharged(**of, charged_year=event.charged_year, line=line) for line in event.lines]
        case ChargeHeld():
            return [public.InvoiceHeld(**_of(event.case), charged_year=event.charged_year, missing=event.missing)]
        case InvoiceIssued():
            return [_issued(event)]
        case PaymentRecorded():
            return [public.PaymentReceived(**_of(event.case), **_same(event, PAYMENT))]
        case PaymentReversed():
            return [public.PaymentReversed(**_of(event.case), **_same(event, REVERSED))]
        case CreditRefunded():
            return [public.CreditRefunded(**_of(event.case), **_same(event, REFUNDED))]
        case CreditCarriedOver():
            return [public.CreditCarriedOver(**_of(event.case), **_same(event, CARRIED))]
        case OverdueSeen():
            return [public.PaymentOverdue(**_of(event.case), **_same(event, OVERDUE))]
        case _:
            return []


def _issued(event: InvoiceIssued) -> Published:
    said = _of(event.case) | {"invoice_id": event.originator_id} | _same(event, ISSUED)
    if event.kind == "return":
        said |= {"returns": event.returns_number or "", "returns_issued_on": event.returns_issued_on}
        return public.ReturnInvoiceIssued(**said)
    due_on = event.due_on or event.issued_on
    clauses = {line.clause for line in event.lines}
    clause = clauses.pop() if len(clauses) == 1 else None
    return public.InvoiceIssued(**said, due_on=due_on, bank_account=event.bank_account, clause=clause)


def _of(case: Case) -> dict[str, Any]:
    return {
        "programme": case.programme,
        "fiscal_year": case.fiscal_year,
        "application_id": case.application_id,
        "account": case.account,
    }


def _same(event: AnyEvent, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(event, name) for name in names}
