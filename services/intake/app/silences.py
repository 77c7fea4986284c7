"""Silence towards the screening (C-IN-6): what screening and notify tell of it, and the day on which it is found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kernel.aggregate import Aggregate
from kernel.service import Kernel
from policies.editions import load
from policies.support.edition import SupportEdition
from schemas.notify import LetterSent
from schemas.values import day_in_tokyo
from services.intake.domain import Application
from services.intake.policy.silence import c_in_6_awaited, c_in_6_reminded, c_in_6_silent

REMINDER = "silence-reminder"
"""The letter that reminds a company of the screening."""


class Silences:
    """Commands of messages and timers; they return what the kernel saves."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    async def asked(self, application_id: str, asked_on: date | None) -> Sequence[Aggregate]:
        """The company was not there and is asked for an answer on that day; None: no answer is awaited of it."""
        application, at = await self._found(application_id), await self._kernel.clock.now()
        if application is None:
            return []
        awaited = None if asked_on is None else c_in_6_awaited(_edition(application), asked_on)
        application.ask_attendance(awaited, at=at)
        return [application]

    async def letter_sent(self, event: LetterSent) -> Sequence[Aggregate]:
        """A letter went out, perhaps a reminder; it may be heard of late, when the day of asking has passed."""
        application = await self._found(event.application_id) if event.letter == REMINDER else None
        if application is None:
            return []
        at, on = await self._kernel.clock.now(), day_in_tokyo(event.sent_at)
        if application.silence is not None:
            ask_at = c_in_6_reminded(_edition(application), application.silence, on)
            application.note_reminder(event.letter_id, on, ask_at, at=at)
        return self._looked_at(application, at)

    async def due(self, application_id: str) -> Sequence[Aggregate]:
        """The day has come on which an officer is asked."""
        application = await self._found(application_id)
        return [] if application is None else self._looked_at(application, await self._kernel.clock.now())

    def _looked_at(self, application: Application, at: datetime) -> Sequence[Aggregate]:
        if application.silence is not None:
            application.find_silence(c_in_6_silent(_edition(application), application.silence, at), at=at)
        return [application]

    async def _found(self, application_id: str) -> Application | None:
        return await self._kernel.repository.find(Application, application_id)


def _edition(application: Application) -> SupportEdition:
    return load("support", application.fiscal_year)
