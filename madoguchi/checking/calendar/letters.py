"""The letters of an edition: those that the cycle's days set, and those that an event makes go out (S-NO-1, C-NO-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from madoguchi.checking.calendar.entries import Entry, Kind, time_of
from policies.catalogue import LetterEntry
from policies.edition import Edition
from schemas.base import OfCase
from schemas.values import day_in_tokyo
from services.notify.policy.letters import later

FILLED = re.compile(r"\{\{\s*(\w+)[^}]*\}\}")


@dataclass(frozen=True)
class OnEvent:
    """A letter and the event that makes it go out, where its fields are as ``when`` says.

    ``days``: so many days before or after what the event is about; ``on``: on that day; neither: at once.
    """

    code: str
    subject: str
    event: str
    clause: str
    when: dict[str, str | int | bool]
    days: tuple[int, ...] = ()
    before: bool = False
    on: date | None = None


def planned(event: OfCase, edition: Edition, at: datetime, kinds: dict[str, tuple[Kind, str, str]]) -> Iterator[Entry]:
    """The letters that notify would plan upon a sample event; ``kinds`` says of a code what the calendar calls it."""
    for code, each in later(event, edition, at).items():
        kind, what, about = kinds.get(code, ("letter", subject(edition, code), ""))
        for letter in each:
            yield Entry(
                key=f"{code}-{letter.subject.rpartition('.')[2]}-{letter.place}",
                day=day_in_tokyo(letter.due),
                kind=kind,
                what=what,
                clause=letter.clause,
                at=time_of(letter.due),
                about=about,
                letters=(code,),
            )


def on_events(edition: Edition) -> list[OnEvent]:
    """Every letter of the edition with what makes it go out, as the catalogue lists them."""
    return [_on_event(edition, code, entry) for code, entry in edition.letters.root.items()]


def _on_event(edition: Edition, code: str, entry: LetterEntry) -> OnEvent:
    about = (code, subject(edition, code), entry.event, entry.clause, dict(entry.when))
    if entry.sent is None:
        return OnEvent(*about)
    sent = edition.parameter(entry.sent).first
    if isinstance(sent, date):
        return OnEvent(*about, on=sent)
    return OnEvent(*about, days=tuple(sent), before=entry.sent.endswith("_before"))


def subject(edition: Edition, code: str) -> str:
    """A letter's subject; what differs from case to case stands as …."""
    header = edition.edition
    known = {"fiscal_year": str(header.fiscal_year), "title": header.title, "institution": header.institution}
    return FILLED.sub(lambda found: known.get(found[1], "…"), edition.texts[code].subject)
