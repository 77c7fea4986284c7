"""What a follower has begun and not ended: it goes on while the next batch is dealt with."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol


class Pending(Protocol):
    """What ``apply`` has begun and not ended, where it goes on while the next batch is dealt with."""

    async def settle(self) -> None:
        """Return when all that was begun is done. Raises what it met."""

    async def forget(self) -> None:
        """Break off what was begun, and return when it has ended: nothing of it counts as done."""


class Nothing:
    """`Pending` of who has done all when ``apply`` returns."""

    async def settle(self) -> None:
        """See `Pending.settle`."""

    async def forget(self) -> None:
        """See `Pending.forget`."""


class Underway:
    """`Pending` of who begins one thing at a time."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Let it go on. What was begun before is settled by now."""
        assert self._task is None, "one thing at a time"
        self._task = asyncio.create_task(work, name=name)
        self._task.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may ask any more

    async def settle(self) -> None:
        """See `Pending.settle`."""
        task, self._task = self._task, None
        if task is not None:
            await task

    async def forget(self) -> None:
        """See `Pending.forget`. What has reached the database or a broker already stays there."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
