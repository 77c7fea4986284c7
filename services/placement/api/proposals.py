"""Proposals over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import StrictBool

from kernel.http import Command, Done
from services.placement.api.common import OF_SECONDMENTS, App, Listing, MayRepeat, Page, done, order, work_list
from services.placement.app.queries import history
from services.placement.domain import Proposal

router = APIRouter(prefix="/v1/proposals", tags=["proposals"], dependencies=OF_SECONDMENTS)
Status = Literal["proposed", "accepted", "declined", "lapsed", "not_possible", "closed"]


class Decline(Command):
    """The sender declines; ``leaves`` says that it wants no other offer this year."""

    leaves: StrictBool = False


class OfferedAgain(Done):
    """Which secondments got a new offer out of what was free."""

    offered: list[str]


@router.get("")
async def read_proposals(app: App, paging: Annotated[Listing[Status], Query()]) -> Page:
    """Work list of proposals: proposed, accepted, declined, lapsed, not_possible, closed."""
    return await work_list(app, "proposals", paging)


@router.get("/{secondment_id}")
async def read_proposal(app: App, secondment_id: str) -> dict[str, Any]:
    """A proposal and its whole history."""
    proposal = await app.secondments.get(Proposal, Proposal.stream(secondment_id))
    events = await history(app.kernel, proposal.id, "proposal")
    return {"id": secondment_id, "version": proposal.version, "state": proposal.state, "history": events}


@router.post("/{secondment_id}/acceptance", openapi_extra={"x-clause": "S-PL-8"})
async def accept(app: App, cause: MayRepeat, secondment_id: str, body: Command) -> Done:
    """The sender accepts."""
    return done(await app.secondments.accept(secondment_id, order(body, cause)))


@router.post("/{secondment_id}/decline", openapi_extra={"x-clause": "S-PL-8"})
async def decline(app: App, cause: MayRepeat, secondment_id: str, body: Decline) -> Done:
    """The sender declines; its places are free at once."""
    return done(await app.secondments.decline(secondment_id, body.leaves, order(body, cause)))


@router.post("/{secondment_id}/reoffer", openapi_extra={"x-clause": "S-PL-8"})
async def reoffer(app: App, cause: MayRepeat, secondment_id: str, body: Command) -> OfferedAgain:
    """Offer what is free after a decline, to that sender first, then to those without a place; nobody else is moved."""
    proposal, offered = await app.secondments.offer_again(secondment_id, order(body, cause))
    return OfferedAgain(id=proposal.id, version=proposal.version, offered=offered)
