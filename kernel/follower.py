"""A follower reads the log in order from its checkpoint and does one thing with each batch: publish, fold, schedule."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence

import structlog

from kernel.checkpoints import Checkpoints
from kernel.log import CommitAt, EventLog
from kernel.pace import Pace
from kernel.pending import Nothing, Pending

KEPT_WITHIN = 1.0
"""Seconds after which a checkpoint moves on. Until then a crash lets batches be seen again, which every follower bears:
to write it down after each would cost more than most of them do."""
logger = structlog.get_logger(__name__)
Apply = Callable[[list[CommitAt]], Awaitable[None]]
MOST, RELAYED, FAR = 500, 4000, 8000
"""Commits that are read at once: by who keeps up; at most by a relay far behind, so that it waits for the brokers less
often; at most by who is far behind and folds, so that a document that changes often is written once."""


class Follower:
    """Follows one log under one name. ``apply`` must bear seeing a batch again: the checkpoint is written after it.

    Who is far behind reads ever more at once, up to ``far`` commits, and the next while it deals with what it has; what
    is ``pending`` is waited for when there is no more, and before a checkpoint. Up to ``position`` all is done.
    ``holes`` counts the positions that were not where the log promises them.
    """

    def __init__(
        self,
        name: str,
        log: EventLog,
        checkpoints: Checkpoints,
        apply: Apply,
        *,
        most: int = MOST,
        far: int = 0,
        pending: Pending | None = None,
        pace: float = 0.0,
    ) -> None:
        self.name, self._log, self._checkpoints, self._apply = name, log, checkpoints, apply
        self._pending, self._begun = pending or Nothing(), 0
        self._most, self._next, self._far = most, most, max(most, far)
        self._pace = Pace(pace)
        self._ahead: asyncio.Task[list[CommitAt]] | None = None
        self._kept, self._kept_at = 0, -math.inf
        self.position = self.holes = 0
        self._moved = asyncio.Event()

    async def reached(self, position: int) -> None:
        """Return when it has dealt with that position."""
        while self.position < position:
            self._moved.clear()
            await self._moved.wait()

    async def run(self, token: int, *, poll: float = 0.2) -> None:
        """Follow until cancelled. Raises `kernel.checkpoints.Fenced` when another process has taken over."""
        self._kept = self._begun = await self._checkpoints.read(self.name)
        self._move(self._kept)
        try:
            while True:
                generation = self._log.generation()
                read = await self._batch(ahead=True)
                caught_up = self._begun + 1 == self._log.written()  # after what others wrote may come more of theirs
                if not read or caught_up:
                    await self._rest(token, generation, poll)
                    await self._pace.turn()
                elif self._overdue():
                    await self._keep(token)
        finally:
            await self._forget()

    async def step(self, token: int) -> bool:
        """One batch; False if there was nothing to read."""
        try:
            read = await self._batch(ahead=False)
            await self._keep(token)
        except BaseException:  # what was begun and not done is begun anew
            self._begun = self.position
            await self._forget()
            raise
        return read > 0

    async def _rest(self, token: int, generation: int, poll: float) -> None:
        """Wait for more; where it is time, keep how far it has come."""
        await self._settle()
        left = self._kept_at + KEPT_WITHIN - asyncio.get_running_loop().time()
        if self._kept != self.position and left < poll:
            await self._log.appended(generation, max(0.0, left))
            if self._overdue():
                await self._keep(token)
        else:
            await self._log.appended(generation, poll)

    async def _read(self, *, ahead: bool) -> list[CommitAt]:
        """The next batch. Where it is full, there is more: then the one after it is asked for as well."""
        asked, self._ahead = self._ahead, None
        batch = (await asked if asked else []) or await self._log.follow(self._begun, self._next)
        if len(batch) < self._next:
            self._next = self._most
        else:
            self._next = min(self._far, self._next * 4)
            if ahead:
                self._ahead = asyncio.create_task(self._log.follow(batch[-1].end - 1, self._next), name="read ahead")
                self._ahead.add_done_callback(lambda done: done.cancelled() or done.exception())
        return batch

    async def _forget(self) -> None:
        """What was asked for ahead, what is pending, and how far behind it was: it begins with little again."""
        self._next, asked, self._ahead = self._most, self._ahead, None
        if asked is not None:
            asked.cancel()
        await self._pending.forget()

    async def _batch(self, *, ahead: bool) -> int:
        """How many commits it held."""
        batch = await self._read(ahead=ahead)
        if batch:
            self.holes += holes(self._begun, batch)
            await self._apply(batch)
            self._begun = batch[-1].end - 1
        if self._ahead is None:
            await self._settle()
        return len(batch)

    async def _settle(self) -> None:
        begun = self._begun
        await self._pending.settle()
        self._move(begun)

    def _overdue(self) -> bool:
        return asyncio.get_running_loop().time() - self._kept_at >= KEPT_WITHIN

    async def _keep(self, token: int) -> None:
        await self._settle()
        position = self.position
        await self._checkpoints.write(self.name, position, token)
        self._kept, self._kept_at = position, asyncio.get_running_loop().time()

    def _move(self, position: int) -> None:
        self.position = position
        self._moved.set()


def holes(after: int, batch: Sequence[CommitAt]) -> int:
    """How many of the batch do not begin where the one before ended: the log promises none (positions have no hole)."""
    found, expected = 0, after + 1
    for at in batch:
        found += at.position != expected
        expected = at.end
    return found
