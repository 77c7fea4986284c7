"""Limited services, reviews, surveys, explanation and handover of supports over HTTP (C-LI-3, C-LI-5, C-LI-7)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StrictBool

from kernel.http import Command, Done
from schemas.plain import Code, Day, Paragraphs
from services.placement.api.common import OF_SUPPORTS, App, MayRepeat, Page, done, order
from services.placement.app.support_care import ReviewSaid
from services.placement.domain.support_events import Stage

router = APIRouter(prefix="/v1/supports/{application_id}", tags=["supports"], dependencies=OF_SUPPORTS)
menus = APIRouter(prefix="/v1/menus", tags=["supports"], dependencies=OF_SUPPORTS)


class MenuUse(Command):
    """The use of a limited service, screened by itself.

    ``earlier_years`` of support are those before this system; left out, what the company stated in its form counts.
    """

    menu: Code
    times: Annotated[int, Field(ge=1, le=50, strict=True)] = 1
    earlier_years: Annotated[int | None, Field(ge=0, le=20, strict=True)] = None
    granted: StrictBool


class ReviewOfSupport(Command):
    """What a review found and what it changes; what is left out stays as it was. Finding and plan are sealed."""

    held_on: Day
    finding: Paragraphs
    stage: Stage | None = None
    until: Day | None = None
    plan: Paragraphs | None = None


class Answered(Command):
    """A survey that was answered, by its code in the edition."""

    survey: Code
    answered_on: Day


class Explained(BaseModel):
    """Why the company has this coordinator, in sentences for officers, with the decision's clause and outcome."""

    coordinator_id: str | None
    clause: str
    outcome: str
    sentences: tuple[str, ...]


@menus.get("", openapi_extra={"x-clause": "C-LI-3"})
async def read_menus(app: App, fiscal_year: Annotated[int, Query(ge=2000, le=2199)]) -> Page:
    """The limited services: how many times there are in the fiscal year, how many were granted, what is left."""
    found = await app.support_care.menus(fiscal_year)
    items = [{"id": code, "most": most, "granted": granted, "left": most - granted} for code, most, granted in found]
    return Page(items=items, total=len(items), page=1)


@router.get("/explanation", openapi_extra={"x-clause": "C-PL-1"})
async def explanation(app: App, application_id: str) -> Explained:
    """Why this coordinator, out of what the decision saw: region, field, languages, load (C-PL-1)."""
    support, decision, said = await app.support_care.explained(application_id)
    return Explained(
        coordinator_id=support.coordinator_id, clause=decision.clause, outcome=decision.outcome, sentences=said
    )


@router.get("/handover", openapi_extra={"x-clause": "C-PL-1"})
async def handover(app: App, application_id: str) -> dict[str, Any]:
    """All that the next coordinator has to know, opened: plans, contacts, visits, reviews, what was handed on."""
    return await app.support_care.handover(application_id)


@router.post("/survey-answers", openapi_extra={"x-clause": "C-LI-7"})
async def survey_answer(app: App, cause: MayRepeat, application_id: str, body: Answered) -> Done:
    """The company answered a survey; it is not reminded of it any more."""
    told = order(body, cause)
    return done(await app.support_care.answer_survey(application_id, body.survey, body.answered_on, told))


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
