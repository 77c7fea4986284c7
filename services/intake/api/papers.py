"""Papers over HTTP: raw bytes with their digest (RFC 9530), or an officer's word that an original came by post.

What a consent's PDF may hold is run nowhere on our side: officers get it as a file, never as a page (C-IN-1).
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, StrictInt

from kernel.access import Officer, forms_or_applicants, officers
from kernel.http import Command, Done
from kernel.refusals import Refused
from kernel.speaking import by_in_query
from schemas.forms import PaperForm
from schemas.plain import Code, Day, Number
from schemas.values import ConsentFault, Programme
from services.intake.api.applications import Once
from services.intake.api.common import App, ApplicationId, Asked, Keyed, Year, as_first, place, refusal
from services.intake.api.owning import owned
from services.intake.app import IntakeApp
from services.intake.app.papers import Bytes, PaperAnswer
from services.intake.app.said import Said
from services.intake.policy.papers import CONSENT

router = APIRouter(prefix="/v1", tags=["papers"])
SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):")
MEDIA = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}")
PAPER = {"x-clause": "S-SC-9"}
BYTES = {
    "requestBody": {"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
}


FURTHER = (
    "同意書は既に届いているため、追加の書類としてお預かりしました。申込日は変わりません。差替えが必要な場合は事務局にご連絡ください。",
    "A consent form stands already; this one is kept as a further paper and the date of the application stays. To have"
    " it replaced, contact the office.",
)
NEVER_A_PAGE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
OF_SECONDMENT = "/secondment/{fiscal_year}/applications/{application_id}"
OF_SUPPORT = "/support/{fiscal_year}/applications/{application_id}"
OF_OFFICERS = [Depends(officers.of("support"))]
PaperId = Annotated[str, Path(pattern=r"^(paper-[0-9a-f]{32}|consent-support-[0-9]{4}-[0-9]{13})$")]


class PaperReceipt(BaseModel):
    """What is told of a paper; ``note_ja`` and ``note_en`` where there is more to be said."""

    paper_id: str
    application_id: str
    status: str
    version: int
    note_ja: str | None = None
    note_en: str | None = None


class OriginalArrived(Command):
    """An original that came by post on ``arrived_on`` (必着: the day of arrival counts, G-1)."""

    kind: Code
    request: Annotated[StrictInt | None, Field(ge=1, le=20)] = None
    arrived_on: Day


Digest = Annotated[str, Header(max_length=500)]


class ConsentReturn(Command):
    """An officer finds the consent form unfit: on which ground (C-IN-1)."""

    ground: ConsentFault


@router.post(
    f"{OF_SECONDMENT}/papers",
    status_code=201,
    response_model=PaperReceipt,
    dependencies=owned(forms_or_applicants.of("secondment")),
    openapi_extra={**PAPER, **BYTES},
)
async def send_of_secondment(
    request: Request,
    app: App,
    fiscal_year: Year,
    application_id: ApplicationId,
    kind: Code,
    key: Keyed,
    content_digest: Digest,
    of: Annotated[int | None, Query(alias="request", ge=1, le=20)] = None,
) -> JSONResponse:
    """A paper as data: the body is the file. ``kind`` and ``request`` (which secondment) are in the query."""
    form = PaperForm(kind=kind, form="data", request=of)
    return await _send(request, app, "secondment", fiscal_year, application_id, form, key, content_digest)


@router.post(
    f"{OF_SUPPORT}/papers",
    status_code=201,
    response_model=PaperReceipt,
    dependencies=owned(forms_or_applicants.of("support")),
    openapi_extra={"x-clause": "C-IN-1", **BYTES},
)
async def send_of_support(
    request: Request, app: App, fiscal_year: Year, application_id: ApplicationId, kind: Code, key: Keyed,
    content_digest: Digest,
) -> JSONResponse:  # fmt: skip
    """The consent form, the second half of an application (C-IN-1): the body is the PDF."""
    form = PaperForm(kind=kind, form="data")
    return await _send(request, app, "support", fiscal_year, application_id, form, key, content_digest)


async def _send(
    request: Request, app: IntakeApp, programme: Programme, year: int, id: str, form: PaperForm, key: Asked, digest: str
) -> JSONResponse:
    answer = await app.papers.then(key.earlier) if key.earlier else None
    if answer is None:
        data = await _bytes(request, digest, may_be_empty=form.kind == CONSENT)
        receive = partial(app.papers.receive, programme, year, id, form, data, causes=[key.cause])
        answer = await as_first(request, key, receive, app.papers.then)
    return _told(answer, programme, year)


@router.get(f"{OF_SUPPORT}/papers", dependencies=OF_OFFICERS, openapi_extra={"x-clause": "C-IN-1"})
async def papers(
    app: App, fiscal_year: Year, application_id: ApplicationId, x_officer: Officer = None
) -> dict[str, Any]:
    """An application's papers, for officers: which stands, which was returned, what in them is active (``flags``)."""
    return await app.returning.papers(await app.counter.opened("support", fiscal_year, application_id, x_officer))


@router.get(
    f"{OF_SUPPORT}/papers/{{paper_id}}",
    response_class=Response,
    dependencies=OF_OFFICERS,
    openapi_extra={"x-clause": "C-IN-1"},
)
async def paper_content(
    app: App, fiscal_year: Year, application_id: ApplicationId, paper_id: PaperId, x_officer: Officer = None
) -> Response:
    """A consent form as it came, for an officer's look; a file to be saved, that no browser shows as a page of ours."""
    application = await app.counter.opened("support", fiscal_year, application_id, x_officer)
    content = await app.returning.content(application, paper_id)
    headers = {"Content-Disposition": f'attachment; filename="{paper_id}.pdf"', **NEVER_A_PAGE}
    return Response(content, media_type="application/pdf", headers=headers)


@router.post(f"{OF_SUPPORT}/consent-return", dependencies=OF_OFFICERS, openapi_extra={"x-clause": "C-IN-1"})
async def return_consent(
    app: App, fiscal_year: Year, application_id: ApplicationId, command: ConsentReturn, cause: Once
) -> Done:
    """An officer finds the consent form unfit: the application awaits a new one (C-IN-1)."""
    said, causes = Said(command.by, command.reason, command.seen_version), [cause] if cause else []
    application = await app.returning.return_consent(fiscal_year, application_id, command.ground, said, causes)
    return Done(id=application.id, version=application.version)


@router.post(
    "/{programme}/{fiscal_year}/applications/{application_id}/originals",
    dependencies=[Depends(officers)],
    openapi_extra=PAPER,
)
async def original(
    app: App,
    programme: Programme,
    fiscal_year: Year,
    application_id: ApplicationId,
    command: OriginalArrived,
    cause: Once,
) -> Done:
    """An officer records that an original came by post (S-SC-9)."""
    answer = await app.papers.receive(
        programme,
        fiscal_year,
        application_id,
        PaperForm(kind=command.kind, form="original", request=command.request),
        None,
        Said(command.by, command.reason, command.seen_version),
        arrived_on=command.arrived_on,
        causes=[cause] if cause else [],
    )
    return Done(id=answer.application_id, version=answer.version)


@router.post(
    "/support/{fiscal_year}/consents",
    status_code=201,
    response_model=PaperReceipt,
    dependencies=OF_OFFICERS,
    openapi_extra={"x-clause": "C-IN-1", **BYTES},
)
async def consent(
    request: Request,
    app: App,
    fiscal_year: Year,
    corporate_number: Number,
    by: Annotated[str, Depends(by_in_query)],
    key: Keyed,
    content_digest: Digest,
) -> JSONResponse:
    """A consent form that came by mail, known by its company's number; before or after the registration (C-IN-1)."""
    answer = await app.papers.then(key.earlier) if key.earlier else None
    if answer is None:
        data = await _bytes(request, content_digest, may_be_empty=True)
        receive = partial(app.consents.receive, fiscal_year, corporate_number, data, by=by, causes=[key.cause])
        answer = await as_first(request, key, receive, app.papers.then)
    return _told(answer, "support", fiscal_year)


def _told(answer: PaperAnswer, programme: Programme, fiscal_year: int) -> JSONResponse:
    where = place(programme, fiscal_year, answer.application_id)
    if answer.decision is not None:
        return refusal(answer.decision, where)
    receipt = PaperReceipt(
        paper_id=answer.paper_id,
        application_id=answer.application_id,
        status=answer.status,
        version=answer.version,
        note_ja=FURTHER[0] if answer.further else None,
        note_en=FURTHER[1] if answer.further else None,
    )
    return JSONResponse(receipt.model_dump(), 201, headers={"Location": where} if answer.application_id else None)


async def _bytes(request: Request, digest: str, *, may_be_empty: bool) -> Bytes:
    """The body, if it is what its digest says. Raises Refused; that nothing was sent is left to a consent's rule."""
    raw = await request.body()
    found = SHA256.search(digest)
    if found is None or not (raw or may_be_empty) or base64.b64decode(found[1]) != hashlib.sha256(raw).digest():
        raise Mismatch(
            "G-8",
            "ファイルの内容が Content-Digest（sha-256）と一致しません。もう一度送ってください。",
            "The bytes are not those of Content-Digest (sha-256=:base64:). Send them again.",
            pointer="/content-digest",
        )
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Bytes(raw, media if MEDIA.fullmatch(media) else "application/octet-stream")


class Mismatch(Refused):
    """The bytes are not those that the digest speaks of."""

    status = 422
