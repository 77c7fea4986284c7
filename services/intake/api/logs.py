"""The log's events for operations, as in every service; a company's not for an officer with an interest (C-SC-16)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from kernel import operations
from kernel.access import Asking, Officer, officers_or_operators, operators
from services.intake.api.common import App
from services.intake.domain import refusals

router = APIRouter(tags=["operations"])


@router.get("/operations/log", dependencies=[Depends(operators)])
async def whole_log(
    request: Request,
    app: App,
    x_officer: Officer = None,
    after: Annotated[int, Query(ge=0, le=operations.POSITION_MOST)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[dict[str, Any]]:
    """The log's events after a position; of a company that is closed to the one who asks only their positions."""
    if x_officer is None:
        raise refusals.who_is_asking()
    return await app.interests.shown(await operations.page(request, after, limit), x_officer)


@router.get("/operations/log/{stream:path}", dependencies=[Depends(officers_or_operators)])
async def log(
    request: Request,
    app: App,
    caller: Asking,
    stream: str,
    x_officer: Officer = None,
    open: Annotated[bool, Query()] = False,
) -> list[dict[str, Any]]:
    """An aggregate's events in order; a company's, and its papers', only for an officer without an interest.

    Elsewhere, as in a reception's, the events that are about such a company are closed one by one.
    """
    events = await operations.log(request, caller, stream, open=False)
    await app.interests.admit_to(events[0], x_officer)
    if x_officer is None:
        return await operations.log(request, caller, stream, open=True) if open else events
    shown = await app.interests.shown(events, x_officer)
    opened = await operations.log(request, caller, stream, open=True) if open else events
    return [mine if mine["name"] == operations.CLOSED else whole for mine, whole in zip(shown, opened, strict=True)]
