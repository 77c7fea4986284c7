"""What officers read of billing, as folds of the log."""

from __future__ import annotations

from typing import Any

import msgspec

from kernel.aggregate import AnyEvent
from kernel.projections import Document, Projection
from services.billing.domain import account_events as of_account
from services.billing.domain import addressee as of_addressee
from services.billing.domain import cost_events as of_costs
from services.billing.domain import invoice as of_invoice
from services.billing.domain import rates as of_rates
from services.billing.domain import receivable_events as of_receivable
from services.billing.domain import service_events as of_services
from services.billing.domain.values import Case

INVOICES = (
    of_invoice.InvoiceDrafted,
    of_invoice.InvoiceHeld,
    of_invoice.InvoiceDropped,
    of_invoice.InvoiceIssued,
)
RECEIVABLES = (
    of_receivable.ReceivableOpened,
    of_receivable.PaymentRecorded,
    of_receivable.CreditGiven,
    of_receivable.OverdueSeen,
    of_receivable.PaymentReversed,
    of_receivable.CreditRefunded,
    of_receivable.CreditCarriedOver,
    of_receivable.CreditBroughtIn,
)
MONEY = (
    of_receivable.PaymentRecorded,
    of_receivable.CreditGiven,
    of_receivable.PaymentReversed,
    of_receivable.CreditRefunded,
    of_receivable.CreditCarriedOver,
    of_receivable.CreditBroughtIn,
)
"""What moves a balance."""
ACCOUNTS = (
    of_account.AccountOpened,
    of_account.PostTakenUp,
    of_account.DepartureCalledOff,
    of_account.PostEnded,
    of_account.TermChanged,
    of_account.YearOpened,
    of_account.ChargeHeld,
    of_account.FeesCharged,
    of_account.FeesGivenBack,
    of_costs.CostRecorded,
    of_costs.CostWithdrawn,
    of_services.ServiceUseNoted,
    of_services.ServiceUseWithdrawn,
)
ADDRESSEES = (of_addressee.AddresseeOpened, of_addressee.AddresseeChanged)
HEAD = {"originator_id", "originator_version", "originator_topic", "timestamp"}


def _invoice_key(event: AnyEvent) -> str | None:
    if isinstance(event, INVOICES):
        return event.originator_id
    return event.invoice_id if isinstance(event, RECEIVABLES) else None


def _fold_invoice(document: Document, event: AnyEvent) -> Document:
    made = {**document}
    if isinstance(event, INVOICES):
        made |= said(event) | {"version": event.originator_version}
    else:
        made["receivable_version"] = event.originator_version
    match event:
        case of_invoice.InvoiceDrafted():
            made["status"] = "draft"
        case of_invoice.InvoiceHeld():
            made |= {"status": "held", "held_at": event.timestamp}
        case of_invoice.InvoiceDropped():
            made["status"] = "dropped"
        case of_invoice.InvoiceIssued():
            made |= {"status": "returned" if event.kind == "return" else "open", "balance": event.total}
    if isinstance(event, MONEY):
        made |= {"balance": event.balance, "status": "open" if event.balance > 0 else "paid"}
    return made


def _receivable_key(event: AnyEvent) -> str | None:
    return event.originator_id if isinstance(event, RECEIVABLES) else None


ENTRIES: dict[type[AnyEvent], str] = {
    of_receivable.PaymentRecorded: "payments",
    of_receivable.CreditGiven: "credits",
    of_receivable.PaymentReversed: "reversals",
    of_receivable.CreditRefunded: "refunds",
    of_receivable.CreditCarriedOver: "carried_over",
    of_receivable.CreditBroughtIn: "brought_in",
}
"""What a receivable lists: what came in, return invoices, counter-entries, what went back or elsewhere."""


def _fold_receivable(document: Document, event: AnyEvent) -> Document:
    made = {**{each: [] for each in ENTRIES.values()}, **document, "version": event.originator_version}
    match event:
        case of_receivable.ReceivableOpened():
            made |= said(event) | {"balance": event.total, "state": "open", "reminded": 0}
        case of_receivable.OverdueSeen():
            made["reminded"] += 1
    if isinstance(event, MONEY):
        name = ENTRIES[type(event)]
        entry = _without(said(event), {"party", "reason", *CASE})
        made |= {name: [*made[name], entry], "balance": event.balance, "state": event.state}
    return made


def _account_key(event: AnyEvent) -> str | None:
    return event.originator_id.removeprefix("account-") if isinstance(event, ACCOUNTS) else None


def _fold_account(document: Document, event: AnyEvent) -> Document:
    """The account with its whole history: every step with what it said, and the decisions behind every charge."""
    now = said(event)
    made = {"history": [], **document, "version": event.originator_version}
    if isinstance(event, of_account.AccountOpened):
        made |= now
    if "party" in now:
        made["party"] = now["party"]
    step = {"event": type(event).TOPIC, "version": event.originator_version, "at": event.timestamp}
    made["history"] = [*made["history"], step | _without(now, {"party", *CASE})]
    return made


def _addressee_key(event: AnyEvent) -> str | None:
    return event.application_id if isinstance(event, ADDRESSEES) else None


def _fold_addressee(document: Document, event: AnyEvent) -> Document:
    assert isinstance(event, ADDRESSEES)
    return {"party": said(event)["party"]}


def _cost_key(event: AnyEvent) -> str | None:
    match event:
        case of_costs.CostRecorded():
            return f"{event.case.account}/{event.cost.id}"
        case of_costs.CostWithdrawn():
            return f"{event.case.account}/{event.cost_id}"
        case _:
            return None


def _fold_cost(document: Document, event: AnyEvent) -> Document:
    """One cost with who bears it, what follows, and whether it was withdrawn."""
    if isinstance(event, of_costs.CostWithdrawn):
        return document | {"withdrawn": True}
    assert isinstance(event, of_costs.CostRecorded)
    cost: dict[str, Any] = msgspec.structs.asdict(event.cost)
    recorded = {"cost_id": cost.pop("id"), "what": event.what, "by": event.by, "recorded_at": event.timestamp}
    return msgspec.structs.asdict(event.case) | cost | recorded | {"withdrawn": False}


def _rate_key(event: AnyEvent) -> str | None:
    if isinstance(event, of_rates.RatePosted):
        return f"{event.rate.currency}/{event.rate.kind}/{event.rate.day.isoformat()}"
    return None


def _fold_rate(document: Document, event: AnyEvent) -> Document:
    assert isinstance(event, of_rates.RatePosted)
    rate: dict[str, Any] = msgspec.structs.asdict(event.rate)
    return rate | {"by": event.by, "posted_at": event.timestamp}


CASE = Case.__struct_fields__


def said(event: AnyEvent) -> dict[str, Any]:
    """What an event says of the business, its case's fields beside the others."""
    fields = {name: getattr(event, name) for name in event.__struct_fields__ if name not in HEAD}
    case = fields.pop("case", None)
    return fields | (msgspec.structs.asdict(case) if case is not None else {})


def _without(fields: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


PROJECTIONS = [
    Projection("invoices", 2, _invoice_key, _fold_invoice, [("number",), ("account",), ("application_id",)]),
    Projection("receivables", 2, _receivable_key, _fold_receivable),
    Projection("accounts", 2, _account_key, _fold_account, [("application_id",)]),
    Projection("addressees", 1, _addressee_key, _fold_addressee),
    Projection("costs", 1, _cost_key, _fold_cost),
    Projection("rates", 2, _rate_key, _fold_rate),
]
