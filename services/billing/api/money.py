"""Money over HTTP: receivables, payments, what becomes of an excess, exchange rates."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BeforeValidator, Field

from kernel.access import PROGRAMME, Asking
from kernel.faults import fault
from kernel.http import Command, Done, Said
from schemas.plain import Day, LongLine
from schemas.values import day_in_tokyo
from services.billing.api.common import FOR_OFFICERS, Amount, App, BankReference, Once, Page, Size, listed, order, shown
from services.billing.domain.receivable import Payment, Receivable
from services.billing.domain.values import Rate

router = APIRouter(prefix="/v1", tags=["billing"], dependencies=FOR_OFFICERS)
S_BI_8 = {"x-clause": "S-BI-8"}


def _figures(rate: object) -> object:
    """A rate is a number or its figures."""
    if type(rate) in {int, float, Decimal} or (
        isinstance(rate, str) and re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,6})?", rate)
    ):
        return rate
    raise fault("S-BI-4", "為替相場は 149.83 のように入力してください。", "Write the rate as in 149.83.")


class PostRate(Said):
    """A published exchange rate (S-BI-4): yen for one unit of the currency, as quoted by that bank on that day."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    day: Day
    kind: Literal["TTS", "TTM", "TTB"]
    yen_per_unit: Annotated[Decimal, BeforeValidator(_figures), Field(gt=0, lt=100_000, decimal_places=6)]
    bank: LongLine
    source: LongLine


class RecordPayment(Command):
    """A payment that came in (S-BI-8). ``seen_version`` is the receivable's; ``amount`` in yen."""

    received_on: Day
    amount: Amount
    bank_reference: BankReference


class ReversePayment(Command):
    """A payment that was recorded in error, by its bank reference (S-BI-8). ``seen_version`` is the receivable's."""

    bank_reference: BankReference


class RefundExcess(Command):
    """Money that went back because it had been paid too much (S-BI-8). ``seen_version`` is the receivable's."""

    refunded_on: Day
    amount: Amount
    bank_reference: BankReference


class CarryOver(Command):
    """Set what was paid too much against the invoice of that number (充当). ``seen_version`` is the receivable's."""

    to_number: Annotated[str, Field(pattern=r"^[A-Z0-9-]{1,40}$")]


@router.get("/receivables")
async def receivables(
    app: App,
    caller: Asking,
    state: Literal["open", "partly_paid", "paid", "overpaid"] | None = None,
    overdue: bool | None = None,
    sort: Literal["_id", "due_on", "-due_on", "balance", "-balance"] = "due_on",
    page: Page = 1,
    size: Size = 50,
) -> dict[str, Any]:
    """What is open, paid in part or in excess (S-BI-8). ``overdue=true``: past its due day with a balance.

    ``overpaid`` is what has to be refunded or set against another invoice.
    """
    where: dict[str, Any] = {"state": state} if state is not None else {}
    if overdue:
        where |= {"balance": {"$gt": 0}, "due_on": {"$lt": day_in_tokyo(await app.kernel.clock.now()).isoformat()}}
    return await listed(app, caller, "receivables", where, sort, page, size)


@router.post("/invoices/{invoice_id}/payments", status_code=201, openapi_extra=S_BI_8)
async def record_payment(app: App, invoice_id: str, command: RecordPayment, cause: Once) -> Done:
    """Record a payment; part and excess are seen in the balance."""
    payment = Payment(
        amount=command.amount, received_on=command.received_on, bank_reference=command.bank_reference, by=command.by
    )
    return _done(await app.pay(invoice_id, payment, order(command, cause)))


@router.post("/invoices/{invoice_id}/payment-reversals", status_code=201, openapi_extra=S_BI_8)
async def reverse_payment(app: App, invoice_id: str, command: ReversePayment, cause: Once) -> Done:
    """Take out a payment that was recorded in error; what is open again is reminded again."""
    return _done(await app.reverse_payment(invoice_id, command.bank_reference, order(command, cause)))


@router.post("/invoices/{invoice_id}/refunds", status_code=201, openapi_extra=S_BI_8)
async def refund(app: App, invoice_id: str, command: RefundExcess, cause: Once) -> Done:
    """Record that what was paid too much went back to the payer."""
    back = Payment(
        amount=command.amount, received_on=command.refunded_on, bank_reference=command.bank_reference, by=command.by
    )
    return _done(await app.refund(invoice_id, back, order(command, cause)))


@router.post("/invoices/{invoice_id}/carry-over", status_code=201, openapi_extra=S_BI_8)
async def carry_over(app: App, caller: Asking, invoice_id: str, command: CarryOver, cause: Once) -> Done:
    """Set what was paid too much against another open invoice of the same organisation, as far as that is open."""
    for other in await app.kernel.views.all("invoices", {"number": command.to_number}):
        caller.must_be_of(other[PROGRAMME])
    return _done(await app.carry_over(invoice_id, command.to_number, order(command, cause)))


@router.get("/exchange-rates")
async def exchange_rates(
    app: App, currency: Annotated[str | None, Query(pattern=r"^[A-Z]{3}$")] = None, page: Page = 1, size: Size = 50
) -> dict[str, Any]:
    """The rates on record, the latest day first."""
    where = {"currency": currency} if currency is not None else {}
    found, total = await app.kernel.views.page("rates", where, sort="-day", page=page, size=size)
    return {"items": [shown(each) for each in found], "total": total, "page": page}


@router.post("/exchange-rates", status_code=201, openapi_extra={"x-clause": "S-BI-4"})
async def post_rate(app: App, command: PostRate, cause: Once) -> Done:
    """Record a rate; invoices that were held for it are issued right after."""
    rate = Rate(
        currency=command.currency,
        kind=command.kind,
        day=command.day,
        yen_per_unit=format(command.yen_per_unit, "f"),
        bank=command.bank,
        source=command.source,
    )
    rates = await app.post_rate(rate, order(command, cause))
    return Done(id=rates.id, version=rates.version)


def _done(receivable: Receivable) -> Done:
    return Done(id=receivable.id, version=receivable.version)
