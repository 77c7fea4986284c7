"""What falls due in intake: the end of a reception."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kernel.aggregate import Aggregate, AnyEvent
from kernel.timers import Cancel, Timer
from services.intake.app import IntakeApp
from services.intake.domain.reception import ReceptionOpened

DEADLINE = "reception-deadline"


def schedule(event: AnyEvent) -> Iterable[Timer | Cancel]:
    """A reception with a deadline closes at 24:00 of its last day in Tokyo (S-IN-1, G-1)."""
    if isinstance(event, ReceptionOpened) and event.closes_at is not None:
        return [Timer(DEADLINE, event.originator_id, event.closes_at)]
    return []


async def ring(app: IntakeApp, timer: Timer) -> Sequence[Aggregate]:
    """What a timer that is due leads to."""
    return await app.close_reception(timer.subject)
