"""Notify over HTTP: letters and what is planned, for officers; a failed letter is sent again at their word."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from kernel.access import Asking, officers
from kernel.http import Command, Done, once
from kernel.log import Cause
from kernel.projections import Document
from kernel.run import application_of
from schemas.values import Programme
from services.notify.app import NotifyApp
from services.notify.domain.letter import Letter

App = Annotated[NotifyApp, Depends(application_of)]
Once = Annotated[Cause | None, Depends(once)]
Page = Annotated[int, Query(ge=1, le=100_000)]
Id = Annotated[str | None, Query(max_length=200)]
Size = Annotated[int, Query(ge=1, le=500)]


async def of_their_programme(request: Request, app: App, caller: Asking) -> None:
    """Guard: an officer deals with letters of the programmes that the token names."""
    id = request.path_params.get("letter_id") if caller.programmes is not None else None
    found = await app.kernel.repository.find(Letter, id) if id is not None else None
    caller.must_be_of(found.case.programme if found is not None else None)


router = APIRouter(prefix="/v1", tags=["notify"], dependencies=[Depends(officers), Depends(of_their_programme)])


@router.get("/letters")
async def letters(
    app: App,
    caller: Asking,
    status: Literal["waiting", "composed", "sent", "failed", "withheld"] | None = None,
    given_up: bool | None = None,
    programme: Programme | None = None,
    application_id: Id = None,
    code: Id = None,
    sort: Literal["composed_at", "-composed_at", "sent_at", "-sent_at", "_id"] = "composed_at",
    page: Page = 1,
    size: Size = 50,
) -> dict[str, Any]:
    """Letters. ``composed``: waiting to be sent; ``given_up=true``: failed and not tried any more by itself."""
    asked = {
        "status": status,
        "given_up": given_up,
        "programme": programme,
        "application_id": application_id,
        "code": code,
    }
    where = caller.within({name: value for name, value in asked.items() if value is not None})
    found, total = await app.kernel.views.page("letters", where, sort=sort, page=page, size=size)
    sealed = ("title", "organisation")
    tokens = [document[name] for document in found for name in sealed if name in document]
    opened = iter(await app.kernel.vault.shown_tokens(tokens))
    items = [_shown(d) | {name: next(opened) for name in sealed if name in d} for d in found]
    return {"items": items, "total": total, "page": page}


@router.get("/letters/{letter_id}")
async def letter(app: App, letter_id: str) -> dict[str, Any]:
    """A letter with its text."""
    return await app.shown(letter_id)


@router.get("/letters/{letter_id}/enclosure", response_class=Response)
async def enclosure(app: App, letter_id: str) -> Response:
    """The PDF that goes with a letter, as it was and is sent."""
    name, content = await app.enclosure(letter_id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/planned-letters")
async def planned(
    app: App, caller: Asking, application_id: Id = None, page: Page = 1, size: Size = 50
) -> dict[str, Any]:
    """What is planned for each case, the next due first."""
    where: dict[str, Any] = {"next": {"$ne": None}}
    if application_id is not None:
        where["application_id"] = application_id
    found, total = await app.kernel.views.page("planned", caller.within(where), sort="next", page=page, size=size)
    return {"items": [_shown(document) for document in found], "total": total, "page": page}


@router.post("/letters/{letter_id}/retry", openapi_extra={"x-clause": "S-NO-2"})
async def retry(app: App, letter_id: str, command: Command, cause: Once) -> Done:
    """Send a failed letter again, to the address that is known now."""
    again = await app.retry(
        letter_id,
        by=command.by,
        reason=command.reason,
        seen_version=command.seen_version,
        causes=[cause] if cause else [],
    )
    return Done(id=again.id, version=again.version)


class Bounce(Command):
    """A letter came back: ``mail_status`` is the code in the mail server's notice, such as 5.1.1 (RFC 3463)."""

    mail_status: Annotated[str, Field(pattern=r"^[45]\.\d{1,3}\.\d{1,3}$")]


@router.post("/letters/{letter_id}/bounce", openapi_extra={"x-clause": "S-NO-2"})
async def bounce(app: App, letter_id: str, command: Bounce, cause: Once) -> Done:
    """Record that a letter came back. Correct the address at the counter, then send it again with ``retry``."""
    letter = await app.bounced(
        letter_id,
        command.mail_status,
        by=command.by,
        reason=command.reason,
        seen_version=command.seen_version,
        causes=[cause] if cause else [],
    )
    return Done(id=letter.id, version=letter.version)


def _shown(document: Document) -> dict[str, Any]:
    return {"id": document["_id"]} | {name: value for name, value in document.items() if not name.startswith("_")}
