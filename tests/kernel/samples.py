"""A small aggregate that has everything the kernel can do: a lending library's book."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Any

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from kernel.sealing import Personal


class Acquired(Created, frozen=True, kw_only=True):
    """The library has the book."""

    TOPIC = "tests.book_acquired.v1"
    title: str
    shelves: list[str] = []  # noqa: RUF012  # msgspec copies it


class Lent(Event, frozen=True, kw_only=True):
    """Somebody took it; until when. Its first form said ``days``."""

    TOPIC = "tests.book_lent.v1"
    class_version = 2
    reader: Personal
    until: date

    def apply(self, aggregate: Book) -> None:
        """The reader has it."""
        aggregate.reader, aggregate.until = self.reader, self.until
        aggregate.lendings[self.originator_version] = self.until

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """The last day instead of the number of days."""
        begun = datetime.fromisoformat(state["timestamp"]).date()
        state["until"] = date.fromordinal(begun.toordinal() + state.pop("days")).isoformat()


class Returned(Event, frozen=True, kw_only=True):
    """It is back."""

    TOPIC = "tests.book_returned.v1"

    def apply(self, aggregate: Book) -> None:
        """Nobody has it."""
        aggregate.reader = aggregate.until = None


class Book(Aggregate):
    """A book; at most one reader has it."""

    TOPIC = "tests.book"
    title: str
    shelves: list[str]
    reader: Personal | None = None
    until: date | None = None
    lendings: dict[int, date] = field(default_factory=dict)

    @classmethod
    def acquire(cls, title: str, *, id: str, at: datetime) -> Book:
        """A new book."""
        if not title:
            raise Refused("T-1", "書名が要ります。", "A title is needed.", pointer="/title")
        return cls.begin(Acquired, id=id, at=at, title=title)

    def lend(self, reader: Personal, until: date, *, at: datetime) -> str:
        """Hand it out; a slip says until when."""
        if self.reader is not None:
            raise Refused("T-2", "貸出中です。", "It is lent.")
        self.record(Lent, at=at, reader=reader, until=until)
        return f"until {until}"

    def take_back(self, *, at: datetime) -> None:
        """It is returned; nothing happens to one that was not lent."""
        if self.reader is not None:
            self.record(Returned, at=at)

    def spoil(self, *, at: datetime) -> None:
        """A command as it must not be: it changes, then refuses."""
        self.record(Returned, at=at)
        raise Refused("T-3", "できません。", "Too late.")
