"""HTTP that answers clearly: problems of RFC 9457 that list every fault at once, and commands that act once.

A problem's ``errors`` say where (JSON pointer), which clause, and what would be right, in Japanese and English. Values
that were sent are never repeated.
"""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from kernel.log import AlreadyHandled, Cause
from kernel.phrases import phrase
from kernel.refusals import Refused
from kernel.repository import Repository

PROBLEM = "application/problem+json"


class Said(BaseModel):
    """Who says something, and why (G-6): enough for what opens something new, or holds whatever the case has become."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    by: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9-]+$", description="担当者ID")]
    reason: Annotated[str, Field(min_length=1, max_length=2000, description="理由")]


class Command(Said):
    """An officer's command on what is there already: who, why, and the version of it that was seen (G-6)."""

    seen_version: Annotated[int, Field(ge=1, description="確認した案件の版")]


class FirstCommand(Command):
    """A command that may be the first word on something; what nothing was recorded of yet reads as version 0."""

    seen_version: Annotated[int, Field(ge=0, description="確認した案件の版（まだ記録がないときは0）")]


class Done(BaseModel):
    """What a command's answer says: the aggregate and its version now."""

    id: str
    version: int


def problem(
    status: int, ja: str, en: str, *, errors: list[dict[str, str]] | None = None, instance: str | None = None
) -> JSONResponse:
    """A problem document."""
    body: dict[str, Any] = {"type": "about:blank", "title": en, "title_ja": ja, "status": status}
    if instance:
        body["instance"] = instance
    body["errors"] = errors or []
    return JSONResponse(body, status, media_type=PROBLEM)


async def once(request: Request, idempotency_key: Annotated[str | None, Header(max_length=200)] = None) -> Cause | None:
    """Dependency: the request as a cause, if it bears an Idempotency-Key. Raises `AlreadyHandled` for a repetition."""
    if idempotency_key is None:
        return None
    digest = hashlib.sha256(await request.body()).hexdigest()
    cause = Cause(f"http {request.method} {request.url.path}", idempotency_key, digest)
    repository: Repository = request.app.state.kernel.repository
    earlier = await repository.handled(cause)
    if earlier is not None:
        request.state.cause = cause
        raise AlreadyHandled(earlier)
    request.state.cause = cause
    return cause


def same_request(request: Request, repeated: AlreadyHandled) -> bool:
    """Whether the earlier request under this key had the same body."""
    cause: Cause = request.state.cause
    earlier = repeated.earlier
    return earlier is not None and any(
        c.consumer == cause.consumer and c.message == cause.message and c.digest == cause.digest
        for c in earlier.commit.causes
    )


OTHER_BODY = (
    "同じ Idempotency-Key で別の内容が送られました。新しい内容には新しいキーを付けてください。",
    "This Idempotency-Key was used with another body. Use a new key for new content.",
)


async def _repeated(request: Request, repeated: Exception) -> JSONResponse:
    assert isinstance(repeated, AlreadyHandled)
    if repeated.earlier is None or not same_request(request, repeated):
        return problem(422, *OTHER_BODY)
    events = repeated.earlier.commit.events
    last = {event.stream: event.version for event in events if event.stream == events[0].stream}
    return JSONResponse({"id": events[0].stream, "version": last[events[0].stream]} if events else {})


async def _refused(request: Request, refused: Exception) -> JSONResponse:
    assert isinstance(refused, Refused)
    error = {"pointer": refused.pointer or "", "clause": refused.clause, "ja": refused.ja, "en": refused.en}
    return problem(refused.status, refused.ja, refused.en, errors=[error])


async def _invalid(request: Request, invalid: Exception) -> JSONResponse:
    assert isinstance(invalid, RequestValidationError)
    route = request.scope.get("route")
    clause = (getattr(route, "openapi_extra", None) or {}).get("x-clause", "G-8")
    errors = [_error(error, clause) for error in invalid.errors()]
    return problem(
        422, f"入力に{len(errors)}件の誤りがあります。", f"The request has {len(errors)} fault(s).", errors=errors
    )


def _error(error: dict[str, Any], clause: str) -> dict[str, str]:
    pointer = "".join(f"/{_step(part)}" for part in error["loc"][1:])
    context = error.get("ctx") or {}
    if error["type"] == "rule":
        said = context["clause"] or clause
        return {"pointer": pointer, "clause": said, "ja": context["ja"], "en": context["en"]}
    ja, en = phrase(error["type"], context)
    return {"pointer": pointer, "clause": clause, "ja": ja, "en": en}


def _step(part: object) -> str:
    """A step of a JSON pointer. What is no field's name (an unknown key may hold anything) is not repeated."""
    text = str(part)
    return text if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", text) else "?"


def install(app: FastAPI) -> None:
    """Teach the application to answer with problems."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(AlreadyHandled, _repeated)
    app.add_exception_handler(RequestValidationError, _invalid)
