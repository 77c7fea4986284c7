"""What-ifs over HTTP: queries that need a body. They record nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from kernel.access import Officer
from kernel.refusals import NotFound, Refused
from schemas.plain import Code
from schemas.plain import Year as FiscalYear
from services.placement.api.common import OF_SECONDMENTS, App, Page
from services.placement.app.standing import Standing
from services.placement.domain.values import Run
from services.placement.engine import Certificate, Gap, Result
from services.placement.policy.what_if import Compared, Got, MorePlaces, WhatIf, totals

router = APIRouter(prefix="/v1", tags=["rounds"], dependencies=OF_SECONDMENTS)
Year = Annotated[int, Path(ge=2000, le=2199)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Places(_Asked):
    """More places at a site, or fewer; without fiscal years, in all that the edition has."""

    site: Code
    more: Annotated[int, Field(ge=-99, le=99, strict=True)] = 1
    fiscal_years: Annotated[tuple[FiscalYear, ...], Field(max_length=20)] = ()


class Question(_Asked):
    """What is different. Nothing different: the rule applied anew to those who are in the round now."""

    places: Annotated[tuple[Places, ...], Field(max_length=50)] = ()
    as_many_as_possible: StrictBool = False
    priority: Literal["this_round", "all_years"] | None = None
    without: Annotated[tuple[Code, ...], Field(max_length=50)] = ()


class Answer(BaseModel):
    """Both sides: totals, verdicts, and each requested secondment; ``change`` as in the policy's words."""

    fiscal_year: int
    official: dict[str, Any]
    what_if: dict[str, Any]
    changes: dict[str, int]
    rows: list[dict[str, Any]]


@router.post("/rounds/{programme}/{fiscal_year}/what-if", openapi_extra={"x-clause": "S-PL-8"})
async def what_if(app: App, programme: str, fiscal_year: Year, body: Question, x_officer: Officer = None) -> Answer:
    """What if: more places, as many placed as possible, another priority, a sender less; records nothing (S-PL-8)."""
    if programme != "secondment":
        raise NotFound("round", "配置")
    if x_officer is None:
        raise who_is_asking()
    places = tuple(MorePlaces(each.site, each.more, each.fiscal_years) for each in body.places)
    aim: Literal["rule", "most"] = "most" if body.as_many_as_possible else "rule"
    standing, found = await app.what_ifs.what_if(fiscal_year, WhatIf(places, aim, body.priority, body.without))
    return _answer(fiscal_year, standing, found)


@router.get("/rounds/{programme}/{fiscal_year}/domestic-instead", openapi_extra={"x-clause": "S-PL-7"})
async def domestic_instead(app: App, programme: str, fiscal_year: Year, x_officer: Officer = None) -> Page:
    """Who has no place because its offices are closed or full, and the domestic places that HR could propose (S-PL-7).

    A place is proposed by an adjustment with ``domestic`` alone, at the ``version`` that stands here.
    """
    if programme != "secondment":
        raise NotFound("round", "配置")
    if x_officer is None:
        raise who_is_asking()
    standing, found = await app.what_ifs.home_instead(fiscal_year)
    items = [asdict(each) | {"version": standing.waiting[each.seeker]} for each in found]
    return Page(items=items, total=len(items), page=1)


def who_is_asking() -> Refused:
    """A read of what is for officers alone, without an officer's name."""
    ja = "閲覧には担当者IDが必要です。サインインしてください（認証のない予行では X-Officer に担当者IDを入れます）。"
    en = "Say who is asking: sign in, or in a rehearsal without tokens put your officer's id into the header X-Officer."
    return Refused("G-6", ja, en, pointer="/X-Officer")


def _answer(fiscal_year: int, standing: Standing, found: Compared) -> Answer:
    run = standing.round.outcome
    official, thought = [row.official for row in found.rows], [row.what_if for row in found.rows]
    changes = [row.change for row in found.rows]
    return Answer(
        fiscal_year=fiscal_year,
        official=totals(official) | (_run(run) if run else {}) | {"by_hand": _by_hand(official)},
        what_if=totals(thought) | _certified(found.result, found.certificate),
        changes={each: changes.count(each) for each in ("better", "worse", "same", "gone", "new")},
        rows=[asdict(row) for row in found.rows],
    )


def _by_hand(gots: list[Got | None]) -> int:
    """How many results are HR's and not the run's: its certificate does not speak of them."""
    return sum(got.by_hand for got in gots if got)


def _run(run: Run) -> dict[str, Any]:
    checks = {check.name: check.verdict for check in run.checks}
    return {"aim": "rule", "proof": run.proof, "verdict": _verdict(checks), "checks": checks}


def _certified(result: Result, certificate: Certificate) -> dict[str, Any]:
    checks = {check.name: check.verdict for check in certificate.checks}
    envy = certificate["no_justified_envy"]
    return {
        "aim": result.aim,
        "proof": result.proof,
        "gap": _gap(result.gap),
        "verdict": _verdict(checks),
        "checks": checks,
        "passed_over": len(envy.moves),
    }


def _gap(gap: Gap | None) -> dict[str, Any] | None:
    return asdict(gap) if gap else None


def _verdict(checks: Mapping[str, str]) -> str:
    verdicts = set(checks.values())
    return "failed" if "failed" in verdicts else "not_proved" if "not_proved" in verdicts else "passed"
