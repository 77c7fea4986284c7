"""The asynchronous event log for callers without an event loop: it works in a loop on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError
from typing import Any, TypeVar

from kernel.log import EventLog

T = TypeVar("T")


class LogThread:
    """A log in an event loop on its own thread. ``make`` builds and prepares the log in that loop."""

    def __init__(self, make: Callable[[], Awaitable[EventLog]]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="event log", daemon=True)
        self._turn, self._closed = threading.Lock(), False
        self._thread.start()
        self.log = self.run(awaited(make))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the coroutine returns or raises. Raises CancelledError if the log is closed meanwhile."""
        with self._turn:
            if self._closed:
                work.close()
                raise CancelledError("the log is closed")
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result()

    def close(self) -> None:
        """Finish the appends that wait, cancel what else is asked for, and end the thread."""
        self.run(awaited(self.log.close))
        with self._turn:
            self._closed = True
            asyncio.run_coroutine_threadsafe(_cancel_others(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def awaited(ask: Callable[[], Awaitable[T]]) -> T:
    """What is asked for, asked in the loop where this runs."""
    return await ask()
