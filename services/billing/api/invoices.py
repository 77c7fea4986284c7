"""Invoices and accounts over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Response

from kernel.access import Asking
from kernel.refusals import NotFound
from schemas.values import Programme, day_in_tokyo
from services.billing.api.common import FOR_OFFICERS, App, Id, Page, Size, listed, of_account, shown, with_party

router = APIRouter(prefix="/v1", tags=["billing"], dependencies=FOR_OFFICERS)
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "前に渡したものと同じです。It is as it was."}}
Status = Literal["held", "open", "overdue", "paid", "returned", "dropped"]


@router.get("/invoices")
async def invoices(
    app: App,
    caller: Asking,
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
    return await listed(app, caller, "invoices", where, sort, page, size)


@router.get("/invoices/{invoice_id}")
async def invoice(app: App, invoice_id: str) -> dict[str, Any]:
    """An invoice with all that it says, its recipient opened, and what came in for it."""
    found = await app.kernel.views.get("invoices", invoice_id)
    if found is None:
        raise NotFound("invoice", "請求書")
    receivable = await app.kernel.views.get("receivables", f"receivable-{invoice_id.removeprefix('invoice-')}")
    opened = await with_party(app, await of_account(app, found))
    return opened | {"receivable": shown(receivable) if receivable else None}


@router.get(
    "/invoices/{invoice_id}/pdf", response_class=Response, responses=UNCHANGED, openapi_extra={"x-clause": "S-BI-7"}
)
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
    """An account: what was served and spent, every charge and return with the decisions behind it.

    ``party`` is to whom the next invoice goes.
    """
    found = await app.kernel.views.get("accounts", account)
    if found is None:
        raise NotFound("account", "口座")
    addressee = await app.kernel.views.get("addressees", found["application_id"])
    return await with_party(app, found | ({"party": addressee["party"]} if addressee else {}))
