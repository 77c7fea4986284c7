"""Intake's application object: every command and query, by who uses it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from kernel.aggregate import Aggregate
from kernel.log import VersionConflict
from kernel.service import Kernel
from schemas.values import Programme
from services.intake.app.consents import Consents
from services.intake.app.counter import Counter
from services.intake.app.desk import Desk, editions
from services.intake.app.erasing import Erasing
from services.intake.app.filing import Filing
from services.intake.app.interests import InterestDesk
from services.intake.app.naming import Naming
from services.intake.app.papers import Papers
from services.intake.app.queries import Queries
from services.intake.app.register import Register
from services.intake.app.retention import RetentionDesk
from services.intake.app.returning import Returning
from services.intake.app.sessions import Sessions
from services.intake.app.silences import Silences
from services.intake.domain import Application, Reception
from services.intake.policy.terms import opened

logger = structlog.get_logger(__name__)


class IntakeApp:
    """``counter``: submit, amend, withdraw, admit_late. ``papers``, ``consents``: receive.

    ``returning``: return_consent, papers, content. ``naming``: name_secondee. ``register``: invite, merge, undo_merge,
    keep_apart, record_placements. ``erasing``: erase. ``retention``: due, hold, lift, dispose, register. ``filing``:
    started, ended, booked, given_back, carried. ``interests``: heard, admit.
    ``sessions``: open, confirm, save_draft, resume, read. ``silences``: asked, letter_sent, due. ``queries``: reads.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.desk = Desk(kernel.repository)
        self.interests = InterestDesk(kernel)
        self.counter = Counter(kernel, self.desk, self.interests)
        self.papers = Papers(kernel, self.desk, self.counter)
        self.consents = Consents(kernel, self.desk, self.papers)
        self.returning = Returning(kernel, self.desk, self.counter)
        self.naming = Naming(kernel, self.counter)
        self.register = Register(kernel)
        self.erasing = Erasing(kernel, self.counter)
        self.retention = RetentionDesk(kernel, self.erasing)
        self.filing = Filing(kernel)
        self.sessions = Sessions(kernel)
        self.silences = Silences(kernel)
        self.queries = Queries(kernel, self.desk)

    async def close_reception(self, stream: str) -> Sequence[Aggregate]:
        """The deadline has come (S-IN-1); for the timer wheel to save."""
        reception = await self.kernel.repository.get(Reception, stream)
        reception.close_at_deadline(at=await self.kernel.clock.now())
        return [reception]

    async def know_outcome(self, application_id: str) -> Sequence[Aggregate]:
        """Screening has decided: for the consumer to save."""
        application = await self.kernel.repository.find(Application, application_id)
        if application is None:
            return []
        application.know_outcome(at=await self.kernel.clock.now())
        return [application]

    async def know_start(self, application_id: str, secondment_id: str) -> Sequence[Aggregate]:
        """A secondment has started: for the consumer to save."""
        application = await self.kernel.repository.find(Application, application_id)
        if application is None:
            return []
        application.fill_place(secondment_id, at=await self.kernel.clock.now())
        return [application, *await self.filing.started(application_id, secondment_id)]

    async def note_placement(
        self, organisation_id: str, year: int, application_id: str, secondment_id: str
    ) -> Sequence[Aggregate]:
        """A sender accepted a place: for the consumer to save."""
        at = await self.kernel.clock.now()
        return await self.register.note_placement(organisation_id, year, application_id, secondment_id, at)

    async def open_receptions(self) -> list[tuple[Programme, int]]:
        """Open the reception of every edition that has none yet, so that its deadline is set; which were opened."""
        at, made = await self.kernel.clock.now(), []
        for edition in editions():
            reception = opened(edition, at)
            if await self.kernel.repository.find(Reception, reception.id) is None:
                await self.kernel.repository.save(reception)
                made.append((reception.programme, reception.fiscal_year))
        return made


async def open_receptions(app: IntakeApp, pause: float = 0.5) -> None:
    """At the start of the service. A rehearsal's clock may not have been set yet: then it is tried again."""
    while True:
        try:
            for programme, year in await app.open_receptions():
                logger.info("reception opened", programme=programme, fiscal_year=year)
            return
        except (RuntimeError, VersionConflict):
            await asyncio.sleep(pause)
