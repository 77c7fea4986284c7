"""Clocks over virtual time: the office's calendar, which jumps from day to day, and each machine's error beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kernel.clock import to_millisecond
from tests.simulation.loop import SimulatedLoop


class Calendar:
    """Business time: flows with virtual time, and can be moved forward."""

    def __init__(self, loop: SimulatedLoop, begins: datetime) -> None:
        self._loop, self._zero = loop, begins.astimezone(UTC)

    def now(self) -> datetime:
        """The present moment, UTC."""
        return self._zero + timedelta(seconds=self._loop.time())

    def move(self, to: datetime) -> None:
        """Jump; never backwards."""
        self._zero = max(self._zero, to.astimezone(UTC) - timedelta(seconds=self._loop.time()))


class MachineClock:
    """`kernel.clock.Clock` of one machine: the calendar, wrong by so many seconds."""

    def __init__(self, calendar: Calendar, error: float) -> None:
        self._calendar, self.error = calendar, error

    async def now(self) -> datetime:
        """See `Clock.now`."""
        return self.at()

    def at(self) -> datetime:
        """The same, at once."""
        return to_millisecond(self._calendar.now() + timedelta(seconds=self.error))


class ServerClock:
    """The database server's: virtual time with jumps of its own, apart from the calendar."""

    def __init__(self, loop: SimulatedLoop) -> None:
        self._loop, self.ahead = loop, 0.0

    def now(self) -> datetime:
        """What `$$NOW` says."""
        return datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=self._loop.time() + self.ahead)
