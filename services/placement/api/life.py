"""A secondment's term, service and preparation over HTTP (S-LI-4, S-LI-5, S-LI-7, S-LI-9)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator, Field, StrictBool

from kernel.faults import fault
from kernel.http import Command, Done, FirstCommand
from schemas.plain import Day, Line
from services.placement.api.common import OF_SECONDMENTS, App, Listing, MayRepeat, Page, Paging, done, order, work_list
from services.placement.app.conduct import Leave

router = APIRouter(prefix="/v1/secondments/{secondment_id}", tags=["secondments"], dependencies=OF_SECONDMENTS)
TermStatus = Literal["none", "open", "dropped", "concluded"]
lists = APIRouter(prefix="/v1", tags=["secondments"], dependencies=OF_SECONDMENTS)
Birth = Annotated[int, Field(ge=1, le=9, strict=True, description="Which birth within the secondment, from 1")]
Days = Annotated[int, Field(ge=1, le=31, strict=True)]


def _father(stated: bool) -> bool:
    if not stated:
        ja = "この休暇は配偶者が出産する出向者のものです。対象者であることを確認し、true としてください。"
        raise fault("S-LI-9", ja, "This leave is for a father. Make sure that the secondee is one, and say true.")
    return stated


class AmendmentRequest(FirstCommand):
    """Somebody asks for another last day of the secondment. ``seen_version`` is the amendment's."""

    until: Day
    asked_by: Literal["sender", "secondee", "unit"]
    asked_on: Day


class Agreement(Command):
    """A party agrees to the change."""

    party: Literal["sender", "secondee", "unit"]
    agreed_on: Day


class Conclusion(Command):
    """The amendment (協議書) is signed."""

    concluded_on: Day


class LeaveRequest(FirstCommand):
    """Leave for a father. The system knows nobody's sex: the officer states that the secondee is entitled.

    ``born_on`` is the day of the birth, or the day for which it is expected.
    """

    kind: Literal["childbirth", "childcare"]
    birth: Birth = 1
    born_on: Day
    first_day: Day
    days: Days
    father: Annotated[StrictBool, AfterValidator(_father)]


class LeaveBack(Command):
    """Days of leave that were granted and not taken."""

    kind: Literal["childbirth", "childcare"]
    birth: Birth = 1
    days: Days


class SenderWork(FirstCommand):
    """Work for the sender, and the receiving head's word on it; ``by`` is the head, ``reason`` the ground."""

    kind: Literal["own_work", "visitors"]
    on: Day
    work: Line
    recognised: Annotated[bool, Field(strict=True)]


class Tick(FirstCommand):
    """Where an item of the checklist stands, since when."""

    item: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    state: Literal["open", "done", "not_needed"]
    on: Day


@lists.get("/amendments")
async def read_amendments(app: App, paging: Annotated[Listing[TermStatus], Query()]) -> Page:
    """Work list of changed terms: open, dropped, concluded."""
    return await work_list(app, "amendments", paging)


@lists.get("/preparations")
async def read_preparations(app: App, paging: Annotated[Paging, Query()]) -> Page:
    """Checklists that somebody has begun."""
    return await work_list(app, "preparations", paging)


@router.post("/amendment", openapi_extra={"x-clause": "S-LI-5"})
async def ask_amendment(app: App, cause: MayRepeat, secondment_id: str, body: AmendmentRequest) -> Done:
    """A longer or a shorter term is asked for."""
    told = order(body, cause)
    return done(await app.amendments.ask(secondment_id, body.until, body.asked_by, body.asked_on, told))


@router.post("/amendment-agreement", openapi_extra={"x-clause": "S-LI-5"})
async def agree_amendment(app: App, cause: MayRepeat, secondment_id: str, body: Agreement) -> Done:
    """One of sender, secondee and receiving head agrees."""
    return done(await app.amendments.agree(secondment_id, body.party, body.agreed_on, order(body, cause)))


@router.post("/amendment-conclusion", openapi_extra={"x-clause": "S-LI-5"})
async def conclude_amendment(app: App, cause: MayRepeat, secondment_id: str, body: Conclusion) -> Done:
    """The amendment is signed and in force."""
    return done(await app.amendments.conclude(secondment_id, body.concluded_on, order(body, cause)))


@router.post("/amendment-drop", openapi_extra={"x-clause": "S-LI-5"})
async def drop_amendment(app: App, cause: MayRepeat, secondment_id: str, body: Command) -> Done:
    """The term stays as it is; the reason goes to the sender."""
    return done(await app.amendments.drop(secondment_id, order(body, cause)))


@router.post("/leave", openapi_extra={"x-clause": "S-LI-9"})
async def grant_leave(app: App, cause: MayRepeat, secondment_id: str, body: LeaveRequest) -> Done:
    """Days of leave at a birth; more than the edition has are refused."""
    leave = Leave(body.kind, body.birth, body.first_day, body.days, body.born_on)
    return done(await app.conducts.grant_leave(secondment_id, leave, order(body, cause)))


@router.post("/leave-taken-back", openapi_extra={"x-clause": "S-LI-9"})
async def take_back_leave(app: App, cause: MayRepeat, secondment_id: str, body: LeaveBack) -> Done:
    """Days that were not taken after all."""
    told = order(body, cause)
    return done(await app.conducts.take_back_leave(secondment_id, body.kind, body.birth, body.days, told))


@router.post("/sender-work", openapi_extra={"x-clause": "S-LI-7"})
async def judge_sender_work(app: App, cause: MayRepeat, secondment_id: str, body: SenderWork) -> Done:
    """The head recognises work for the sender as part of JETRO's work, or does not."""
    told = order(body, cause)
    return done(
        await app.conducts.judge_sender_work(secondment_id, body.kind, body.on, body.work, body.recognised, told)
    )


@router.post("/checklist", openapi_extra={"x-clause": "S-LI-4"})
async def tick(app: App, cause: MayRepeat, secondment_id: str, body: Tick) -> Done:
    """Note where an item of the departure's checklist stands."""
    return done(await app.conducts.tick(secondment_id, body.item, body.state, body.on, order(body, cause)))
