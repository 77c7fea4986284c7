"""Values that notify's own events hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from schemas.values import ClauseId, Programme

CalendarMethod = Literal["REQUEST", "CANCEL"]
"""What a calendar entry asks calendars to do (RFC 5546); the mail that carries it must say the same (RFC 6047)."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Whose letters they are: one application (案件)."""

    programme: Programme
    fiscal_year: int
    application_id: str


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """An interview as a calendar entry tells it. ``sequence`` grows when it is moved; ``starts_at`` is in UTC.

    ``cancelled`` takes it out of calendars; ``tool`` is what the link opens (Microsoft Teams).
    """

    starts_at: datetime
    minutes: int
    link: str | None
    sequence: int
    cancelled: bool = False
    tool: str = ""

    @property
    def method(self) -> CalendarMethod:
        """What its entry asks of calendars."""
        return "CANCEL" if self.cancelled else "REQUEST"


class Enclosed(msgspec.Struct, frozen=True, kw_only=True):
    """A paper (書面) that is to go with a letter; ``name`` is what the file is called.

    ``told`` is what its layout is told: plain data, sealed fields as tokens.
    """

    layout: str
    name: str
    told: dict[str, Any]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that is to be written. ``told`` is what its text is told: plain data, sealed fields
    as tokens.

    ``subject`` is the secondment that it is about, or the application. The id follows from what caused the letter and
    from its code, so that the same cause never makes a second one (S-NO-2).
    """

    letter_id: str
    code: str
    clause: ClauseId
    edition: str
    subject: str
    told: dict[str, Any]
    meeting: Meeting | None = None
    enclosed: Enclosed | None = None


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A letter for a later moment (UTC), such as a reminder; number ``place`` of its kind for its subject."""

    code: str
    clause: ClauseId
    edition: str
    subject: str
    place: int
    due: datetime
    told: dict[str, Any]

    @property
    def key(self) -> str:
        """Unique within the recipient."""
        return f"{self.code}|{self.subject}|{self.place}"
