"""What applicants and portals may reach at the counter, and no sign of whether there is more.

An applicant reaches its own applications, by whatever way they came; a portal of forms those that it brought itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from fastapi import Depends, params

from kernel.access import Admits, Asking, Caller
from kernel.denials import Forbidden
from kernel.refusals import NotFound
from services.intake.api.common import App, ApplicationId, SessionId
from services.intake.app import IntakeApp
from services.intake.domain import Application

NOT_BEFORE = 0.2
"""Seconds after which it is heard that there is no such application: longer than it takes to look at one, so
that the time tells nothing of whether another has it."""


def owned(admits: Admits) -> Sequence[params.Depends]:
    """Dependencies of a route on one application: who may come, and whose it must be of applicants and portals."""
    return [Depends(admits), Depends(of_their_own)]


async def of_their_own(app: App, caller: Asking, application_id: ApplicationId) -> None:
    """Guard. Another's application is answered as one that does not exist: by the same words, after the same time."""
    if not caller.proved or caller.kind not in ("applicant", "form"):
        return
    begun = time.monotonic()
    application = await app.counter.known(application_id)
    if application is None or not _its(app, caller, application):
        await asyncio.sleep(max(0.0, NOT_BEFORE - (time.monotonic() - begun)))
        raise NotFound("application", "申込")


def _its(app: IntakeApp, caller: Caller, application: Application) -> bool:
    if caller.kind == "applicant":
        return caller.owns(application.id, application.party.corporate_number)
    return app.counter.is_brought_by(application, whose(caller))


def whose(caller: Caller) -> str:
    """As whom a caller who is known sends: a company's people are one."""
    return f"{caller.kind} {caller.corporate_number or caller.id}"


def who(caller: Caller) -> str | None:
    """The same of anybody; None where nobody is proved."""
    return whose(caller) if caller.proved else None


async def of_their_own_session(app: App, caller: Asking, session_id: SessionId) -> None:
    """Guard: what somebody has typed so far is shown to nobody else, though they know the session's id."""
    await app.sessions.must_be_of(session_id, who(caller))


def for_themselves(caller: Asking, corporate_number: str | None) -> None:
    """Guard of new forms: an applicant sends those of its own organisation. Raises `Forbidden`."""
    if caller.proved and caller.kind == "applicant" and not caller.owns("", corporate_number):
        raise Forbidden(
            "G-6",
            "サインインしている法人と、申込書の法人番号が一致しません。本人の法人番号で申し込んでください。",
            "The form is of another organisation than the one that signed in. Apply under your own corporate number.",
            pointer="/party/corporate_number",
        )
