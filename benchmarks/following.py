"""A follower of the log as it runs in a service, over one share of the log in each turn."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from kernel.checkpoints import StoredCheckpoints
from kernel.follower import Apply, Follower
from kernel.log import CommitAt
from kernel.mongolog import MongoLog
from kernel.pending import Pending


class UpTo:
    """A log that ends where its share of this turn does."""

    def __init__(self, log: MongoLog) -> None:
        self._log, self.end = log, 0
        self.generation, self.written, self.appended = log.generation, log.written, log.appended

    async def follow(self, after: int, limit: int) -> list[CommitAt]:
        """See `EventLog.follow`. Everything is read from the database, as by one who comes after an outage."""
        left = self.end - after
        return await self._log.read(after, min(limit, left)) if left else []


class Following:
    """One follower, with its checkpoint; commits of one event each."""

    def __init__(
        self, name: str, log: MongoLog, db: Any, apply: Apply, far: int, pending: Pending | None = None
    ) -> None:
        self._shown = UpTo(log)
        self._name, self._checkpoints = name, StoredCheckpoints(db["checkpoints"])
        self._follower = Follower(name, self._shown, self._checkpoints, apply, far=far, pending=pending)  # type: ignore[arg-type]  # it only follows

    async def rate(self, events: int) -> float:
        """Events a second over the next so many."""
        self._shown.end += events
        begun = time.perf_counter()
        running = asyncio.create_task(self._follower.run(1))
        await self._follower.reached(self._shown.end)
        taken = time.perf_counter() - begun
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await self._checkpoints.write(self._name, self._shown.end, 1)  # the next turn begins where this one ended
        return events / taken
