"""Billing over HTTP: work lists and cases for officers, rates and payments as commands."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BeforeValidator, Field

from kernel.faults import fault
from kernel.http import Command, Done, Said, once
from kernel.log import Cause
from kernel.refusals import NotFound
from kernel.run import application_of
from schemas.plain import Day, LongLine
from schemas.values import Programme, day_in_tokyo
from services.billing.app import BillingApp
from services.billing.domain.receivable import Payment
from services.billing.domain.values import Rate

router = APIRouter(prefix="/v1", tags=["billing"])
App = Annotated[BillingApp, Depends(application_of)]
Once = Annotated[Cause | None, Depends(once)]
Page = Annotated[int, Query(ge=1, le=100_000)]
Size = Annotated[int, Query(ge=1, le=500)]
Id = Annotated[str | None, Query(max_length=200)]
Status = Literal["held", "open", "overdue", "paid", "returned", "dropped"]


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
    amount: Annotated[int, Field(ge=1, le=1_000_000_000_000, strict=True)]
    bank_reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,40}$")]


@router.get("/invoices")
async def invoices(
    app: App,
    status: Status | None = None,
    programme: Programme | None = None,
    account: Id = None,
    application_id: Id = None,
    number: Id = None,
    sort: Literal["_id", "number", "-number", "issued_on", "-issued_on", "due_on", "-due_on"] = "_id",
    page: Page = 1,
    size: Size = 50,
) -> dict[str, Any]:
    """Invoices and return invoices. ``open`` is everything with a balance, ``overdue`` what is past its due day."""
    asked = {"programme": programme, "account": account, "application_id": application_id, "number": number}
    where: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if status is not None:
        where["status"] = "open" if status == "overdue" else status
    if status == "overdue":
        where["due_on"] = {"$lt": day_in_tokyo(await app.kernel.clock.now()).isoformat()}
    return await _page(app, "invoices", where, sort, page, size)


@router.get("/invoices/{invoice_id}")
async def invoice(app: App, invoice_id: str) -> dict[str, Any]:
    """An invoice with all that it says, its recipient opened, and what came in for it."""
    found = await app.kernel.views.get("invoices", invoice_id)
    if found is None:
        raise NotFound("invoice", "請求書")
    receivable = await app.kernel.views.get("receivables", f"receivable-{invoice_id.removeprefix('invoice-')}")
    opened = await _opened(app, found)
    return opened | {"receivable": _shown(receivable) if receivable else None}


@router.get("/invoices/{invoice_id}/pdf", response_class=Response, openapi_extra={"x-clause": "S-BI-7"})
async def invoice_pdf(
    app: App, invoice_id: str, if_none_match: Annotated[str | None, Header(max_length=1000)] = None
) -> Response:
    """The invoice or return invoice as PDF, always the same bytes; 410 where its recipient was erased."""
    paper = await app.paper(invoice_id)
    headers = {"ETag": f'"{paper.digest}"', "Cache-Control": "private, no-cache"}
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{paper.name}"'
    return Response(paper.content, media_type="application/pdf", headers=headers)


@router.get("/accounts/{account}")
async def account(app: App, account: str) -> dict[str, Any]:
    """An account: what was served, every charge and return with the decisions behind it."""
    found = await app.kernel.views.get("accounts", account)
    if found is None:
        raise NotFound("account", "口座")
    return await _opened(app, found)


@router.get("/receivables")
async def receivables(
    app: App,
    state: Literal["open", "partly_paid", "paid", "overpaid"] | None = None,
    overdue: bool | None = None,
    sort: Literal["_id", "due_on", "-due_on", "balance", "-balance"] = "due_on",
    page: Page = 1,
    size: Size = 50,
) -> dict[str, Any]:
    """What is open, paid in part or in excess (S-BI-8). ``overdue=true``: past its due day with a balance."""
    where: dict[str, Any] = {"state": state} if state is not None else {}
    if overdue:
        where |= {"balance": {"$gt": 0}, "due_on": {"$lt": day_in_tokyo(await app.kernel.clock.now()).isoformat()}}
    return await _page(app, "receivables", where, sort, page, size)


@router.get("/exchange-rates")
async def exchange_rates(
    app: App, currency: Annotated[str | None, Query(pattern=r"^[A-Z]{3}$")] = None, page: Page = 1, size: Size = 50
) -> dict[str, Any]:
    """The rates on record, the latest day first."""
    where = {"currency": currency} if currency is not None else {}
    found, total = await app.kernel.views.page("rates", where, sort="-day", page=page, size=size)
    return {"items": [_shown(each) for each in found], "total": total, "page": page}


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
    rates = await app.post_rate(rate, by=command.by, reason=command.reason, causes=[cause] if cause else [])
    return Done(id=rates.id, version=rates.version)


@router.post("/invoices/{invoice_id}/payments", status_code=201, openapi_extra={"x-clause": "S-BI-8"})
async def record_payment(app: App, invoice_id: str, command: RecordPayment, cause: Once) -> Done:
    """Record a payment; part and excess are seen in the balance."""
    payment = Payment(
        amount=command.amount,
        received_on=command.received_on,
        bank_reference=command.bank_reference,
        by=command.by,
    )
    causes = [cause] if cause else []
    receivable = await app.pay(invoice_id, payment, command.reason, seen_version=command.seen_version, causes=causes)
    return Done(id=receivable.id, version=receivable.version)


async def _page(app: BillingApp, name: str, where: dict[str, Any], sort: str, page: int, size: int) -> dict[str, Any]:
    found, total = await app.kernel.views.page(name, where, sort=sort, page=page, size=size)
    names = await app.kernel.vault.shown_tokens([d["party"]["name"] for d in found if "party" in d])
    shown = iter(names)
    items = [_shown(d) | {"recipient": next(shown) if "party" in d else ""} for d in found]
    return {"items": items, "total": total, "page": page}


async def _opened(app: BillingApp, document: dict[str, Any]) -> dict[str, Any]:
    shown = _shown(document)
    if "party" in document:
        party = document["party"]
        sealed = [name for name in ("name", "kana", "person", "email", "address")]
        values = await app.kernel.vault.shown_tokens([party[name] for name in sealed])
        shown["party"] = party | dict(zip(sealed, values, strict=True))
    return shown


def _shown(document: dict[str, Any]) -> dict[str, Any]:
    """A document as readers get it: ``id`` for ``_id``, without the kernel's own marks and sealed fields."""
    kept = {name: value for name, value in document.items() if not name.startswith("_") and name != "party"}
    return {"id": document["_id"]} | kept
