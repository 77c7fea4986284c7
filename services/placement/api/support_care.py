"""Limited services and reviews of supports over HTTP (C-LI-3, C-LI-5)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StrictBool

from kernel.http import Command, Done
from schemas.plain import Code, Day, Paragraphs
from services.placement.api.common import App, MayRepeat, done, order
from services.placement.app.support_care import ReviewSaid
from services.placement.domain.support_events import Stage

router = APIRouter(prefix="/v1/supports/{application_id}", tags=["supports"])


class MenuUse(Command):
    """The use of a limited service, screened by itself. ``earlier_years`` of support are those before this system."""

    menu: Code
    times: Annotated[int, Field(ge=1, le=50, strict=True)] = 1
    earlier_years: Annotated[int, Field(ge=0, le=20, strict=True)] = 0
    granted: StrictBool


class ReviewOfSupport(Command):
    """What a review found and what it changes; what is left out stays as it was. Finding and plan are sealed."""

    held_on: Day
    finding: Paragraphs
    stage: Stage | None = None
    until: Day | None = None
    plan: Paragraphs | None = None


@router.post("/menus", openapi_extra={"x-clause": "C-LI-3"})
async def menu(app: App, cause: MayRepeat, application_id: str, body: MenuUse) -> Done:
    """Grant or refuse the use of a limited service; never beyond its number for the fiscal year."""
    told = order(body, cause)
    return done(
        await app.support_care.judge_menu(application_id, body.menu, body.times, body.earlier_years, body.granted, told)
    )


@router.post("/reviews", openapi_extra={"x-clause": "C-LI-5"})
async def review(app: App, cause: MayRepeat, application_id: str, body: ReviewOfSupport) -> Done:
    """The support was reviewed: it goes on, or its stage, period or plan changes."""
    said = ReviewSaid(body.held_on, body.finding, body.stage, body.until, body.plan)
    return done(await app.support_care.review(application_id, said, order(body, cause)))
