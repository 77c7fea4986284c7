"""What falls due in notify: the letters planned for later moments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kernel.aggregate import Aggregate, AnyEvent
from kernel.timers import Cancel, Timer
from services.notify.app import NotifyApp
from services.notify.domain.recipient import LettersPlanned
from services.notify.domain.values import Planned


def schedule(event: AnyEvent) -> Iterable[Timer | Cancel]:
    """One timer for each planned letter; its subject begins with the application."""
    if not isinstance(event, LettersPlanned):
        return []
    application = event.case.application_id
    gone = [Cancel(each.code, _subject(application, each)) for each in event.dropped]
    return [*gone, *(Timer(each.code, _subject(application, each), each.due) for each in event.planned)]


async def ring(app: NotifyApp, timer: Timer) -> Sequence[Aggregate]:
    """A planned letter's moment has come."""
    application, _, rest = timer.subject.partition("|")
    return await app.meet_plan(application, f"{timer.name}|{rest}", cause=timer.id)


def _subject(application_id: str, planned: Planned) -> str:
    return f"{application_id}|{planned.subject}|{planned.place}"
