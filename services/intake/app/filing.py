"""What the other services tell of an application, noted in its file (案件): for the consumer to save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from kernel.aggregate import Aggregate
from kernel.service import Kernel
from schemas.values import Yen
from services.intake.domain import Application, CaseFile

SUPPORT = "support"
"""What the support itself is called in its file."""


class Filing:
    """Keeps files."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    async def started(self, application_id: str, matter: str = SUPPORT) -> Sequence[Aggregate]:
        """A secondment began, or a company was adopted."""
        return await self._noted(application_id, lambda file, at: file.start(matter, at=at))

    async def ended(self, application_id: str, ended_on: date, matter: str = SUPPORT) -> Sequence[Aggregate]:
        """It is over."""
        return await self._noted(application_id, lambda file, at: file.end(matter, ended_on, at=at))

    async def booked(self, application_id: str, number: str, booked_on: date, balance: Yen) -> Sequence[Aggregate]:
        """An invoice, or money that came or went; what is open of it now."""
        return await self._noted(application_id, lambda file, at: file.book(number, booked_on, balance, at=at))

    async def given_back(self, application_id: str, number: str, booked_on: date, amount: Yen) -> Sequence[Aggregate]:
        """A return invoice."""
        return await self._noted(application_id, lambda file, at: file.take_off(number, booked_on, amount, at=at))

    async def carried(
        self, application_id: str, booked_on: date, one: tuple[str, Yen], other: tuple[str, Yen]
    ) -> Sequence[Aggregate]:
        """What was paid too much for one invoice was set against another (充当)."""

        def note(file: CaseFile, at: datetime) -> None:
            for number, balance in (one, other):
                file.book(number, booked_on, balance, at=at)

        return await self._noted(application_id, note)

    async def _noted(self, application_id: str, note: Callable[[CaseFile, datetime], None]) -> Sequence[Aggregate]:
        repository, at = self._kernel.repository, await self._kernel.clock.now()
        application = await repository.find(Application, application_id)
        if application is None:
            return []
        found = await repository.find(CaseFile, CaseFile.stream(application_id))
        file = found or CaseFile.open(application_id, application.programme, application.fiscal_year, at=at)
        note(file, at)
        return [file]
