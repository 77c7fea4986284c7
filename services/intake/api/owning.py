"""What an applicant may reach at the counter: applications of its own, and no sign of whether there are others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from fastapi import Depends, params

from kernel.access import Admits, Asking, Caller
from kernel.denials import Forbidden
from kernel.refusals import NotFound
from services.intake.api.common import App, ApplicationId, SessionId

NOT_BEFORE = 0.2
"""Seconds after which an applicant hears that there is no such application: longer than it takes to look at one, so
that the time tells nothing of whether another has it."""


def owned(admits: Admits) -> Sequence[params.Depends]:
    """Dependencies of a route on one application: who may come, and of applicants only the one whose it is."""
    return [Depends(admits), Depends(of_their_own)]


async def of_their_own(app: App, caller: Asking, application_id: ApplicationId) -> None:
    """Guard. Another's application is answered as one that does not exist: by the same words, after the same time."""
    if not caller.proved or caller.kind != "applicant":
        return
    begun = time.monotonic()
    application = await app.counter.known(application_id)
    if application is None or not caller.owns(application_id, application.party.corporate_number):
        await asyncio.sleep(max(0.0, NOT_BEFORE - (time.monotonic() - begun)))
        raise NotFound("application", "申込")


def who(caller: Caller) -> str | None:
    """As whom a caller opens a form: a company's people are one; None where nobody is proved."""
    return f"{caller.kind} {caller.corporate_number or caller.id}" if caller.proved else None


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
