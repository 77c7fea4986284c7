"""The log's events for operations, as in every service; a company's not for an officer with an interest (C-SC-16)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from kernel import operations
from services.intake.api.common import App, Officer
from services.intake.domain import refusals

router = APIRouter(tags=["operations"])


@router.get("/operations/log")
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
    page = await operations.page(request, after, limit)
    closed = await app.interests.closed_to(x_officer)
    return [operations.closed(event) if closed & _about(event) else event for event in page]


@router.get("/operations/log/{stream:path}")
async def log(
    request: Request, app: App, stream: str, x_officer: Officer = None, open: Annotated[bool, Query()] = False
) -> list[dict[str, Any]]:
    """An aggregate's events in order; a company's, and its papers', only for an officer without an interest."""
    events = await operations.log(request, stream, open=False)
    for application_id in set().union(*map(_about, events)):
        await app.interests.admit_to(application_id, x_officer)
    return await operations.log(request, stream, open=True) if open else events


def _about(event: dict[str, Any]) -> set[str]:
    """The applications that an event may be about: its own stream, or what it names."""
    return {event["stream"], event["stream"].removeprefix("interests-"), event["data"].get("application_id") or ""}
