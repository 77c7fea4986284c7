"""What intake's endpoints share: keyed requests, answers to forms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from kernel.http import Key, MaybeKey, digested, keyed, same_request
from kernel.log import AlreadyHandled, Cause, CommitAt
from kernel.problems import problem
from kernel.refusals import Refused
from kernel.repository import Repository
from kernel.run import application_of
from schemas.values import Decision, Programme
from services.intake.app import IntakeApp
from services.intake.app.answers import Answer
from services.intake.app.arriving import Unfit
from services.intake.domain.reception import full
from services.intake.policy.counter import c_in_3_reopens

T = TypeVar("T")
App = Annotated[IntakeApp, Depends(application_of)]
Year = Annotated[int, Path(ge=2000, le=2199, description="年度 (fiscal year)")]
SESSION = r"^session-[0-9a-f]{32}$"
SessionId = Annotated[str, Path(pattern=SESSION)]
ApplicationId = Annotated[str, Path(pattern=r"^app-[0-9a-f]{32}$")]


class Receipt(BaseModel):
    """What the sender of a form is told: its id, receipt number (受付番号) and state."""

    id: str
    receipt_number: str | None
    status: str
    revision: int
    version: int


@dataclass(frozen=True)
class Asked:
    """A keyed request: the cause that it is, and the commit that it led to if it came before."""

    cause: Cause
    earlier: CommitAt | None


async def asked(request: Request, idempotency_key: Key) -> Asked:
    """Dependency: the request under its required Idempotency-Key. Raises `AlreadyHandled` for another body."""
    return await _asked(request, idempotency_key, await digested(request, request.url.query))


async def maybe_asked(request: Request, idempotency_key: MaybeKey = None) -> Asked | None:
    """Dependency: the request under its Idempotency-Key, if it bears one. Raises `AlreadyHandled` for another body."""
    if idempotency_key is None:
        return None
    return await _asked(request, idempotency_key, await digested(request))


async def _asked(request: Request, idempotency_key: str, digest: str) -> Asked:
    cause = keyed(request, idempotency_key, digest)
    request.state.cause = cause
    repository: Repository = request.app.state.kernel.repository
    earlier = await repository.handled(cause)
    if earlier is not None and not same_request(request, AlreadyHandled(earlier)):
        raise AlreadyHandled(earlier)
    return Asked(cause, earlier)


Keyed = Annotated[Asked, Depends(asked)]
MaybeKeyed = Annotated[Asked | None, Depends(maybe_asked)]


async def as_first(
    request: Request, key: Asked, act: Callable[[], Awaitable[T]], read: Callable[[CommitAt], Awaitable[T | None]]
) -> T:
    """What a request leads to; where its twin, sent at the same time, was quicker: what that led to, as `read` has it.

    The twin shows as its commit, or in that there is nothing left to do: then the request is refused, but not its key.
    """
    try:
        return await act()
    except AlreadyHandled as repeated:
        earlier = await read(same(request, repeated))
        assert earlier is not None
        return earlier
    except Refused:
        repository: Repository = request.app.state.kernel.repository
        twin = await repository.handled(key.cause)
        earlier = await read(same(request, AlreadyHandled(twin))) if twin is not None else None
        if earlier is None:
            raise
        return earlier


def same(request: Request, repeated: AlreadyHandled) -> CommitAt:
    """The commit of a request that came twice at once. Raises it again where the bodies differ."""
    if repeated.earlier is None or not same_request(request, repeated):
        raise repeated
    return repeated.earlier


def place(programme: Programme, fiscal_year: int, application_id: str) -> str:
    """Where an application is read."""
    return f"/v1/{programme}/{fiscal_year}/applications/{application_id}"


def told(answer: Answer, programme: Programme, fiscal_year: int, status: int = 200) -> JSONResponse:
    """The answer to a form; a problem that names the clause where it was refused."""
    where = place(programme, fiscal_year, answer.application_id)
    if answer.decision is not None:
        return refusal(answer.decision, where)
    receipt = Receipt(
        id=answer.application_id,
        receipt_number=answer.receipt_number,
        status=answer.status,
        revision=answer.revision,
        version=answer.version,
    )
    return JSONResponse(receipt.model_dump(), status, headers={"Location": where})


LATE = (
    "締切後に届いたため、受け付けられませんでした。事情がある場合は、この申込番号を添えて人事課にご相談ください。",
    "The form came after the deadline and was not taken. HR may still admit it: ask, giving this application's id.",
)


def refusal(decision: Decision, where: str) -> JSONResponse:
    """A form that was kept but not taken: late (S-IN-1), or one too many (C-IN-3)."""
    told = full(reopens=c_in_3_reopens(decision)) if decision.clause == "C-IN-3" else None
    ja, en = (told.ja, told.en) if told else LATE
    errors = [{"pointer": "", "clause": decision.clause, "ja": ja, "en": en}]
    return problem(409, ja, en, errors=errors, instance=where)


def unfit(faults: Unfit) -> RequestValidationError:
    """Every fault that the edition found, as HTTP's."""
    said = [
        {"type": "rule", "loc": ("body", *each.place), "ctx": {"clause": each.clause, "ja": each.ja, "en": each.en}}
        for each in faults.faults
    ]
    return RequestValidationError(said)
