"""Deadlines of screening: the papers' last day (S-SC-9) and the window for stage two (C-SC-13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kernel.aggregate import Aggregate, AnyEvent
from kernel.timers import Cancel, Timer
from policies.calendars import end_of_day, start_of_day
from services.screening.app import ScreeningApp
from services.screening.domain.case import Withdrawn, stream
from services.screening.domain.secondment_events import PapersCompleted, SecondeeExamined
from services.screening.domain.support_events import (
    Adopted,
    Alarm,
    ConsentAwaited,
    NotAdoptedDecided,
    ReceivedAgain,
    SupportReceived,
    Window,
)

PAPERS = "papers due"
OUTCOME = "outcome"
ALARMS: dict[str, Alarm] = {"interview soon": "soon", "interview overdue": "latest", "interview past month": "most"}
"""Timers of C-SC-13, and what each sounds."""


def schedule(event: AnyEvent) -> Iterable[Timer | Cancel]:
    """What an event sets or takes back. Papers of a person named after the deadline are settled there and then."""
    match event:
        case SecondeeExamined():
            due = end_of_day(event.papers_by)
            if event.timestamp < due:
                yield Timer(PAPERS, stream(event.secondment_id), due)
        case PapersCompleted():
            yield Cancel(PAPERS, stream(event.secondment_id))
        case SupportReceived():
            yield from _alarms(event.originator_id, event.window)
        case ReceivedAgain():
            yield from _alarms(event.originator_id, event.window)
        case ConsentAwaited():
            yield from (Cancel(name, event.originator_id) for name in (*ALARMS, OUTCOME))
        case Adopted():  # one with a date may lose it again: its alarms ring, and are not heard meanwhile
            yield from (Cancel(name, event.originator_id) for name in ALARMS)
        case NotAdoptedDecided():
            yield from (Cancel(name, event.originator_id) for name in ALARMS)
            yield Timer(OUTCOME, event.originator_id, event.notice.tell_at)
        case Withdrawn():
            yield from (Cancel(name, event.originator_id) for name in (*ALARMS, OUTCOME))


def _alarms(stream_id: str, window: Window) -> Iterable[Timer]:
    moments = {"latest": end_of_day(window.latest), "most": end_of_day(window.in_a_rush)}
    if window.warn_on is not None:
        moments["soon"] = start_of_day(window.warn_on)
    return [Timer(name, stream_id, moments[alarm]) for name, alarm in ALARMS.items() if alarm in moments]


async def ring(app: ScreeningApp, timer: Timer) -> Sequence[Aggregate]:
    """A deadline has passed."""
    subject = timer.subject.removeprefix(stream(""))
    if timer.name == PAPERS:
        return await app.close_papers(subject)
    if timer.name == OUTCOME:
        return await app.tell_outcome(subject)
    return await app.sound_alarm(subject, ALARMS[timer.name])
