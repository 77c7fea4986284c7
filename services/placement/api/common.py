"""What placement's routes share: the application, the officer's order, paging, work lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from kernel.aggregate import Aggregate
from kernel.http import Command, Done, once
from kernel.log import Cause
from kernel.run import application_of
from services.placement.app import Order, PlacementApp
from services.placement.app.queries import opened

MayRepeat = Annotated[Cause | None, Depends(once)]
"""The request as a cause, if it bears an Idempotency-Key."""


def placement_app(request: Request) -> PlacementApp:
    """Dependency: the application."""
    app: PlacementApp = application_of(request)
    return app


App = Annotated[PlacementApp, Depends(placement_app)]


class Page(BaseModel):
    """A page of a work list: its items, how many there are in all, which page it is."""

    items: list[dict[str, Any]]
    total: int
    page: int


class Paging(BaseModel):
    """How a work list is asked for."""

    status: str | None = None
    sort: Annotated[str, Query(pattern=r"^-?[a-z_]{1,40}$")] = "_id"
    page: Annotated[int, Query(ge=1, le=100_000)] = 1
    size: Annotated[int, Query(ge=1, le=500)] = 50


def order(command: Command, cause: Cause | None) -> Order:
    """An officer's command as the application takes it."""
    return Order(command.by, command.reason, command.seen_version, cause)


def done(aggregate: Aggregate) -> Done:
    """The answer to a command."""
    return Done(id=aggregate.id, version=aggregate.version)


async def work_list(app: PlacementApp, view: str, paging: Paging, where: Mapping[str, Any] | None = None) -> Page:
    """A page of a read model, names opened for the officer."""
    query = dict(where or {}) | ({"status": paging.status} if paging.status else {})
    found, total = await app.kernel.views.page(view, query, sort=paging.sort, page=paging.page, size=paging.size)
    items = [_item(document) for document in found]
    return Page(items=await opened(app.kernel, items), total=total, page=paging.page)


def _item(document: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in document.items() if not name.startswith("_")}
    at = shown.get("at")
    return {"id": document["_id"]} | shown | ({"at": at.isoformat()} if isinstance(at, datetime) else {})
