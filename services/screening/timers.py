"""Deadlines of screening: the papers' last day (S-SC-9) and the window for stage two (C-SC-13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kernel.aggregate import Aggregate, AnyEvent
from kernel.timers import Cancel, Timer
from policies.calendars import end_of_day
from services.screening.app import ScreeningApp
from services.screening.domain.case import Withdrawn, stream
from services.screening.domain.secondment_events import PapersCompleted, SecondeeExamined
from services.screening.domain.support_events import Adopted, InterviewSet, NotAdopted, SupportReceived

PAPERS = "papers due"
INTERVIEW = "interview overdue"


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
            yield Timer(INTERVIEW, event.originator_id, end_of_day(event.window.latest))
        case InterviewSet() | Adopted() | NotAdopted() | Withdrawn():
            yield Cancel(INTERVIEW, event.originator_id)


async def ring(app: ScreeningApp, timer: Timer) -> Sequence[Aggregate]:
    """A deadline has passed."""
    subject = timer.subject.removeprefix(stream(""))
    if timer.name == PAPERS:
        return await app.close_papers(subject)
    return await app.find_overdue(subject)
