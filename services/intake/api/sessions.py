"""The online form's session over HTTP (C-IN-2). Every answer says how long is left, by the server's clock."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, ConfigDict

from kernel.access import Asking, forms_or_applicants
from kernel.faults import fault
from services.intake.api.common import App, SessionId, Year
from services.intake.api.owning import of_their_own_session, who
from services.intake.app.sessions import Shown

router = APIRouter(
    prefix="/v1/support/{fiscal_year}/sessions",
    tags=["applications"],
    dependencies=[Depends(forms_or_applicants.of("support"))],
)
MOST, BYTES_MOST = 200, 300_000
"""Fields of a form, and bytes of them; nobody types more."""


def _bounded(content: dict[str, Any]) -> dict[str, Any]:
    try:
        written = json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a character: it can be kept nowhere
        ja = "文字として読めない符号が含まれています。入力し直してください。"
        raise fault("C-IN-2", ja, "It holds half of a character. Type it again.") from None
    if len(written) > BYTES_MOST or len(content) > MOST:
        ja = "入力内容が大きすぎます。申込フォームの項目だけをお送りください。"
        raise fault("C-IN-2", ja, "That is more than the form has. Send the form's own fields.")
    return content


OWN: dict[str, Any] = {
    "dependencies": [Depends(of_their_own_session)], "openapi_extra": {"x-clause": "C-IN-2"},
}  # fmt: skip


class Typed(BaseModel):
    """What stands in the form, checked only when it is sent."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    content: Annotated[dict[str, Any], AfterValidator(_bounded)]


class Session(BaseModel):
    """A session now. ``warning``: less than the policy's minutes are left; ``seconds_left`` is 0 for a void one."""

    id: str
    state: str
    expires_at: datetime
    seconds_left: int
    warning: bool
    has_draft: bool
    typed: dict[str, Any] | None = None
    draft: dict[str, Any] | None = None


@router.post("", status_code=201, openapi_extra={"x-clause": "C-IN-2"})
async def open_session(app: App, caller: Asking, fiscal_year: Year) -> Session:
    """Open the form: the time begins. The session is the caller's own."""
    return _said(await app.sessions.open(fiscal_year, who(caller)))


@router.get("/{session_id}", **OWN)
async def read_session(app: App, fiscal_year: Year, session_id: SessionId) -> Session:
    """What stands in the form and how long is left; of a void one only the draft."""
    return _said(await app.sessions.read(session_id))


@router.put("/{session_id}", **OWN)
async def confirm(app: App, fiscal_year: Year, session_id: SessionId, body: Typed) -> Session:
    """Confirm what was typed so far (確認): the time runs anew."""
    return _said(await app.sessions.confirm(session_id, body.content))


@router.put("/{session_id}/draft", **OWN)
async def save_draft(app: App, fiscal_year: Year, session_id: SessionId, body: Typed) -> Session:
    """Save a draft on purpose: it stays when the form is void."""
    return _said(await app.sessions.save_draft(session_id, body.content))


@router.post("/{session_id}/resumption", **OWN)
async def resume(app: App, fiscal_year: Year, session_id: SessionId) -> Session:
    """Go on from the draft: the time runs anew."""
    return _said(await app.sessions.resume(session_id))


def _said(shown: Shown) -> Session:
    session, alive = shown.session, shown.session.alive(shown.at)
    left = int((session.lasting.expires_at - shown.at).total_seconds()) if alive else 0
    return Session(
        id=session.id,
        state="void" if session.state == "open" and not alive else session.state,
        expires_at=session.lasting.expires_at,
        seconds_left=left,
        warning=alive and shown.at >= session.lasting.warn_at,
        has_draft=session.draft is not None,
        typed=shown.typed,
        draft=shown.draft,
    )
