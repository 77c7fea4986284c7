"""Secondments over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field, StrictBool

from kernel.http import Command, Done
from kernel.refusals import Refused
from schemas.plain import Code, Day, Paragraphs, Year
from services.placement.api.common import OF_SECONDMENTS, App, Listing, MayRepeat, Page, done, order, work_list
from services.placement.app.conduct import Checklist
from services.placement.app.queries import closed, history, opened
from services.placement.app.secondments import AppraisalStep
from services.placement.domain import Secondment
from services.placement.policy.life import DepartureFacts

router = APIRouter(prefix="/v1/secondments", tags=["secondments"], dependencies=OF_SECONDMENTS)

Status = Literal["foreseen", "agreed", "held", "running", "ended", "called_off"]


class Drafted(Command):
    """The memorandum is drafted."""

    drafted_on: Day


class Sent(Command):
    """Three copies of the memorandum went to the sender."""

    sent_on: Day


class Returned(Command):
    """JETRO's copy came back."""

    returned_on: Day


class CopyConfirmed(Command):
    """The sender, or the secondee, holds its copy of the memorandum."""

    holder: Literal["sender", "secondee"]
    confirmed_on: Day


class Start(Command):
    """A held secondment starts after all."""

    started_on: Day


class Departure(Command):
    """What S-LI-4 asks of a departure. What is left out is read from the checklist; there, too, nothing means no."""

    departed_on: Day
    visa_granted: StrictBool | None = None
    health_check_on: Day | None = None
    health_result_reported: StrictBool | None = None
    safety_training_on: Day | None = None


class Postponement(Command):
    """The departure moves; the reason is named to the sender."""

    planned_for: Day


class Cancellation(Command):
    """The departure is given up; ``domestic`` is the place in Japan instead, that of the first year if left out."""

    domestic: Code | None = None
    unit_agrees: Annotated[StrictBool, Field(description="受入部署の同意（国内で3年になるとき、S-SC-2）")] = False


class EarlyEnd(Command):
    """An early end with its ground (S-LI-6)."""

    ended_on: Day
    ground: Literal["illness", "breach", "sender_request"]


class Appraisal(Command):
    """A step of a fiscal year's appraisal; ``result`` is the assessment in words, and is sealed."""

    fiscal_year: Year
    step: Literal["goals", "review", "assessment"]
    recorded_on: Day
    result: Paragraphs | None = None


@router.get("")
async def read_secondments(app: App, paging: Annotated[Listing[Status], Query()]) -> Page:
    """Work list: foreseen, agreed, held (with what is missing), running, ended, called_off."""
    return await work_list(app, "secondments", paging)


@router.get("/{secondment_id}")
async def read_secondment(app: App, secondment_id: str) -> dict[str, Any]:
    """A secondment's state and its whole history."""
    secondment = await app.secondments.get(Secondment, Secondment.stream(secondment_id))
    state = {name: closed(getattr(secondment, name)) for name in _SHOWN}
    events = await history(app.kernel, secondment.id, "secondment")
    shown = await opened(app.kernel, state)
    beside = await app.conducts.beside(secondment)
    head = {"id": secondment_id, "version": secondment.version, "state": secondment.state}
    return {**head, **shown, **beside, "history": events}


_SHOWN = (
    *("case", "stays", "starts_on", "ends_on", "missing", "memorandum", "memorandum_copies"),
    *("started_on", "departed_on", "appraisals"),
)


@router.post("/{secondment_id}/memorandum-drafted", openapi_extra={"x-clause": "S-LI-2"})
async def memorandum_drafted(app: App, cause: MayRepeat, secondment_id: str, body: Drafted) -> Done:
    """Note that the memorandum is drafted; to send it says so too."""
    told = order(body, cause)
    return done(
        await app.secondments.command(
            secondment_id, told, lambda each, at: each.draft_memorandum(body.drafted_on, body.by, at=at)
        )
    )


@router.post("/{secondment_id}/memorandum-sent", openapi_extra={"x-clause": "S-LI-2"})
async def memorandum_sent(app: App, cause: MayRepeat, secondment_id: str, body: Sent) -> Done:
    """Three copies went to the sender."""
    told = order(body, cause)
    return done(
        await app.secondments.command(
            secondment_id, told, lambda each, at: each.send_memorandum(body.sent_on, body.by, at=at)
        )
    )


@router.post("/{secondment_id}/memorandum-returned", openapi_extra={"x-clause": "S-LI-2"})
async def memorandum_returned(app: App, cause: MayRepeat, secondment_id: str, body: Returned) -> Done:
    """JETRO's copy is back: the memorandum is concluded."""
    return done(await app.secondments.return_memorandum(secondment_id, body.returned_on, order(body, cause)))


@router.post("/{secondment_id}/memorandum-copy", openapi_extra={"x-clause": "S-LI-2"})
async def memorandum_copy(app: App, cause: MayRepeat, secondment_id: str, body: CopyConfirmed) -> Done:
    """The sender or the secondee confirms to hold its copy."""
    return done(
        await app.secondments.command(
            secondment_id,
            order(body, cause),
            lambda each, at: each.confirm_copy(body.holder, body.confirmed_on, body.by, at=at),
        )
    )


@router.post("/{secondment_id}/start", openapi_extra={"x-clause": "S-LI-2"})
async def start(app: App, cause: MayRepeat, secondment_id: str, body: Start) -> Done:
    """HR lets a held secondment start, once nothing is missing."""
    return done(await app.secondments.start_late(secondment_id, body.started_on, order(body, cause)))


@router.post("/{secondment_id}/departure", openapi_extra={"x-clause": "S-LI-4"})
async def departure(app: App, cause: MayRepeat, secondment_id: str, body: Departure) -> Done:
    """The post overseas is taken up; refused unless S-LI-4 is met in every point."""
    checklist = await app.conducts.preparation(secondment_id)
    _s_li_4_visa(body, checklist)
    ticked = checklist.done
    checked, reported = ticked.get("health_check"), body.health_result_reported
    facts = DepartureFacts(
        departed_on=body.departed_on,
        visa_granted="visa" in ticked if body.visa_granted is None else body.visa_granted,
        health_check_on=body.health_check_on or checked,
        health_result_reported=checked is not None if reported is None else reported,
        safety_training_on=body.safety_training_on or ticked.get("safety_training"),
        done=frozenset(item for item, day in ticked.items() if day <= body.departed_on),
    )
    return done(await app.secondments.depart(secondment_id, facts, order(body, cause)))


def _s_li_4_visa(body: Departure, checklist: Checklist) -> None:
    """Guard: what the checklist says is open again is not granted by a word in passing."""
    if body.visa_granted and "visa" in checklist.open:
        ja = "赴任準備の記録では、査証は未了に戻されています。取得を確認し、記録を改めてから渡航を記録してください。"
        en = "The checklist has the visa open again. Make sure that it is granted and tick it first."
        raise Refused("S-LI-4", ja, en, pointer="/visa_granted")


@router.post("/{secondment_id}/postponement", openapi_extra={"x-clause": "S-PL-11"})
async def postponement(app: App, cause: MayRepeat, secondment_id: str, body: Postponement) -> Done:
    """The departure moves to a later day."""
    return done(await app.secondments.postpone(secondment_id, body.planned_for, order(body, cause)))


@router.post("/{secondment_id}/cancellation", openapi_extra={"x-clause": "S-PL-11"})
async def cancellation(app: App, cause: MayRepeat, secondment_id: str, body: Cancellation) -> Done:
    """There will be no departure; the secondment goes on in Japan."""
    said = order(body, cause)
    return done(
        await app.secondments.cancel_departure(secondment_id, body.domestic, said, unit_agrees=body.unit_agrees)
    )


@router.post("/{secondment_id}/early-end", openapi_extra={"x-clause": "S-LI-6"})
async def early_end(app: App, cause: MayRepeat, secondment_id: str, body: EarlyEnd) -> Done:
    """The secondment ends before its term."""
    return done(await app.secondments.end_early(secondment_id, body.ended_on, body.ground, order(body, cause)))


@router.post("/{secondment_id}/appraisal", openapi_extra={"x-clause": "S-LI-8"})
async def appraisal(app: App, cause: MayRepeat, secondment_id: str, body: Appraisal) -> Done:
    """A step of a fiscal year's appraisal."""
    step = AppraisalStep(body.fiscal_year, body.step, body.recorded_on, body.result)
    return done(await app.secondments.appraise(secondment_id, step, order(body, cause)))
