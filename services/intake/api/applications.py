"""Forms over HTTP: sent, amended, withdrawn, the secondee named, one's own state."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import PydanticKnownError

from kernel.access import (
    Asking,
    anybody_known,
    applicants_or_officers,
    forms_applicants_or_officers,
    forms_or_applicants,
)
from kernel.http import VERSION_MOST, Done, once
from kernel.log import Cause
from kernel.refusals import Refused
from kernel.speaking import OFFICER, spoken
from schemas.forms import SecondeeForm, SecondmentApplication, SupportApplication
from schemas.plain import Paragraphs
from schemas.values import Programme
from services.intake.api.common import (
    SESSION,
    App,
    ApplicationId,
    Asked,
    Keyed,
    MaybeKeyed,
    Receipt,
    Year,
    as_first,
    told,
    unfit,
)
from services.intake.api.owning import for_themselves, owned, who
from services.intake.app import IntakeApp
from services.intake.app.answers import first_answer
from services.intake.app.arriving import Unfit
from services.intake.app.said import APPLICANT, Said
from services.intake.app.sealed import AnyForm

router = APIRouter(prefix="/v1", tags=["applications"])
T = TypeVar("T")
InSession = Annotated[str | None, Query(pattern=SESSION)]
Once = Annotated[Cause | None, Depends(once)]
REPEATED: dict[int | str, dict[str, Any]] = {200: {"model": Receipt, "description": "同じ申込です。It came before."}}
SECONDMENT: dict[str, Any] = {"response_model": Receipt, "openapi_extra": {"x-clause": "S-IN-3"}}
SUPPORT: dict[str, Any] = {"response_model": Receipt, "openapi_extra": {"x-clause": "C-IN-8"}}
SENDS_SECONDMENT, SENDS_SUPPORT = (forms_or_applicants.of(each) for each in ("secondment", "support"))
OF_SECONDMENT = "/secondment/{fiscal_year}/applications"
OF_SUPPORT = "/support/{fiscal_year}/applications"


def _of_officers(said: T | None, info: ValidationInfo) -> T | None:
    """What only the applicant may leave out (G-6)."""
    if said is None and info.data.get("by") != APPLICANT.by:
        raise PydanticKnownError("missing")
    return said


OfOfficers = AfterValidator(_of_officers)


def _giving_up(by: object) -> object:
    """Who withdraws: the applicant, unless an officer's token says otherwise."""
    return spoken(None if by == APPLICANT.by else by) or by


class Withdrawal(BaseModel):
    """Giving an application up. ``by`` names the officer where one does it, who says why and the version seen (G-6).

    ``assumed``: from silence (C-IN-6).
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    by: Annotated[
        str,
        BeforeValidator(_giving_up),
        Field(min_length=1, max_length=64, pattern=OFFICER, validate_default=True),
    ] = APPLICANT.by
    reason: Annotated[Paragraphs | None, Field(validate_default=True), OfOfficers] = None
    seen_version: Annotated[StrictInt | None, Field(ge=1, le=VERSION_MOST, validate_default=True), OfOfficers] = None
    assumed: StrictBool = False


def _unsaid() -> Withdrawal:
    """A withdrawal without a word: enough of an applicant, and not of an officer."""
    try:
        return Withdrawal()
    except ValidationError as missing:
        said = [{**each, "loc": ("body", *each["loc"])} for each in missing.errors()]
        raise RequestValidationError(said) from None


@router.post(OF_SECONDMENT, status_code=201, responses=REPEATED, dependencies=[Depends(SENDS_SECONDMENT)], **SECONDMENT)
async def send_secondment(
    request: Request, app: App, caller: Asking, fiscal_year: Year, form: SecondmentApplication, key: Keyed
) -> JSONResponse:
    """A sender's form (アンケート), or its reply without a wish (S-IN-1…5)."""
    for_themselves(caller, form.party.corporate_number)
    return await _send(request, app, "secondment", fiscal_year, form, key, who(caller))


@router.post(OF_SUPPORT, status_code=201, responses=REPEATED, dependencies=[Depends(SENDS_SUPPORT)], **SUPPORT)
async def send_support(
    request: Request,
    app: App,
    caller: Asking,
    fiscal_year: Year,
    form: SupportApplication,
    key: Keyed,
    session: InSession = None,
) -> JSONResponse:
    """A company's online registration (C-IN-1, C-IN-8); the consent form follows as a paper.

    One that is sent out of a ``session`` is refused where that is void (C-IN-2).
    """
    for_themselves(caller, form.party.corporate_number)
    if session is not None:
        await app.sessions.must_be_of(session, who(caller))
    if session is not None and key.earlier is None:
        await app.sessions.must_be_alive(session)
    answer = await _send(request, app, "support", fiscal_year, form, key, who(caller))
    if session is not None:
        await app.sessions.used(session)
    return answer


async def _send(
    request: Request, app: IntakeApp, programme: Programme, year: int, form: AnyForm, key: Asked, who: str | None
) -> JSONResponse:
    first = await first_answer(key.earlier) if key.earlier else None
    if first is not None:
        return told(first, programme, year, 201)
    try:
        answer = await as_first(
            request, key, lambda: app.counter.submit(programme, year, form, [key.cause], who), first_answer
        )
    except Unfit as faults:
        raise unfit(faults) from None
    return told(answer, programme, year, 200 if answer.repeated else 201)


@router.put(OF_SECONDMENT + "/{application_id}", dependencies=owned(SENDS_SECONDMENT), **SECONDMENT)
async def amend_secondment(
    request: Request,
    app: App,
    fiscal_year: Year,
    application_id: ApplicationId,
    form: SecondmentApplication,
    key: Keyed,
) -> JSONResponse:
    """A newer form until the deadline (S-IN-6); the last one counts."""
    return await _amend(request, app, "secondment", fiscal_year, application_id, form, key)


@router.put(OF_SUPPORT + "/{application_id}", dependencies=owned(SENDS_SUPPORT), **SUPPORT)
async def amend_support(
    request: Request, app: App, fiscal_year: Year, application_id: ApplicationId, form: SupportApplication, key: Keyed
) -> JSONResponse:
    """Changed facts, reported promptly (C-IN-7)."""
    return await _amend(request, app, "support", fiscal_year, application_id, form, key)


async def _amend(
    request: Request, app: IntakeApp, programme: Programme, year: int, id: str, form: AnyForm, key: Asked
) -> JSONResponse:
    then = partial(app.counter.then, id)
    try:
        amend = partial(app.counter.amend, programme, year, id, form, [key.cause])
        answer = await (then(key.earlier) if key.earlier else as_first(request, key, amend, then))
    except Unfit as faults:
        raise unfit(faults) from None
    return told(answer, programme, year)


@router.post(
    "/{programme}/{fiscal_year}/applications/{application_id}/withdrawal",
    response_model=Receipt,
    dependencies=owned(forms_applicants_or_officers),
)
async def withdraw(
    request: Request,
    app: App,
    programme: Programme,
    fiscal_year: Year,
    application_id: ApplicationId,
    key: MaybeKeyed,
    withdrawal: Withdrawal | None = None,
) -> JSONResponse:
    """Give the application up (S-IN-6, C-IN-5); again changes nothing. An officer may assume it (C-IN-6)."""
    asked = withdrawal or _unsaid()
    if asked.assumed and (asked.by == APPLICANT.by):
        ja = "連絡がないことによる辞退の確認は、担当者が理由を付けて行ってください。"
        raise Refused("C-IN-6", ja, "Silence is taken as withdrawal by an officer, with a reason.", pointer="/by")
    said, causes = Said(asked.by, asked.reason, asked.seen_version), [key.cause] if key else []
    act = partial(
        app.counter.withdraw, programme, fiscal_year, application_id, said, assumed=asked.assumed, causes=causes
    )
    then = partial(app.counter.then, application_id)
    if key is not None and key.earlier is not None:
        answer = await then(key.earlier)
    else:
        answer = await (as_first(request, key, act, then) if key else act())
    return told(answer, programme, fiscal_year)


@router.post(
    "/secondment/{fiscal_year}/applications/{application_id}/secondee",
    dependencies=owned(SENDS_SECONDMENT),
    openapi_extra={"x-clause": "S-LI-1"},
)
async def name_secondee(
    app: App, fiscal_year: Year, application_id: ApplicationId, form: SecondeeForm, cause: Once
) -> Done:
    """The sender names the person for one secondment of its form (S-LI-1)."""
    try:
        application = await app.naming.name_secondee(fiscal_year, application_id, form, [cause] if cause else [])
    except Unfit as faults:
        raise unfit(faults) from None
    return Done(id=application.id, version=application.version)


@router.get("/{programme}/{fiscal_year}/applications/{application_id}", dependencies=owned(applicants_or_officers))
async def state(app: App, programme: Programme, fiscal_year: Year, application_id: ApplicationId) -> dict[str, Any]:
    """The application as it is now, after its last commit."""
    return await app.queries.state(await app.counter.case(programme, fiscal_year, application_id))


@router.get("/{programme}/{fiscal_year}/reception", dependencies=[Depends(anybody_known)])
async def reception(app: App, programme: Programme, fiscal_year: Year) -> dict[str, Any]:
    """Whether forms are taken, until when, and how many places are left (C-IN-3)."""
    return await app.queries.reception(programme, fiscal_year)
