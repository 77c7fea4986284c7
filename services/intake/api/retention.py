"""Retention over HTTP: what is due, holds, disposal, the register of disposals (G-7, G-8)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from kernel import http
from kernel.access import Asking, Caller, Officer, officers
from kernel.http import Noted
from kernel.log import Cause
from services.intake.api.applications import Once
from services.intake.api.common import App
from services.intake.api.officers import ERASES, must_be_of
from services.intake.app import IntakeApp
from services.intake.domain import refusals
from services.intake.domain.custody import Ground
from services.intake.programmes import closed_subjects, of_subjects

router = APIRouter(prefix="/v1", tags=["retention"])
SUBJECT = r"^(org-[0-9a-z.]{1,60}|secondee-[0-9a-z.-]{1,100})$"
Subject = Annotated[str, Path(pattern=SUBJECT, description="団体（org-…）または出向者（secondee-…）")]
Number = Annotated[int, Path(ge=1, le=10**6, description="保留の番号")]


async def of_their_programmes(app: App, caller: Asking, subject: Subject, x_officer: Officer = None) -> None:
    """Guard: one deals with a subject whose records are all of programmes that one deals with (G-6).

    One does not with a company in whose case one has an interest (C-SC-16).
    """
    await must_be_of(app, caller, subject)
    if x_officer is not None and await closed_subjects(app, [subject], x_officer):
        raise refusals.interest_declared()


READS = [Depends(officers)]
OF_SUBJECT, LETS_GO = [*READS, Depends(of_their_programmes)], [*ERASES, Depends(of_their_programmes)]


class HoldCommand(http.Said):
    """Why records are held (保留): the ground, and the reason in words, which is sealed."""

    ground: Annotated[Ground, Field(description="訴訟・不服申立て、検査・監査、開示請求、照会・調査、その他の順")]


@router.get("/retention/due", dependencies=READS)
async def due(
    app: App, caller: Asking, on: Annotated[date | None, Query(description="この日に満了しているもの")] = None
) -> dict[str, Any]:
    """Whose records may be disposed of today, or on a day to come (G-7)."""
    return await _page(app, caller, await app.retention.due(on))


@router.get("/retention/holds", dependencies=READS)
async def holds(app: App, caller: Asking) -> dict[str, Any]:
    """Every hold that stands, with its ground."""
    return await _page(app, caller, await app.retention.held())


@router.get("/retention/register", dependencies=READS)
async def register(app: App, caller: Asking) -> dict[str, Any]:
    """The register of disposals and erasures: who, when, which class of records, on which rule."""
    return await _page(app, caller, await app.retention.register())


@router.get("/retention/subjects/{subject}", dependencies=OF_SUBJECT)
async def assessed(app: App, subject: Subject) -> dict[str, Any]:
    """How long one subject's records are kept, by which rule, and what is still going on."""
    return await app.retention.assessed(subject)


@router.post(
    "/retention/subjects/{subject}/holds", status_code=201, dependencies=OF_SUBJECT, openapi_extra={"x-clause": "G-8"}
)
async def hold(app: App, subject: Subject, command: HoldCommand, cause: Once) -> Noted:
    """Hold a subject's records (保留): nothing of them is erased until it is lifted (G-8)."""
    custody = await app.retention.hold(
        subject, command.ground, by=command.by, reason=command.reason, causes=_causes(cause)
    )
    return Noted(id=custody.id)


@router.post(
    "/retention/subjects/{subject}/holds/{number}/lift", dependencies=LETS_GO, openapi_extra={"x-clause": "G-8"}
)
async def lift(app: App, subject: Subject, number: Number, command: http.Said, cause: Once) -> Noted:
    """Lift a hold (保留の解除)."""
    who, why = command.by, command.reason
    custody = await app.retention.lift(subject, number, by=who, reason=why, causes=_causes(cause))
    return Noted(id=custody.id)


@router.post(
    "/retention/subjects/{subject}/disposal", status_code=201, dependencies=LETS_GO, openapi_extra={"x-clause": "G-7"}
)
async def dispose(app: App, subject: Subject, command: http.Said, cause: Once) -> Noted:
    """Dispose of a subject's records (廃棄): its key is destroyed. Refused before its period is over (G-7)."""
    erasure = await app.retention.dispose(subject, by=command.by, reason=command.reason, causes=_causes(cause))
    return Noted(id=erasure.id)


async def _page(app: IntakeApp, caller: Caller, items: list[dict[str, Any]]) -> dict[str, Any]:
    """What of a list is of programmes that the caller deals with, and of no company that is closed to it (C-SC-16)."""
    if caller.proved:
        closed = await closed_subjects(app, [each["subject"] for each in items], caller.id)
        items = [each for each in items if each["subject"] not in closed]
    if caller.programmes is not None:
        of = await of_subjects(app, [each["subject"] for each in items])
        items = [each for each in items if all(map(caller.of, of[each["subject"]]))]
    return {"items": items, "total": len(items), "page": 1}


def _causes(cause: Cause | None) -> list[Cause]:
    return [cause] if cause else []
