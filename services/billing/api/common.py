"""What billing's routes share: the application, the officer's order, pages, opening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import Field

from kernel.access import Asking, Caller, officers
from kernel.http import Command, Said, once
from kernel.log import Cause
from kernel.run import application_of
from services.billing.app import BillingApp, Order
from services.billing.domain import account as accounts
from services.billing.domain import invoice as invoices
from services.billing.domain.account import Account
from services.billing.domain.invoice import Invoice

App = Annotated[BillingApp, Depends(application_of)]
Once = Annotated[Cause | None, Depends(once)]
Page = Annotated[int, Query(ge=1, le=100_000)]
Size = Annotated[int, Query(ge=1, le=500)]
Id = Annotated[str | None, Query(max_length=200)]
Amount = Annotated[int, Field(ge=1, le=1_000_000_000_000, strict=True)]
"""Whole yen."""
BankReference = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,40}$")]
SEALED = ("name", "kana", "person", "email", "address")


async def of_their_programme(request: Request, app: App, caller: Asking) -> None:
    """Guard: an officer deals with accounts and invoices of the programmes that the token names.

    By the log, as the commands go, and not by a read model: that knows less names for them, and may be a moment behind.
    """
    found: Account | Invoice | None = None
    if caller.programmes is None:
        return
    if (account := request.path_params.get("account")) is not None:
        found = await app.kernel.repository.find(Account, accounts.stream(account))
    elif (invoice := request.path_params.get("invoice_id")) is not None:
        found = await app.kernel.repository.find(Invoice, invoices.stream(invoice))
    caller.must_be_of(found.case.programme if found is not None else None)


FOR_OFFICERS = [Depends(officers), Depends(of_their_programme)]


def order(said: Said, cause: Cause | None) -> Order:
    """An officer's command as the application takes it."""
    return Order(said.by, said.reason, said.seen_version if isinstance(said, Command) else None, cause)


async def listed(
    app: BillingApp, caller: Caller, name: str, where: Mapping[str, Any], sort: str, page: int, size: int
) -> dict[str, Any]:
    """A page of a read model, of the caller's programmes, recipients' names opened."""
    where = caller.within(where)
    found, total = await app.kernel.views.page(name, where, sort=sort, page=page, size=size)
    found = [await of_account(app, each) for each in found]
    names = await app.kernel.vault.shown_tokens([d["party"]["name"] for d in found if "party" in d])
    opened = iter(names)
    items = [shown(d) | {"recipient": next(opened) if "party" in d else ""} for d in found]
    return {"items": items, "total": total, "page": page}


async def of_account(app: BillingApp, document: dict[str, Any]) -> dict[str, Any]:
    """With receipt and recipient out of the account, for what says neither itself: an invoice that is held (S-BI-4)."""
    if "party" in document or "account" not in document:
        return document
    account = await app.kernel.views.get("accounts", document["account"]) or {}
    return {name: account[name] for name in ("receipt_number", "party") if name in account} | document


async def with_party(app: BillingApp, document: dict[str, Any]) -> dict[str, Any]:
    """A document with its party opened."""
    made = shown(document)
    if "party" in document:
        party = document["party"]
        values = await app.kernel.vault.shown_tokens([party[name] for name in SEALED])
        made["party"] = party | dict(zip(SEALED, values, strict=True))
    return made


def shown(document: dict[str, Any]) -> dict[str, Any]:
    """A document as readers get it: ``id`` for ``_id``, without the kernel's own marks and sealed fields."""
    kept = {name: value for name, value in document.items() if not name.startswith("_") and name != "party"}
    return {"id": document["_id"]} | kept
