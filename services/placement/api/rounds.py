"""Rounds and sites over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field, StrictBool, StrictInt

from kernel.http import Command, Done, FirstCommand
from kernel.refusals import NotFound
from schemas.plain import Code, LongLine, Year
from services.placement.api.common import OF_SECONDMENTS, App, MayRepeat, done, order
from services.placement.app.queries import closed, history, opened
from services.placement.app.standing import ByHand
from services.placement.domain import Round, Site

router = APIRouter(prefix="/v1", tags=["rounds"], dependencies=OF_SECONDMENTS)
OfYear = Annotated[int, Path(ge=2000, le=2199)]


class Seed(FirstCommand):
    """The lottery's seed; without one, the seed that the edition published. Another needs ``unpublished``: a waiver."""

    seed: Annotated[LongLine | None, Field(min_length=8, description="抽選の種")] = None
    unpublished: Annotated[StrictBool, Field(description="公表した種ではない（S-PL-5 の免除）")] = False


class Adjustment(Command):
    """A change by hand: the places that a secondment gets instead; without ``domestic`` it gets none."""

    secondment_id: Code
    domestic: Code | None = None
    overseas: Code | None = None
    years: Annotated[StrictInt | None, Field(ge=1, le=3)] = None
    unit_agrees: Annotated[StrictBool, Field(description="受入部署の同意（3年目、S-SC-2）")] = False
    country_waived: Annotated[StrictBool, Field(description="国の期間の上限の免除（S-SC-4）")] = False


class Capacity(FirstCommand):
    """How many places a site has in a fiscal year from now on."""

    fiscal_year: Year
    places: Annotated[StrictInt, Field(ge=0, le=99)]


class Adjusted(Done):
    """A change by hand with its price: whose claims it passes over and how many, by clause; for officers alone."""

    price: list[dict[str, Any]]


def _secondment_only(programme: str) -> None:
    if programme != "secondment":
        raise NotFound("round", "配置")


@router.get("/rounds/{programme}/{fiscal_year}", openapi_extra={"x-clause": "S-PL-3"})
async def read_round(app: App, programme: str, fiscal_year: OfYear) -> dict[str, Any]:
    """A round: its state, candidates, results with reasons, and its run's certificate; version 0 before it began.

    ``waits`` says line by line what the announcement waits for (S-PL-3): what came, went or changed since the run.
    """
    _secondment_only(programme)
    round = await app.secondments.round_so_far(fiscal_year)
    candidates = await app.secondments.candidates(fiscal_year)
    body = {
        "id": round.id,
        "version": round.recorded_version,
        "state": round.state,
        "held": round.held,
        "announcing": round.announcing,
        "seed": round.seed,
        "candidates": [closed(each) for each in candidates.values()],
        "unsettled": round.unsettled(candidates),
        "waits": await app.secondments.waits(round, candidates),
        "run": closed(round.outcome) if round.outcome else None,
        "results": [closed(each) for each in round.standing(candidates).values()],
    }
    shown: dict[str, Any] = await opened(app.kernel, body)
    return shown


@router.get("/rounds/{programme}/{fiscal_year}/history")
async def read_round_history(app: App, programme: str, fiscal_year: OfYear) -> list[dict[str, Any]]:
    """Everything that happened to a round."""
    _secondment_only(programme)
    return await history(app.kernel, Round.stream("secondment", fiscal_year), "round")


@router.post("/rounds/{programme}/{fiscal_year}/seed", openapi_extra={"x-clause": "S-PL-5"})
async def record_seed(app: App, cause: MayRepeat, programme: str, fiscal_year: OfYear, body: Seed) -> Done:
    """Fix the lottery's seed before the run (S-PL-5)."""
    _secondment_only(programme)
    said = order(body, cause)
    return done(await app.secondments.record_seed(fiscal_year, body.seed, said, unpublished=body.unpublished))


@router.post("/rounds/{programme}/{fiscal_year}/run", openapi_extra={"x-clause": "S-PL-3"})
async def run_round(app: App, cause: MayRepeat, programme: str, fiscal_year: OfYear, body: Command) -> Done:
    """Apply the rule and have the result certified (S-PL-3…6)."""
    _secondment_only(programme)
    return done(await app.secondments.run(fiscal_year, order(body, cause)))


@router.post("/rounds/{programme}/{fiscal_year}/announce", openapi_extra={"x-clause": "S-PL-10"})
async def announce_round(app: App, cause: MayRepeat, programme: str, fiscal_year: OfYear, body: Command) -> Done:
    """Send the results out as proposals (S-PL-10)."""
    _secondment_only(programme)
    return done(await app.secondments.announce(fiscal_year, order(body, cause)))


@router.post("/rounds/{programme}/{fiscal_year}/adjust", openapi_extra={"x-clause": "S-PL-8"})
async def adjust(app: App, cause: MayRepeat, programme: str, fiscal_year: OfYear, body: Adjustment) -> Adjusted:
    """Change a result, or after the announcement a proposal, by hand; the answer says what that breaks (S-PL-8)."""
    _secondment_only(programme)
    given = ByHand(body.secondment_id, body.domestic, body.overseas, body.years, body.unit_agrees, body.country_waived)
    changed, price = await app.secondments.adjust(fiscal_year, given, order(body, cause))
    return Adjusted(id=changed.id, version=changed.version, price=[closed(each) for each in price])


@router.get("/sites")
async def read_sites(app: App, fiscal_year: Annotated[int, Query(ge=2000, le=2199)]) -> dict[str, Any]:
    """Who is where, as counts: capacity, taken and free places of every site in the edition's fiscal years."""
    sites = await app.occupation(fiscal_year)
    return {"items": [_occupation(site) for site in sites], "total": len(sites), "page": 1}


@router.post("/sites/{site_id}/capacity", openapi_extra={"x-clause": "S-PL-1"})
async def change_capacity(app: App, cause: MayRepeat, site_id: str, body: Capacity) -> Done:
    """Open or close places by hand; more than one in an overseas office waives S-PL-2."""
    return done(await app.change_capacity(body.fiscal_year, site_id, body.places, order(body, cause)))


def _occupation(site: Site) -> dict[str, Any]:
    years = {
        str(year): {"capacity": site.capacity[year], "taken": site.taken(year), "free": site.free(year)}
        for year in sorted(site.capacity)
    }
    return {"id": site.site_id, "version": site.recorded_version, "overseas": site.overseas, "years": years}
