"""Papers over HTTP: raw bytes with their digest (RFC 9530), or an officer's word that an original came by post."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StrictInt

from kernel.http import Command, Done
from kernel.log import AlreadyHandled
from kernel.refusals import Refused
from schemas.forms import PaperForm
from schemas.plain import Code, Day, Number
from schemas.values import Programme
from services.intake.api.applications import Once
from services.intake.api.common import App, ApplicationId, Keyed, Year, place, refusal, same
from services.intake.app.papers import Bytes, PaperAnswer, first_paper_answer
from services.intake.app.said import Said

router = APIRouter(prefix="/v1", tags=["papers"])
SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):")
MEDIA = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}")
PAPER = {"x-clause": "S-SC-9"}
BYTES = {
    "requestBody": {"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
}


class PaperReceipt(BaseModel):
    """What is told of a paper."""

    paper_id: str
    application_id: str
    status: str
    version: int


class OriginalArrived(Command):
    """An original that came by post on ``arrived_on`` (必着: the day of arrival counts, G-1)."""

    kind: Code
    request: Annotated[StrictInt | None, Field(ge=1, le=20)] = None
    arrived_on: Day


@router.post(
    "/{programme}/{fiscal_year}/applications/{application_id}/papers",
    status_code=201,
    response_model=PaperReceipt,
    openapi_extra={**PAPER, **BYTES},
)
async def send(
    request: Request,
    app: App,
    programme: Programme,
    fiscal_year: Year,
    application_id: ApplicationId,
    kind: Code,
    key: Keyed,
    content_digest: Annotated[str, Header(max_length=500)],
    of: Annotated[int | None, Query(alias="request", ge=1, le=20)] = None,
) -> JSONResponse:
    """A paper as data: the body is the file. ``kind`` and ``request`` (which secondment) are in the query."""
    answer = first_paper_answer(key.earlier) if key.earlier else None
    if answer is None:
        data = await _bytes(request, content_digest)
        try:
            form = PaperForm(kind=kind, form="data", request=of)
            answer = await app.papers.receive(programme, fiscal_year, application_id, form, data, causes=[key.cause])
        except AlreadyHandled as repeated:
            answer = first_paper_answer(same(request, repeated))
            assert answer is not None
    return _told(answer, programme, fiscal_year)


@router.post("/{programme}/{fiscal_year}/applications/{application_id}/originals", openapi_extra=PAPER)
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
    openapi_extra={"x-clause": "C-IN-1", **BYTES},
)
async def consent(
    request: Request,
    app: App,
    fiscal_year: Year,
    corporate_number: Number,
    by: Annotated[str, Query(min_length=1, max_length=64, pattern=r"^[a-z0-9-]+$")],
    key: Keyed,
    content_digest: Annotated[str, Header(max_length=500)],
) -> JSONResponse:
    """A consent form that came by mail, known by its company's number; before or after the registration (C-IN-1)."""
    answer = first_paper_answer(key.earlier) if key.earlier else None
    if answer is None:
        data = await _bytes(request, content_digest)
        try:
            answer = await app.consents.receive(fiscal_year, corporate_number, data, by=by, causes=[key.cause])
        except AlreadyHandled as repeated:
            answer = first_paper_answer(same(request, repeated))
            assert answer is not None
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
    )
    return JSONResponse(receipt.model_dump(), 201, headers={"Location": where} if answer.application_id else None)


async def _bytes(request: Request, digest: str) -> Bytes:
    """The body, if it is what its digest says. Raises Refused."""
    raw = await request.body()
    found = SHA256.search(digest)
    if found is None or not raw or base64.b64decode(found[1]) != hashlib.sha256(raw).digest():
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
