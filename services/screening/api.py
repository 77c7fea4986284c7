"""Officers' HTTP interface to screening: work lists, cases, commands."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request

from kernel import operations
from kernel.access import Asking, Officer, officers, officers_or_operators, operators
from kernel.http import Command, Done, Noted, Said, once
from kernel.log import Cause
from kernel.run import application_of
from schemas.values import Programme
from services.screening import bodies
from services.screening.app import Order, ScreeningApp
from services.screening.domain import refusals

router = APIRouter(tags=["screening"])

App = Annotated[ScreeningApp, Depends(application_of)]
Case = Annotated[str, Path(max_length=80)]
Once = Annotated[Cause | None, Depends(once)]
Status = Literal[
    "to_judge", "waiver", "to_interview", "to_decide", "missed", "held", "due_soon", "overdue", "past_month", "review",
    "crossed", "to_end", "consent", "undeclared",
]  # fmt: skip
Sort = Literal[
    "received_at", "-received_at", "changed_at", "-changed_at", "latest", "-latest", "receipt_number", "interview_at"
]  # fmt: skip
CASE = "/v1/screenings/{application_id}"


async def of_their_programme(app: App, caller: Asking, application_id: Case) -> None:
    """Guard: an officer deals with cases of the programmes that the token names."""
    found = await app.found(application_id) if caller.programmes is not None else None
    caller.must_be_of(found.programme if found is not None else None)


OF_THE_CASE = [Depends(officers), Depends(of_their_programme)]
"""For officers of screening who deal with the case's programme."""


@router.get("/v1/screenings", dependencies=[Depends(officers)])
async def work_list(
    app: App,
    caller: Asking,
    x_officer: Officer = None,
    status: Status | None = None,
    programme: Programme | None = None,
    fiscal_year: Annotated[int | None, Query(ge=2000, le=2199)] = None,
    sort: Sort = "received_at",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
    open: bool = False,
) -> dict[str, Any]:
    """Cases that wait for an officer (審査待ち一覧), without those closed to the one who asks (C-SC-16).

    Of a company's case that the officer has not declared on, only whose it is: ``declare`` is true there. A list by
    another status, or in a telling order, has none of these: ``undeclared`` says how many there are, wherever they
    stand, and the status ``undeclared`` lists them.
    """
    if x_officer is None:
        raise refusals.who_is_asking()
    asked = {"waiting": status, "programme": programme, "fiscal_year": fiscal_year}
    where = caller.within({name: value for name, value in asked.items() if value is not None})
    items, total = await app.work_list(x_officer, where, sort=sort, page=page, size=size, opened=open)
    return {"items": items, "total": total, "page": page, "undeclared": await app.undeclared(x_officer, where)}


@router.get(CASE, dependencies=OF_THE_CASE)
async def case(app: App, application_id: Case, x_officer: Officer = None, open: bool = False) -> dict[str, Any]:
    """One case: its state and whole history. ``open=true`` shows sealed fields."""
    if x_officer is None:
        raise refusals.who_is_asking()
    return await app.whole_case(application_id, x_officer, opened=open)


@router.get("/operations/log", tags=["operations"], dependencies=[Depends(operators)])
async def whole_log(
    request: Request,
    app: App,
    x_officer: Officer = None,
    after: Annotated[int, Query(ge=0, le=operations.POSITION_MOST)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    shard: operations.Shard = 0,
) -> list[dict[str, Any]]:
    """The log's events, as in every service; of cases not open to the one who asks only their positions (C-SC-16)."""
    if x_officer is None:
        raise refusals.who_is_asking()
    page = await operations.page(request, after, limit, shard)
    seen = await app.open_to(x_officer, {event["stream"] for event in page})
    return [event if event["stream"] in seen else operations.closed(event) for event in page]


@router.get("/operations/log/{stream:path}", tags=["operations"], dependencies=[Depends(officers_or_operators)])
async def log(
    request: Request, app: App, caller: Asking, stream: str, x_officer: Officer = None, open: bool = False
) -> list[dict[str, Any]]:
    """An aggregate's events, as in every service; a company's only for an officer without an interest (C-SC-16)."""
    if open:
        operations.must_be_an_officer_here(request.app.state.service, caller)
    await app.admits(stream, x_officer)
    events: list[dict[str, Any]] = await operations.log(request, caller, stream, open=False)
    return await app.shown(events) if open else events


@router.post(f"{CASE}/purpose", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "S-SC-1"})
async def purpose(app: App, application_id: Case, body: bodies.Judgement, cause: Once) -> Done:
    """Judge whether the purpose of a secondment fits (S-SC-1)."""
    return await app.judge_purpose(application_id, _order(body, cause), passed=body.outcome == "passed")


@router.post(f"{CASE}/third-year", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "S-SC-2"})
async def third_year(app: App, application_id: Case, body: bodies.ThirdYear, cause: Once) -> Done:
    """Judge a third year in Japan (S-SC-2)."""
    return await app.judge_third_year(
        application_id,
        _order(body, cause),
        secondment_id=body.secondment_id,
        passed=body.outcome == "passed",
        unit_agrees=body.unit_agrees,
    )


@router.post(f"{CASE}/waivers/{{clause}}", dependencies=OF_THE_CASE)
async def waiver(
    app: App,
    application_id: Case,
    clause: Annotated[str, Path(pattern=r"^(S-SC-\d+|C-SC-1)$")],
    body: bodies.Waiver,
    cause: Once,
) -> Done:
    """Waive a soft clause, or refuse to, which ends the case."""
    order, granted = _order(body, cause), body.outcome == "granted"
    if clause == "C-SC-1":
        return await app.waive_status(application_id, order, granted)
    return await app.waive(application_id, clause, order, secondment_id=body.secondment_id, granted=granted)


@router.post(f"{CASE}/papers", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "S-SC-9"})
async def papers(app: App, application_id: Case, body: bodies.OnSecondment, cause: Once) -> Done:
    """Accept papers that were missing at the deadline, or refuse the start (S-SC-9)."""
    order, passed = _order(body, cause), body.outcome == "passed"
    return await app.accept_papers(application_id, order, secondment_id=body.secondment_id, passed=passed)


@router.post(f"{CASE}/stage-one", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "C-SC-12"})
async def stage_one(app: App, application_id: Case, body: bodies.StageOne, cause: Once) -> Done:
    """Judge a company's papers (C-SC-9, C-SC-12)."""
    return await app.judge_papers(
        application_id,
        _order(body, cause),
        passed=body.outcome == "passed",
        criteria={code: marked.mark() for code, marked in body.criteria.items()},
        strength=body.strength.mark(),
    )


@router.post(f"{CASE}/interview", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "C-SC-14"})
async def interview(app: App, application_id: Case, body: bodies.InterviewDate, cause: Once) -> Done:
    """Arrange the interview of stage two, or move it (C-SC-13, C-SC-14)."""
    return await app.set_interview(
        application_id,
        _order(body, cause),
        starts_at=body.starts_at,
        minutes=body.minutes,
        mode=body.mode,
        link=body.link,
    )


@router.post(f"{CASE}/interview-cancellation", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "C-SC-14"})
async def interview_cancellation(app: App, application_id: Case, body: Command, cause: Once) -> Done:
    """Take the date of stage two back; it disappears from calendars, and another is to be found (C-SC-14)."""
    return await app.cancel_interview(application_id, _order(body, cause))


@router.post(f"{CASE}/interview-absence", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "C-IN-6"})
async def interview_absence(app: App, application_id: Case, body: Command, cause: Once) -> Done:
    """Record that the company was not there (欠席): it is reminded, and its silence may count (C-IN-6)."""
    return await app.miss_interview(application_id, _order(body, cause))


@router.post(f"{CASE}/interview-absence-withdrawal", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "C-IN-6"})
async def interview_absence_withdrawal(app: App, application_id: Case, body: Command, cause: Once) -> Done:
    """Take back an absence that was recorded in error (欠席の記録の取消し): reminders and silence end (C-IN-6)."""
    return await app.withdraw_absence(application_id, _order(body, cause))


@router.post(f"{CASE}/stage-two", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "C-SC-14"})
async def stage_two(app: App, application_id: Case, body: bodies.Judgement, cause: Once) -> Done:
    """Judge a company after the interview: adopted, or not (C-SC-14, C-SC-15)."""
    return await app.judge_interview(application_id, _order(body, cause), passed=body.outcome == "passed")


@router.post(f"{CASE}/review", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "C-IN-7"})
async def review(app: App, application_id: Case, body: bodies.Review, cause: Once) -> Done:
    """Judge changed facts of an adopted company (C-IN-7), or what crossed the adoption (C-IN-5, C-IN-1).

    ``refused``: its support waits to be ended in placement (C-LI-6), which can be taken back (``passed``) until it is.
    """
    passed = body.outcome == "passed"
    return await app.review_adoption(application_id, _order(body, cause), passed=passed, clause=body.clause)


@router.post(f"{CASE}/no-interest", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "C-SC-16"})
async def no_interest(app: App, application_id: Case, body: Said, cause: Once) -> Done:
    """Declare to have no interest (利害関係なし): the case is open to the officer from now on (C-SC-16)."""
    return await app.declare_no_interest(application_id, _order(body, cause))


@router.post(f"{CASE}/conflicts", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "C-SC-16"})
async def conflict(app: App, application_id: Case, body: Said, cause: Once) -> Noted:
    """Declare an interest: from now on the case is closed to the officer who declares it (C-SC-16)."""
    done = await app.declare_conflict(application_id, _order(body, cause))
    return Noted(id=done.id)


@router.get(f"{CASE}/disclosures", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "C-CO-1"})
async def disclosures(app: App, application_id: Case, x_officer: Officer = None, open: bool = False) -> dict[str, Any]:
    """What was disclosed of a company's secrets, to whom, on which ground (C-CO-1)."""
    if x_officer is None:
        raise refusals.who_is_asking()
    return await app.disclosures(application_id, x_officer, opened=open)


@router.post(f"{CASE}/disclosures", dependencies=OF_THE_CASE, openapi_extra={"x-clause": "C-CO-1"})
async def disclose(app: App, application_id: Case, body: bodies.DisclosureSaid, cause: Once) -> Done:
    """Record a disclosure: by the owner's consent given beforehand, or under an exception (C-CO-1)."""
    return await app.disclose(application_id, body.disclosure(), _order(body, cause))


def _order(said: Said, cause: Cause | None) -> Order:
    seen = said.seen_version if isinstance(said, Command) else None
    return Order(said.by, said.reason, seen, (cause,) if cause else ())
