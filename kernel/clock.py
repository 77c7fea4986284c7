"""The clock is a port: the system's in production, a shared one that can be moved in a rehearsal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Protocol

from kernel.refusals import Refused

REHEARSAL_PREFIX = "rehearsal"


class Clock(Protocol):
    """Tells the time in UTC."""

    async def now(self) -> datetime:
        """The present moment, UTC, to the millisecond (what the log can keep)."""


class SystemClock:
    """The machine's clock."""

    async def now(self) -> datetime:
        """See `Clock.now`."""
        return to_millisecond(datetime.now(UTC))


class FixedClock:
    """For stories: stands still until it is set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    async def now(self) -> datetime:
        """See `Clock.now`."""
        return self.at


class ClockNotSet(Refused):
    """A rehearsal has not begun: nobody has set its clock."""

    def __init__(self) -> None:
        super().__init__(
            "G-1",
            "予行の時計がまだ合わせられていません。`madoguchi rehearsal start` で開始日時を指定してください。",
            "The rehearsal's clock has not been set. Run `madoguchi rehearsal start`.",
        )


class RehearsalClock:
    """One document in a database of the rehearsal's own; every service of the rehearsal reads it.

    Refuses any database whose name does not begin with ``rehearsal``, so that it can never move a real cycle.
    """

    def __init__(self, database: Any) -> None:
        if not str(database.name).startswith(REHEARSAL_PREFIX):
            raise RuntimeError("The rehearsal clock runs on databases named 'rehearsal…' only.")
        self._times = database["clock"]

    async def now(self) -> datetime:
        """See `Clock.now`. Raises `ClockNotSet` before the rehearsal has begun."""
        document = await self._times.find_one({"_id": "now"})
        if document is None:
            raise ClockNotSet
        at: datetime = document["at"]
        return at

    async def move(self, to: datetime) -> None:
        """Set the time; never backwards."""
        await self._times.update_one({"_id": "now"}, {"$max": {"at": to_millisecond(to)}}, upsert=True)


def to_millisecond(at: datetime) -> datetime:
    """Cut to what MongoDB keeps, so that a time is equal before and after it was stored."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
