"""The support's reception with a course's own number of places, in intake's log before anything runs."""

from __future__ import annotations

from datetime import timedelta

from kernel.clock import FixedClock, to_millisecond
from kernel.ids import CountedIds
from kernel.memory import MemoryLog
from kernel.repository import Repository
from services.intake.domain import Reception
from tests.simulation.deployment import Deployment
from tests.simulation.plan import script


async def open_reception(deployment: Deployment, places: int) -> None:
    """Open it with so many places; the edition made for the real cycle has 420."""
    journal, year = deployment.journals["intake"], script().fiscal_year
    at = to_millisecond(deployment.calendar.now())
    reception = Reception.open(
        "support", year, edition=f"support/{year}", opens_at=at - timedelta(days=1), closes_at=None, places=places,
        counted="complete_and_standing", at=at,
    )  # fmt: skip
    log = MemoryLog(journal.node)
    await Repository(log, FixedClock(at), CountedIds()).save(reception)
    await log.close()
    journal.majority = journal.tail
