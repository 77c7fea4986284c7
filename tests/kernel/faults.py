"""A storage whose answers get lost: wraps a real one. What it is asked to write is written before, after, or late."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

from kernel.groupcommit import Backend, Clash, UnknownOutcome
from kernel.log import Commit, CommitAt


class Unreliable:
    """Loses answers by a seeded lot; every second insert or so goes wrong."""

    def __init__(self, backend: Backend, seed: int) -> None:
        self._backend, self._lots = backend, random.Random(seed)
        self._late: set[asyncio.Task[Any]] = set()
        self.lost = 0

    async def insert(self, batch: list[CommitAt]) -> tuple[int, Clash | None]:
        """Written and answered; or not written; or written, in part or whole, without an answer; or written late."""
        match self._lots.choice(["well", "well", "before", "after", "part", "late"]):
            case "well":
                return await self._backend.insert(batch)
            case "after":
                await self._backend.insert(batch)
            case "part":
                await self._backend.insert(batch[: self._lots.randint(1, len(batch))])
            case "late":
                self._later(self._backend.insert(batch))
        self.lost += 1
        raise UnknownOutcome("lost by lot")

    def _later(self, insert: Coroutine[Any, Any, Any]) -> None:
        async def wait() -> None:
            await asyncio.sleep(self._lots.random() * 0.02)
            await insert

        task = asyncio.create_task(wait())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def settled(self) -> None:
        """Wait until the late ones have arrived."""
        await asyncio.gather(*self._late)

    async def there(self, first: int, last: int) -> dict[int, str]:
        """See `Backend`; sometimes without an answer."""
        self._perhaps_lose()
        return await self._backend.there(first, last)

    async def holder(self, commit: Commit) -> CommitAt | None:
        """See `Backend`; sometimes without an answer."""
        self._perhaps_lose()
        return await self._backend.holder(commit)

    async def tail(self) -> int:
        """See `Backend`; sometimes without an answer."""
        self._perhaps_lose()
        return await self._backend.tail()

    def _perhaps_lose(self) -> None:
        if self._lots.random() < 0.2:
            raise UnknownOutcome("lost by lot")
