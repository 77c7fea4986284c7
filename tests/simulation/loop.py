"""An asyncio event loop whose time is virtual and whose choice of who runs next follows from a seed.

What runs is divided into processes. Within one, callbacks keep asyncio's promise, first in, first out; whose turn it is
among those that could go on, the dice say. When nobody can, time goes on to the next timer. A process that is killed
stops between two of its callbacks, without a word; one that stalls goes on later. There are no threads and no sockets:
what would go to a thread is done in a later turn of its own process.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import random
import weakref
from collections import deque
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar

T = TypeVar("T")
MASK = (1 << 61) - 1
THREAD_TAKES = 0.02
"""Seconds at most until work for a thread is done."""


class Process:
    """What is killed or stalls as one. ``context`` is where its callbacks run."""

    def __init__(self, name: str, number: int) -> None:
        self.name, self.number, self.alive, self.asleep_until = name, number, True, 0.0
        self.queue: deque[asyncio.Handle] = deque()
        self.tasks: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self.buried: list[asyncio.Task[Any]] = []
        self.waiting = False
        self.context = copy_context()
        self.context.run(RUNNING.set, self)


RUNNING: ContextVar[Process] = ContextVar("process")


class Deadlock(Exception):
    """Nothing can happen any more, and what was waited for has not happened."""


class SimulatedLoop(asyncio.BaseEventLoop):
    """The loop. ``steps`` and ``trace`` (a running hash of who ran when) tell one course from another."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self._dice, self._virtual, self._able, self._timers = dice, 0.0, list[Process](), list[Any]()
        self._order, self._processes = 0, 0
        self.steps, self.trace = 0, 0
        self.limit = 0
        self.outside = self.process("outside")
        self.all = [self.outside]
        self.broken: list[dict[str, Any]] = []
        self.set_exception_handler(lambda _, told: self.broken.append(told))

    def process(self, name: str) -> Process:
        """A new process."""
        self._processes += 1
        made = Process(name, self._processes)
        if self._processes > 1:
            self.all.append(made)
        return made

    def kill(self, process: Process) -> None:
        """Nothing of it runs any more, not even what cleans up. Its tasks are kept, so that nothing closes them."""
        process.alive = False
        process.buried = list(process.tasks)  # first: one that is about to go on is held by the queue alone
        for task in process.buried:
            task._log_destroy_pending = False  # type: ignore[attr-defined]  # a killed process complains to nobody
        process.queue.clear()

    def end(self) -> None:
        """Close what still waits, in every process, and the loop. Nothing of it can be heard any more."""
        for process in self.all:
            if process.alive:
                self.kill(process)
            for task in process.buried:
                with contextlib.suppress(BaseException):
                    task.get_coro().close()
            process.buried.clear()
        self._timers.clear()
        self.close()

    def stall(self, process: Process, seconds: float) -> None:
        """Nothing of it runs for so long; what it waited for has happened meanwhile."""
        process.asleep_until = max(process.asleep_until, self._virtual + seconds)

    def time(self) -> float:
        """Virtual seconds since the beginning."""
        return self._virtual

    def call_at(  # type: ignore[override]  # typeshed's variadic arguments
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """See asyncio; equal moments keep the order in which they were asked for."""
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        self._order += 1
        heapq.heappush(self._timers, (when, self._order, timer))
        return timer

    def _timer_handle_cancelled(self, handle: Any) -> None:
        """It is passed over when its moment comes."""

    def _call_soon(self, callback: Callable[..., object], args: Any, context: Context | None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._queue(handle)
        return handle

    def call_soon_threadsafe(  # type: ignore[override]  # typeshed's variadic arguments
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """There are no threads."""
        return self.call_soon(callback, *args, context=context)

    def create_task(self, coro: Any, *, name: object = None, context: Context | None = None) -> asyncio.Task[Any]:
        """See asyncio."""
        task = super().create_task(coro, name=name, context=context)
        owner = (context or copy_context()).get(RUNNING, self.outside)
        owner.tasks.add(task)
        return task

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]  # no executor is needed
        """In a later turn, here."""
        future: asyncio.Future[T] = self.create_future()

        def work() -> None:
            if future.done():
                return
            try:
                future.set_result(func(*args))
            except Exception as broken:  # noqa: BLE001  # handed on
                future.set_exception(broken)

        self.call_later(self._dice.uniform(0, THREAD_TAKES), work)
        return future

    def _queue(self, handle: asyncio.Handle) -> None:
        owner = handle._context.get(RUNNING, self.outside)  # type: ignore[attr-defined]  # asyncio keeps it there
        if owner.alive:
            owner.queue.append(handle)
            if not owner.waiting:
                owner.waiting = True
                self._able.append(owner)

    def _run_once(self) -> None:
        while not self._stopping:  # type: ignore[attr-defined]  # BaseEventLoop's
            if not self._able:
                self._go_on()
                continue
            place = self._dice.randrange(len(self._able)) if len(self._able) > 1 else 0
            owner = self._able[place]
            if not owner.queue or owner.asleep_until > self._virtual:
                self._rest(place, owner)
                continue
            self._step(owner, owner.queue.popleft())

    def _step(self, owner: Process, handle: asyncio.Handle) -> None:
        self.steps += 1
        self.trace = (self.trace * 1_000_003 + owner.number * 7919 + int(self._virtual * 1e6)) & MASK
        if self.limit and self.steps > self.limit:
            raise Deadlock(f"no end after {self.limit} steps")
        if not handle._cancelled:
            handle._run()

    def _rest(self, place: int, owner: Process) -> None:
        self._able[place] = self._able[-1]
        self._able.pop()
        if owner.alive and owner.queue:
            self.call_at(owner.asleep_until, self._wake, owner, context=self.outside.context)
        else:
            owner.waiting = False

    def _wake(self, owner: Process) -> None:
        self._able.append(owner)

    def _go_on(self) -> None:
        """On to the next moment at which somebody waits for something."""
        if not self._timers:
            raise Deadlock("nothing can happen any more")
        self._virtual = max(self._virtual, self._timers[0][0])
        while self._timers and self._timers[0][0] <= self._virtual:
            _, _, timer = heapq.heappop(self._timers)
            if not timer._cancelled:
                self._queue(timer)

    def _process_events(self, event_list: Any) -> None:
        """There are no sockets."""
