"""What placement's routes share: the application, the officer's order, paging, work lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict

from kernel.access import officers
from kernel.aggregate import Aggregate
from kernel.http import Command, Done, once
from kernel.log import Cause
from kernel.run import application_of
from services.placement.app import Order, PlacementApp
from services.placement.app.queries import opened

OF_SECONDMENTS = [Depends(officers.of("secondment"))]
OF_SUPPORTS = [Depends(officers.of("support"))]
"""For placement's officers of the programme."""
MayRepeat = Annotated[Cause | None, Depends(once)]
"""The request as a cause, if it bears an Idempotency-Key."""


App = Annotated[PlacementApp, Depends(application_of)]


class Page(BaseModel):
    """A page of a work list: its items, how many there are in all, which page it is."""

    items: list[dict[str, Any]]
    total: int
    page: int


Sort = Literal[
    "_id", "at", "-at", "receipt_number", "-receipt_number", "answer_by", "-answer_by",
    "starts_on", "-starts_on", "ends_on", "-ends_on", "until", "-until",
]  # fmt: skip
Status = TypeVar("Status", bound=str)


class Paging(BaseModel):
    """Which part of a list is asked for, and in which order."""

    model_config = ConfigDict(extra="forbid")

    sort: Sort = "_id"
    page: Annotated[int, Query(ge=1, le=100_000)] = 1
    size: Annotated[int, Query(ge=1, le=500)] = 50


class Listing(Paging, Generic[Status]):
    """The same of a work list, with the words that it has for a case's state."""

    status: Status | None = None


def order(command: Command, cause: Cause | None) -> Order:
    """An officer's command as the application takes it."""
    return Order(command.by, command.reason, command.seen_version, cause)


def done(aggregate: Aggregate) -> Done:
    """The answer to a command."""
    return Done(id=aggregate.id, version=aggregate.version)


async def work_list(app: PlacementApp, view: str, paging: Paging, where: Mapping[str, Any] | None = None) -> Page:
    """A page of a read model, names opened for the officer."""
    status = paging.status if isinstance(paging, Listing) else None
    query = dict(where or {}) | ({"status": status} if status else {})
    found, total = await app.kernel.views.page(view, query, sort=paging.sort, page=paging.page, size=paging.size)
    items = [_item(document) for document in found]
    return Page(items=await opened(app.kernel, items), total=total, page=paging.page)


def _item(document: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in document.items() if not name.startswith("_")}
    at = shown.get("at")
    return {"id": document["_id"]} | shown | ({"at": at.isoformat()} if isinstance(at, datetime) else {})
