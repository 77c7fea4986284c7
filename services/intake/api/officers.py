"""Officers' work lists and commands over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from kernel import http
from kernel.access import Admits, Asking, Caller, Officer, officers, officers_of_any_service
from kernel.http import Command, Noted
from kernel.log import Cause
from schemas.forms import PartyForm
from schemas.values import Programme
from services.intake.api.applications import Once
from services.intake.api.common import App, ApplicationId, Receipt, Year, told
from services.intake.app import IntakeApp
from services.intake.app.said import Said
from services.intake.domain import refusals
from services.intake.programmes import of_subject

router = APIRouter(prefix="/v1", tags=["officers"])
Page = Annotated[int, Query(ge=1, le=100_000)]
Size = Annotated[int, Query(ge=1, le=500)]
Status = Literal["registered", "submitted", "no_wish", "refused", "withdrawn"]
READS, COMMANDS = [Depends(officers_of_any_service)], [Depends(officers)]
CONTACTS = [Depends(Admits("officer", roles=frozenset({"intake", "placement", "billing"})))]
"""Whom to write to: for those who deal with senders themselves."""
OF_SUPPORT = [Depends(officers.of("support"))]
ERASES = [Depends(Admits("officer", roles=frozenset({"erasure"})))]
"""Nothing undoes an erasure, so it has a role of its own."""
OrganisationId = Annotated[str, Field(pattern=r"^org-[0-9a-z.]{1,60}$")]
ReceiptNumber = Annotated[str, Query(pattern=r"^[SC][0-9]{4}-[0-9]{4,9}$")]
Sort = Literal["_id", "received_at", "-received_at", "receipt_number", "-receipt_number", "changed_at", "-changed_at"]


class Invitation(http.Said):
    """Organisations that are expected to answer (S-IN-2)."""

    organisations: Annotated[tuple[PartyForm, ...], Field(min_length=1, max_length=300)]


class Invited(BaseModel):
    """The invited organisations' ids, in the order given."""

    ids: list[str]


class ErasureCommand(http.Said):
    """Whose sealed fields are to become unreadable (G-7): an organisation's or a secondee's id."""

    subject: Annotated[str, Field(pattern=r"^(org-[0-9a-z.]{1,60}|secondee-[0-9a-z.-]{1,100})$")]


@router.get("/{programme}/{fiscal_year}/applications", dependencies=READS)
async def work_list(
    app: App,
    programme: Programme,
    fiscal_year: Year,
    status: Status | None = None,
    receipt_number: ReceiptNumber | None = None,
    organisation_id: Annotated[OrganisationId | None, Query()] = None,
    silent: bool | None = None,
    sort: Sort = "received_at",
    page: Page = 1,
    size: Size = 50,
    x_officer: Officer = None,
) -> dict[str, Any]:
    """The applications of a cycle. Each item's ``version`` is what a command says it saw.

    ``silent=true``: those whose silence an officer may take as withdrawal (C-IN-6), for officers without an interest.
    Papers and silence of a company are left out for one with an interest (C-SC-16).
    """
    if programme == "support" and x_officer is None:
        raise refusals.who_is_asking()
    only = {"status": status, "receipt_number": receipt_number, "organisation_id": organisation_id, "silent": silent}
    closed = await app.interests.closed_to(x_officer) if x_officer else set()
    return await app.queries.work_list(programme, fiscal_year, only, closed, sort=sort, page=page, size=size)


@router.get("/{programme}/{fiscal_year}/applications/{application_id}/versions", dependencies=COMMANDS)
async def versions(
    app: App, programme: Programme, fiscal_year: Year, application_id: ApplicationId, x_officer: Officer = None
) -> dict[str, Any]:
    """Every version of a form, all of which are kept (S-IN-6); what is sealed for others stays so.

    A company's are not for an officer with an interest (C-SC-16).
    """
    return await app.queries.versions(await app.counter.opened(programme, fiscal_year, application_id, x_officer))


@router.get("/support/{fiscal_year}/consents", dependencies=OF_SUPPORT, openapi_extra={"x-clause": "C-IN-1"})
async def waiting_consents(app: App, fiscal_year: Year, page: Page = 1, size: Size = 50) -> dict[str, Any]:
    """The consent forms that came by mail and wait for their company's online registration (C-IN-1).

    A registration that waits for its consent is on the list of applications with the status ``registered``.
    """
    return await app.queries.waiting_consents(fiscal_year, page=page, size=size)


@router.get("/{programme}/{fiscal_year}/unanswered", dependencies=CONTACTS)
async def unanswered(app: App, programme: Programme, fiscal_year: Year) -> dict[str, Any]:
    """Who was invited and has not answered yet (S-IN-2)."""
    return await app.queries.unanswered(programme, fiscal_year)


@router.post("/{programme}/{fiscal_year}/invitations", dependencies=COMMANDS, openapi_extra={"x-clause": "S-IN-2"})
async def invite(
    request: Request, app: App, programme: Programme, fiscal_year: Year, command: Invitation, cause: Once
) -> Invited:
    """Record who was sent the guide (S-IN-2)."""
    causes = causes_of(cause)
    return Invited(
        ids=await app.register.invite(programme, fiscal_year, command.organisations, by=command.by, causes=causes)
    )


@router.post(
    "/{programme}/{fiscal_year}/applications/{application_id}/late-admission",
    response_model=Receipt,
    dependencies=COMMANDS,
)
async def admit_late(
    app: App, programme: Programme, fiscal_year: Year, application_id: ApplicationId, command: Command, cause: Once
) -> JSONResponse:
    """HR admits a late form, with a reason (S-IN-1)."""
    answer = await app.counter.admit_late(programme, fiscal_year, application_id, said(command), causes_of(cause))
    return told(answer, programme, fiscal_year)


@router.post("/erasures", status_code=201, dependencies=ERASES, openapi_extra={"x-clause": "G-7"})
async def erase(app: App, caller: Asking, command: ErasureCommand, cause: Once) -> Noted:
    """Destroy a subject's key: nobody can read its sealed fields any more, anywhere (G-7)."""
    await must_be_of(app, caller, command.subject)
    erasure = await app.erasing.erase(command.subject, by=command.by, reason=command.reason, causes=causes_of(cause))
    return Noted(id=erasure.id)


async def must_be_of(app: IntakeApp, caller: Caller, subject: str) -> None:
    """Guard: whoever holds or erases deals with every programme that the subject has records in. Raises `Forbidden`."""
    if caller.programmes is not None:
        for programme in await of_subject(app, subject):
            caller.must_be_of(programme)


def said(command: Command) -> Said:
    return Said(command.by, command.reason, command.seen_version)


def causes_of(cause: Cause | None) -> Sequence[Cause]:
    return [cause] if cause else []
