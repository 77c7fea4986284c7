"""HTTP that answers clearly: problems of RFC 9457 that list every fault at once, and commands that act once.

A problem's ``errors`` say where (JSON pointer), which clause, and what would be right, in Japanese and English. Values
that were sent are never repeated.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictInt
from starlette.exceptions import HTTPException

from kernel.access import Caller, Gate
from kernel.edge import Edge, is_json
from kernel.log import AlreadyHandled, Cause, CommitAt
from kernel.openapi import describe
from kernel.outages import StorageAway
from kernel.phrases import phrase
from kernel.problems import problem
from kernel.refusals import Refused
from kernel.repository import Repository, about
from kernel.slow import Timely, TooSlow, slow_answer
from kernel.speaking import By
from kernel.texts import Note

VERSION_MOST = 10**9
SENDER = 32
"""Characters of the hash of who sent a request."""
PRINTABLE = r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$"
Key = Annotated[str, Header(min_length=1, max_length=200, pattern=PRINTABLE)]
"""An Idempotency-Key that is required: printable ASCII."""
MaybeKey = Annotated[str | None, Header(min_length=1, max_length=200, pattern=PRINTABLE)]


class Said(BaseModel):
    """Who says something, and why (G-6): enough for what opens something new, or holds whatever the case has become."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    by: By
    reason: Annotated[Note, Field(description="理由")]


class Command(Said):
    """An officer's command on what is there already: who, why, and the version of it that was seen (G-6)."""

    seen_version: Annotated[StrictInt, Field(ge=1, le=VERSION_MOST, description="確認した案件の版")]


class FirstCommand(Command):
    """A command that may be the first word on something; what nothing was recorded of yet reads as version 0."""

    seen_version: Annotated[
        StrictInt, Field(ge=0, le=VERSION_MOST, description="確認した案件の版（まだ記録がないときは0）")
    ]


class Done(BaseModel):
    """What a command's answer says: the aggregate and its version now."""

    id: str
    version: int


class Noted(BaseModel):
    """The answer to a command that no other follows: whose versions are nothing to, or nothing for, who gave it."""

    id: str


async def once(request: Request, idempotency_key: MaybeKey = None) -> Cause | None:
    """Dependency: the request as a cause, if it bears an Idempotency-Key. Raises `AlreadyHandled` for a repetition."""
    if idempotency_key is None:
        return None
    cause = keyed(request, idempotency_key, await digested(request))
    repository: Repository = request.app.state.kernel.repository
    earlier = await repository.handled(cause)
    if earlier is not None:
        request.state.cause = cause
        raise AlreadyHandled(earlier)
    request.state.cause = request.state.once = cause
    return cause


def keyed(request: Request, key: str, digest: str) -> Cause:
    """The request as a cause. A key is its sender's own, where that is proved: two who count from 1 do not meet.

    The sender stands as a hash, for the log holds nothing personal.
    """
    caller: Caller = request.state.caller
    sender = hashlib.sha256(f"{caller.kind} {caller.id}".encode()).hexdigest()[:SENDER] if caller.proved else ""
    return Cause(f"http {request.method} {request.url.path}", f"{sender} {key}".lstrip(), digest)


async def digested(request: Request, query: str | None = None) -> str:
    """What a repetition must equal: the body, and the query where that counts."""
    head = f"{query}\n" if query is not None else ""
    return hashlib.sha256(head.encode() + await request.body()).hexdigest()


async def _twin(request: Request) -> CommitAt | None:
    """What the same request under its key, sent at the same time or sooner, has led to meanwhile.

    It was quicker, so this one finds nothing left to do, or the case changed since it was seen: that is no refusal.
    """
    cause: Cause | None = getattr(request.state, "once", None)
    if cause is None:
        return None
    repository: Repository = request.app.state.kernel.repository
    return await repository.handled(cause)


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
        ja, en = OTHER_BODY
        return problem(422, ja, en, errors=[{"pointer": "/idempotency-key", "clause": "G-8", "ja": ja, "en": en}])
    told = about(repeated.earlier.commit)
    if told is None:
        return JSONResponse({})
    noted = getattr(request.scope["route"], "response_model", None) is Noted  # a repetition is told no more
    return JSONResponse({"id": told[0]} if noted else {"id": told[0], "version": told[1]})


async def _refused(request: Request, refused: Exception) -> JSONResponse:
    assert isinstance(refused, Refused)
    try:
        twin = await _twin(request)
    except StorageAway as away:
        return await _away(request, away)
    if twin is not None:
        return await _repeated(request, AlreadyHandled(twin))
    error = {"pointer": refused.pointer or "", "clause": refused.clause, "ja": refused.ja, "en": refused.en}
    return problem(refused.status, refused.ja, refused.en, errors=[error], headers=refused.headers)


async def _invalid(request: Request, invalid: Exception) -> JSONResponse:
    assert isinstance(invalid, RequestValidationError)
    route = request.scope.get("route")
    clause = (getattr(route, "openapi_extra", None) or {}).get("x-clause", "G-8")
    found = _first(invalid.errors())
    if any(error["loc"] == ("body",) for error in found) and not is_json(request.headers.get("content-type", "")):
        return problem(415, *OTHER_TYPE)
    errors = [_error(error, clause) for error in found[:FAULTS_MOST]]
    return problem(
        422, f"入力に{len(found)}件の誤りがあります。", f"The request has {len(found)} fault(s).", errors=errors
    )


def _first(errors: Sequence[Any]) -> list[dict[str, Any]]:
    """Without what follows from other faults: an unfit item does not count, and its list may be too short for it."""
    return [error for error in errors if error["type"] != "too_short" or not _within(error["loc"], errors)]


def _within(place: tuple[Any, ...], errors: Sequence[Any]) -> bool:
    return any(len(error["loc"]) > len(place) and error["loc"][: len(place)] == place for error in errors)


FAULTS_MOST = 100
"""How many faults an answer lists: nobody reads more of them."""
OTHER_TYPE = (
    "本文は JSON で送り、Content-Type を application/json としてください。",
    "Send the body as JSON, with the Content-Type application/json.",
)
ANSWERS = {
    404: ("この宛先はありません。アドレスと番号をご確認ください。", "There is nothing at this address. Check it."),
    405: ("この宛先ではその操作はできません。", "This cannot be done at this address."),
}
UNREADABLE = (
    "本文を読み取れません。UTF-8 の JSON で送ってください。",
    "The body cannot be read. Send JSON in UTF-8.",
)
BROKEN = (
    "内部の誤りのため処理できませんでした。担当者にご連絡ください。",
    "Something is wrong on our side and the request was not handled. Please tell the office.",
)
AWAY = (
    "ただいま記録できません。しばらくしてから、同じ Idempotency-Key でもう一度お送りください。",
    "Nothing can be recorded just now. Send it again in a while, under the same Idempotency-Key.",
)


async def _unrouted(request: Request, refused: Exception) -> JSONResponse:
    """What the framework refuses by itself."""
    assert isinstance(refused, HTTPException)
    return problem(refused.status_code, *ANSWERS.get(refused.status_code, UNREADABLE), headers=refused.headers)


async def _broken(request: Request, broken: Exception) -> JSONResponse:
    return problem(500, *BROKEN)


async def _too_slow(request: Request, slow: Exception) -> JSONResponse:
    return slow_answer()


async def _away(request: Request, away: Exception) -> JSONResponse:
    return problem(503, *AWAY, headers={"Retry-After": "5"})


def _error(error: dict[str, Any], clause: str) -> dict[str, str]:
    place = () if error["type"] == "json_invalid" else error["loc"][1:]
    pointer = "".join(f"/{_step(part)}" for part in place)
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


BODY_WITHIN = 30.0


def install(app: FastAPI, gate: Gate, body_within: float = BODY_WITHIN) -> None:
    """Teach the application to answer with problems, put the edge before its routes and the gate before its callers.

    A body is waited for so many seconds.
    """
    app.state.gate = gate
    describe(app)
    app.add_middleware(Edge)
    app.add_middleware(Timely, seconds=body_within)  # the one added last comes first
    app.add_exception_handler(TooSlow, _too_slow)
    app.router.redirect_slashes = False
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(AlreadyHandled, _repeated)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _unrouted)
    app.add_exception_handler(StorageAway, _away)
    app.add_exception_handler(Exception, _broken)
