"""When planned letters go out (S-NO-1, C-NO-1): by the edition's days, and one a day of those that count (C-IN-6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from policies.calendars import add_days, start_of_day
from policies.edition import Edition
from schemas import intake, placement, screening
from schemas.base import OfCase
from schemas.values import day_in_tokyo
from services.notify.domain.values import Planned

MORNING = timedelta(hours=9)
"""Reading taken: what is planned for a day goes out at 9:00 in Tokyo."""
COUNTED = ("silence-reminder",)
"""Reminders without which an officer may not act (C-IN-6): however late an event is heard, none is left out."""


def moments_of(code: str, parameter: str, event: OfCase, edition: Edition, at: datetime) -> list[datetime]:
    """When a planned letter is due, by the parameter that its entry names: a day, or days before or after one."""
    value = edition.value(parameter, day_in_tokyo(at)).value
    if isinstance(value, date):
        return [max(at, start_of_day(value) + MORNING)]
    sign = -1 if parameter.endswith("_before") else 1
    about = _day_of(event)
    days = sorted(add_days(about, sign * days) for days in value)
    if code in COUNTED:
        days = caught_up(days, day_in_tokyo(at))
    return [moment for moment in (start_of_day(day) + MORNING for day in days) if moment > at]


def caught_up(days: Sequence[date], today: date) -> list[date]:
    """The days, those that are over on the ones that come, in their order and never two on one day.

    None is today: what is reminded of goes out at once.
    """
    made = [today]
    for day in days:
        made.append(max(day, add_days(made[-1], 1)))
    return made[1:]


def put_off(planned: Planned, last: date | None, at: datetime) -> datetime | None:
    """When instead of ``at`` a planned letter goes out: a `COUNTED` one the next morning if one did on this day.

    ``last`` is the day of Tokyo on which one of its code was written. None: it goes out now.
    """
    today = day_in_tokyo(at)
    if planned.code not in COUNTED or last != today:
        return None
    return start_of_day(add_days(today, 1)) + MORNING


def last_counted(planned: Iterable[Planned], subject: str, today: date) -> date:
    """The day of the last `COUNTED` letter about a subject: of those still planned, ``today`` where none is."""
    days = sorted(day_in_tokyo(each.due) for each in planned if each.code in COUNTED and each.subject == subject)
    return [today, *caught_up(days, today)][-1]


def _day_of(event: OfCase) -> date:
    """The day that reminders about an event count from.

    Reading taken of C-IN-6: silence counts from the day on which an officer recorded that the company was not there;
    who waits for its date, or was there and waits for its outcome, is not silent.
    """
    match event:
        case placement.PlacementProposed():
            return event.answer_by
        case placement.PlacementAccepted():
            return event.papers_by
        case intake.ApplicationRegistered():
            return day_in_tokyo(event.registered_at)
        case intake.ConsentReturned():
            return day_in_tokyo(event.returned_at)
        case screening.InterviewArranged():
            return day_in_tokyo(event.starts_at)
        case screening.InterviewMissed():
            return event.asked_on
        case placement.SurveyAsked():
            return event.answer_by
        case _:
            raise LookupError(f"no reminder is known to count from {event.NAME}")
