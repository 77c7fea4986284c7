"""Costs of a secondment over HTTP: the table of who bears what, and what officers record under it (S-BI-1)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from kernel.access import Asking
from kernel.http import Command, Done
from policies.editions import load
from schemas.plain import Day, LongLine
from schemas.values import Decision, Yen, day_in_tokyo
from services.billing.api.common import FOR_OFFICERS, Amount, App, Id, Once, Page, Size, of_account, order, shown
from services.billing.app import Spending
from services.billing.domain.cost_events import Settlement, Side
from services.billing.policy.costs import in_words, table

router = APIRouter(prefix="/v1", tags=["billing"], dependencies=FOR_OFFICERS)
FiscalYear = Annotated[int, Query(ge=2000, le=2199)]
S_BI_1 = {"x-clause": "S-BI-1"}


class RecordCost(Command):
    """A cost that arose (S-BI-1): ``kind`` is one of the table's, ``amount`` in yen, ``what`` a note for the file.

    ``paid_by`` says who has paid it so far; ``seen_version`` is the account's.
    """

    kind: LongLine
    amount: Amount
    day: Day
    paid_by: Side
    what: LongLine


class CostDecided(Done):
    """Who bears a cost, by which clause and edition, and what follows."""

    cost_id: str
    bears: Side
    settlement: Settlement
    amount: Yen
    ja: str
    decision: Decision


@router.get("/costs")
async def costs(
    app: App, fiscal_year: FiscalYear, programme: Literal["secondment"] = "secondment", on: date | None = None
) -> dict[str, Any]:
    """The table of an edition: for every kind of cost who bears it, as it holds ``on`` a day (today by default)."""
    edition = load(programme, fiscal_year)
    day = on or day_in_tokyo(await app.kernel.clock.now())
    return {"edition": edition.id, "clause": "S-BI-1", "on": day.isoformat(), "items": table(edition, day)}


@router.get("/recorded-costs")
async def recorded_costs(
    app: App,
    caller: Asking,
    account: Id = None,
    application_id: Id = None,
    fiscal_year: Annotated[int | None, Query(ge=2000, le=2199)] = None,
    kind: Id = None,
    bears: Side | None = None,
    settlement: Settlement | None = None,
    sort: Literal["_id", "day", "-day", "amount", "-amount"] = "day",
    page: Page = 1,
    size: Size = 50,
) -> dict[str, Any]:
    """The costs on record with their decisions; ``settlement=reimbursed`` is what JETRO owes to senders."""
    asked = {"account": account, "application_id": application_id, "fiscal_year": fiscal_year}
    asked |= {"kind": kind, "bears": bears, "settlement": settlement}
    where = caller.within({name: value for name, value in asked.items() if value is not None})
    found, total = await app.kernel.views.page("costs", where, sort=sort, page=page, size=size)
    sealed = [each[name] for each in found for name in ("what", "said") if each.get(name)]
    texts = dict(zip(sealed, await app.kernel.vault.shown_tokens(sealed), strict=True))
    items = [shown(await of_account(app, each)) | _opened(each, texts) for each in found]
    return {"items": items, "total": total, "page": page}


def _opened(cost: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    """The note on a cost, and what it is called to officers."""
    name = texts.get(cost.get("said") or "", cost["name"])
    return {"what": texts.get(cost["what"] or "", ""), "name": name, "said": None}


@router.post("/accounts/{account}/costs", status_code=201, openapi_extra=S_BI_1)
async def record_cost(app: App, account: str, command: RecordCost, cause: Once) -> CostDecided:
    """Record a cost: who bears it is decided, and what JETRO has paid for the sender is invoiced at once."""
    spending = Spending(command.kind, command.amount, command.day, command.paid_by, command.what)
    recorded, cost = await app.record_cost(account, spending, order(command, cause))
    return CostDecided(
        id=recorded.id,
        version=recorded.version,
        cost_id=cost.id,
        bears=cost.bears,
        settlement=cost.settlement,
        amount=cost.amount,
        ja=in_words(cost),
        decision=cost.decision,
    )


@router.post("/accounts/{account}/costs/{cost_id}/withdrawal", openapi_extra=S_BI_1)
async def withdraw_cost(app: App, account: str, cost_id: str, command: Command, cause: Once) -> Done:
    """Take back a cost that was recorded in error; what was invoiced for it goes back by a return invoice (S-BI-6)."""
    recorded = await app.withdraw_cost(account, cost_id, order(command, cause))
    return Done(id=recorded.id, version=recorded.version)
