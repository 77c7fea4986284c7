"""The event log's contract: what is written (commits), what is read (recorded events), what can go wrong.

A commit holds the events of one command, of one aggregate or of several, and the causes it settles. Its position is
that of its first event; a commit without events takes one position too. Positions run without a hole and follow the
order in which commits become visible.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec


class Cause(msgspec.Struct, frozen=True, gc=False):
    """Why a commit was made: one message of one consumer. The pair is unique in a log, so a message acts once.

    ``digest`` tells a repetition (same digest) from a misuse of the same key with other content.
    """

    consumer: str
    message: str
    digest: str = ""


class Context(msgspec.Struct, frozen=True, gc=False):
    """What a commit belongs to: correlation (the whole road), causation (the message before), W3C trace parent."""

    correlation: str = ""
    causation: str = ""
    traceparent: str = ""


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """An event as bytes: stream (aggregate id), version 1..n in it, written-down name, JSON state."""

    stream: str
    version: int
    topic: str
    state: bytes

    @property
    def id(self) -> str:
        """The event's identifier everywhere outside the log; the same however often it is published."""
        return f"{self.stream}/{self.version}"


class Commit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One atomic entry of the log. ``at`` is the moment of recording, in UTC.

    ``after`` is the id of a commit of this process upon which this one was decided while that was still being written;
    it is not stored. If that one is not written, this one is not either.
    """

    id: str
    at: datetime
    events: tuple[StoredEvent, ...] = ()
    causes: tuple[Cause, ...] = ()
    context: Context = Context()
    after: str = ""

    @property
    def size(self) -> int:
        """How many positions the commit takes."""
        return len(self.events) or 1


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An event as read from the log, with its position and what its commit says."""

    position: int
    event: StoredEvent
    at: datetime
    context: Context


class CommitAt(msgspec.Struct, frozen=True, gc=False):
    """A commit at its position."""

    position: int
    commit: Commit

    @property
    def end(self) -> int:
        """The position after the commit's last."""
        return self.position + self.commit.size

    def recorded(self) -> list[Recorded]:
        """The commit's events, each at its own position."""
        return [
            Recorded(self.position + i, event, self.commit.at, self.commit.context)
            for i, event in enumerate(self.commit.events)
        ]


class VersionConflict(Exception):
    """Another commit holds one of the stream versions: load again and decide again."""


class Unstorable(Exception):
    """No storage would take the commit: it is too large, or holds text that has no stored form."""


class AlreadyHandled(Exception):
    """One of the causes is settled by an earlier commit, which the exception carries where it is known."""

    def __init__(self, earlier: CommitAt | None) -> None:
        super().__init__("already handled")
        self.earlier = earlier


class EventStore(Protocol):
    """What commands need of a log, also of one that is split. Every method is safe to call from many tasks."""

    async def append(self, commit: Commit) -> int:
        """Write durably; return the position.

        Raises `VersionConflict`, `AlreadyHandled` or `Unstorable`; then nothing is written.
        """

    async def streams(self, ids: Sequence[str], after: int = 0) -> dict[str, list[StoredEvent]]:
        """The events of each stream with a version greater than ``after``, in order; unknown streams are left out."""

    async def history(self, stream: str) -> list[Recorded]:
        """The events of one stream, in order, each with its position and what its commit says."""

    async def caused(self, consumer: str, messages: Sequence[str]) -> dict[str, CommitAt]:
        """Which of the messages the consumer has settled, and by which commit."""

    def generation(self) -> int:
        """A number that changes with each append of this process."""

    async def appended(self, since: int, within: float) -> None:
        """Return when the generation is no longer ``since``, after ``within`` seconds at the latest.

        Appends of other processes are not noticed before the time is over.
        """

    async def close(self) -> None:
        """Finish what waits, then stop."""


class EventLog(EventStore, Protocol):
    """An append-only log of commits at positions."""

    async def read(self, after: int, limit: int) -> list[CommitAt]:
        """Commits whose position is greater than ``after`` (0 for the beginning), in order, ``limit`` at most."""

    async def follow(self, after: int, limit: int) -> list[CommitAt]:
        """As `read`, for who follows the log: what this process wrote last is given without being read again."""

    async def tail(self) -> int:
        """The position that the next commit will take (1 for an empty log)."""

    def written(self) -> int:
        """The position after the last commit that this process wrote; 0 where it wrote none."""
