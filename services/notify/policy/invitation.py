"""The calendar entry (iCalendar, RFC 5545) that goes with an interview's letter (C-NO-1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText, vUri

from schemas.values import TOKYO
from services.notify.domain.values import CalendarMethod, Meeting

PRODUCT = "-//Madoguchi//Notify//JA"


def invitation(
    meeting: Meeting, *, uid: str, title: str, about: str, organiser: tuple[str, str], attendee: str, at: datetime
) -> str:
    """One entry (RFC 5545, 5546). The same ``uid`` with a greater sequence moves it, or cancels it.

    ``organiser`` is name and address. The link stands in ``LOCATION`` and ``URL``, which every calendar shows, and in
    ``CONFERENCE`` (RFC 7986), from which calendars that know it offer to join.
    """
    entry = Event()
    entry.add("uid", uid)
    entry.add("sequence", meeting.sequence)
    entry.add("dtstamp", at)
    entry.add("dtstart", meeting.starts_at.astimezone(TOKYO))
    entry.add("dtend", (meeting.starts_at + timedelta(minutes=meeting.minutes)).astimezone(TOKYO))
    entry.add("summary", title)
    entry.add("description", about)
    entry.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    if meeting.link:
        entry.add("location", meeting.link)
        entry.add("url", meeting.link)
        joining = {"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": meeting.tool}
        entry.add("conference", vUri(meeting.link, params=joining))
    sender = vCalAddress(f"mailto:{organiser[1]}")
    sender.params["CN"] = vText(organiser[0])
    entry.add("organizer", sender)
    entry.add("attendee", vCalAddress(f"mailto:{attendee}"))
    return _calendar(entry, meeting.method)


def method_within(calendar: str) -> CalendarMethod:
    """What an entry asks of calendars, out of one that was stored before letters kept that beside it."""
    return "CANCEL" if Calendar.from_ical(calendar)["METHOD"] == "CANCEL" else "REQUEST"


def _calendar(entry: Event, method: CalendarMethod) -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    raw: bytes = calendar.to_ical()
    return raw.decode()
