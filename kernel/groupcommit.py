"""Group commit: the appends that wait in a process share one ordered insert at the log's tail.

The backend stops at the first commit that clashes. Lost position: the rest is numbered again from the new tail. Stream
or cause taken, or a commit that no storage would take: that commit alone fails. No answer: the same documents are
offered at the same positions until there is one; since a position belongs to one commit for good, a late first attempt
can only meet itself.

A commit may say which one it was decided upon before that was written. Where that one fails, it fails as well, and so
does all that was decided upon it: versions of an aggregate never have a hole.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import structlog

from kernel.log import AlreadyHandled, Commit, CommitAt, Unstorable, VersionConflict
from kernel.recent import Recent

log = structlog.get_logger(__name__)
T = TypeVar("T")
Observe = Callable[[float], object]
"""Hears how many seconds each insert took, waiting for an answer included."""
REMEMBERED = 10_000
"""Commits that failed and are remembered; what was decided upon one is handed in long before it is forgotten."""


class Clash(enum.Enum):
    """What a commit met where it wanted to be."""

    POSITION = "position"
    STREAM = "stream"
    CAUSE = "cause"
    FORM = "form"


class UnknownOutcome(Exception):
    """The storage did not answer: what was offered may be written or not."""


class Backend(Protocol):
    """What a storage must do for group commit."""

    async def insert(self, batch: list[CommitAt]) -> tuple[int, Clash | None]:
        """Insert in order, stop at the first clash; return how many were inserted. Raises `UnknownOutcome`."""

    async def there(self, first: int, last: int) -> dict[int, str]:
        """Ids of the commits that the writing node has at these positions. Raises `UnknownOutcome` while one of them
        may be rolled back."""

    async def holder(self, commit: Commit) -> CommitAt | None:
        """The commit that has settled one of this commit's causes; None while it may be rolled back."""

    async def tail(self) -> int:
        """The next free position as the writing node sees it."""


class GroupCommit:
    """The one writer of a process: `append` waits for its share of the next insert."""

    def __init__(
        self, backend: Backend, *, most: int = 1000, pause: float = 0.05, observe: Observe = lambda seconds: None
    ) -> None:
        self._backend, self._most, self._pause, self._observe = backend, most, pause, observe
        self._waiting: list[tuple[Commit, asyncio.Future[int]]] = []
        self._tail: int | None = None
        self._failed: dict[str, None] = {}
        self._task: asyncio.Task[None] | None = None
        self.generation = 0
        self.recent = Recent()
        self._grown = asyncio.Event()

    async def append(self, commit: Commit) -> int:
        """Append; see `kernel.log.EventLog.append`. Cancelling the caller does not take the commit back."""
        if len(commit.events) > 1 and len({(e.stream, e.version) for e in commit.events}) < len(commit.events):
            raise VersionConflict("two events of one commit claim the same version")
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((commit, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain(), name="group commit")
        return await future  # a caller that is cancelled cancels this notice, not the commit

    def _wake(self) -> None:
        self.generation += 1
        self._grown.set()
        self._grown = asyncio.Event()

    async def grown(self, since: int, within: float) -> None:
        """Return when the generation is no longer ``since``, after ``within`` seconds at the latest."""
        if self.generation == since:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._grown.wait(), within)

    async def close(self) -> None:
        """Wait until nothing waits. Cancelling this does not stop the writing."""
        if self._task is not None:
            await asyncio.shield(self._task)

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                await self._write(batch)
            except Exception as broken:  # noqa: BLE001  # a storage that answers nonsense: nobody may wait for ever
                self._tail = None
                for commit, future in batch:
                    self._give_up(commit, future, broken)
            self._wake()

    async def _write(self, batch: list[tuple[Commit, asyncio.Future[int]]]) -> None:
        while batch := self._grounded(batch):
            if self._tail is None:
                self._tail = await self._patiently(self._backend.tail)
            numbered, position = [], self._tail
            for commit, _ in batch:
                numbered.append(CommitAt(position, commit))
                position += commit.size
            begun = time.perf_counter()
            done, clash = await self._offer(numbered)
            self._observe(time.perf_counter() - begun)
            self.recent.add(numbered[:done])
            for (_, future), at in zip(batch[:done], numbered[:done], strict=True):
                _settle(future, at.position)
            self._tail = numbered[done].position if done < len(numbered) else position
            batch = batch[done:]
            if clash is Clash.POSITION:
                self._tail = None
            elif clash is not None:
                error = await self._error(batch[0][0], clash)
                if error is not None:
                    self._give_up(*batch.pop(0), error)

    def _grounded(self, batch: list[tuple[Commit, asyncio.Future[int]]]) -> list[tuple[Commit, asyncio.Future[int]]]:
        """Those that were not decided upon one that failed."""
        if not self._failed:
            return batch
        left = []
        for commit, future in batch:
            if commit.after in self._failed:
                self._give_up(commit, future, VersionConflict(commit.id))
            else:
                left.append((commit, future))
        return left

    def _give_up(self, commit: Commit, future: asyncio.Future[int], error: Exception) -> None:
        if not _written(future):
            self._failed[commit.id] = None
            if len(self._failed) > REMEMBERED:
                del self._failed[next(iter(self._failed))]
            _fail(future, error)

    async def _offer(self, batch: list[CommitAt]) -> tuple[int, Clash | None]:
        done, unsure = 0, False
        while True:
            try:
                inserted, clash = await self._backend.insert(batch[done:])
            except UnknownOutcome as why:
                unsure = True
                log.warning("append unanswered, offering again", why=str(why), commits=len(batch) - done)
                await asyncio.sleep(self._pause)
                continue
            done += inserted
            ours = await self._ours(batch[done:]) if clash is not None and unsure else 0
            if not ours:
                return done, clash
            done += ours
            if done == len(batch):
                return done, None

    async def _ours(self, offered: list[CommitAt]) -> int:
        """How many, from the first on, are there by an attempt whose answer was lost: it stopped where it clashed."""
        there = await self._patiently(lambda: self._backend.there(offered[0].position, offered[-1].position))
        return next((n for n, at in enumerate(offered) if there.get(at.position) != at.commit.id), len(offered))

    async def _error(self, commit: Commit, clash: Clash) -> Exception | None:
        """What the commit's caller is told; None if the commit has to be offered again, to know."""
        if clash is Clash.STREAM:
            return VersionConflict(commit.id)
        if clash is Clash.FORM:
            return Unstorable(commit.id)

        async def look() -> CommitAt | None:
            return await self._backend.holder(commit)

        holder = await self._patiently(look)
        if holder is None:
            await asyncio.sleep(self._pause)
            return None
        return AlreadyHandled(holder)

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await ask()
            except UnknownOutcome as why:
                log.warning("storage does not answer, asking again", why=str(why))
                await asyncio.sleep(self._pause)


def _written(future: asyncio.Future[int]) -> bool:
    """Whether its caller was told so. One whose caller went away counts as not: who built upon it decides again."""
    return future.done() and not future.cancelled() and future.exception() is None


def _settle(future: asyncio.Future[int], position: int) -> None:
    if not future.done():
        future.set_result(position)


def _fail(future: asyncio.Future[int], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
        future.exception()  # a caller that went away must not leave a warning behind
