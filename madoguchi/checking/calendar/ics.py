"""The calendar as a file that calendar programs read (iCalendar, RFC 5545): whole days, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from madoguchi.checking.calendar.entries import Entry
from policies.calendars import start_of_day
from policies.edition import Edition
from policies.rulebook import rulebook

PRODUCT = "-//Madoguchi//Calendar//JA"
DOMAIN = "madoguchi.invalid"


def ics(edition: Edition, entries: Iterable[Entry], kinds: dict[str, str]) -> bytes:
    """A calendar with a whole day for each entry; ``kinds`` are the words for what an entry is.

    A UID names edition and entry, not the day: a calendar program that reads a later preview moves what has moved.
    """
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", edition.edition.title)
    made.add("x-wr-timezone", "Asia/Tokyo")
    for entry in entries:
        made.add_component(_event(edition, entry, kinds[entry.kind]))
    raw: bytes = made.to_ical()
    return raw


def _event(edition: Edition, entry: Entry, kind: str) -> Event:
    made = Event()
    made.add("uid", f"{entry.key}.{edition.edition.programme}-{edition.edition.fiscal_year}@{DOMAIN}")
    made.add("dtstamp", start_of_day(edition.edition.guide_issued))
    made.add("dtstart", entry.day)
    made.add("dtend", entry.day + timedelta(days=1))
    made.add("summary", f"{entry.what}（{entry.at}）" if entry.at else entry.what)
    made.add("description", _described(entry))
    made.add("categories", [kind])
    made.add("transp", "TRANSPARENT")
    return made


def _described(entry: Entry) -> str:
    clause = rulebook().get(entry.clause)
    lines = [entry.about, f"{entry.clause}　{clause.ja if clause else ''}"]
    lines += [f"通知：{'、'.join(entry.letters)}"] if entry.letters else []
    return "\n".join(line for line in lines if line)
