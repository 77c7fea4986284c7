"""Loads aggregates out of the log and saves what happened to them.

Loads that ask in the same turn of the event loop share one query; saves that wait share one insert (group commit).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from kernel.aggregate import Aggregate
from kernel.asking import Shared
from kernel.clock import Clock
from kernel.ids import Ids
from kernel.log import Cause, Commit, CommitAt, Context, EventStore, StoredEvent, VersionConflict
from kernel.mapper import restored, store
from kernel.refusals import NotFound
from kernel.shards import ShardedLog
from kernel.snapshots import Draft, NoSnapshots, Snapshots

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")


class Repository:
    """The aggregates of one service."""

    def __init__(self, log: EventStore, clock: Clock, ids: Ids, snapshots: Snapshots | None = None) -> None:
        self.log, self.clock, self.ids = log, clock, ids
        self._snapshots: Snapshots = snapshots or NoSnapshots()
        self._streams = Shared("load streams", log.streams)

    async def get(self, kind: type[A], id: str) -> A:
        """The aggregate. Raises `NotFound`."""
        found = await self.find(kind, id)
        if found is None:
            raise NotFound(kind.__name__)
        return found

    async def find(self, kind: type[A], id: str) -> A | None:
        """The aggregate, or None if nothing ever happened to it or it is of another kind."""
        aggregate = await self._snapshots.latest(kind, id)
        if aggregate is None:
            events = (await self._streams.of([id])).get(id, [])
            self._snapshots.loaded(id, len(events))
        else:
            events = (await self.log.streams([id], after=aggregate.version)).get(id, [])
        return _folded(kind, aggregate, events)

    async def as_of(self, kind: type[A], id: str, commit: CommitAt) -> A:
        """The aggregate as a commit that holds events of it left it. Raises `NotFound`."""
        version = max((event.version for event in commit.commit.events if event.stream == id), default=0)
        events = (await self.log.streams([id])).get(id, [])
        found = _folded(kind, None, [event for event in events if event.version <= version])
        if found is None:
            raise NotFound(kind.__name__)
        return found

    async def save(
        self,
        *aggregates: Aggregate,
        causes: Iterable[Cause] = (),
        context: Context = Context(),  # noqa: B008  # immutable
        of: Aggregate | None = None,
        beside: str = "",
    ) -> int:
        """Write what is pending in the aggregates as one commit; return its position.

        It is about the first aggregate of which something is written, unless it is said of which it is (``of``).
        ``beside`` is the stream or the message's key that it belongs to where the log is split, if that is another.

        Raises `VersionConflict` (load and decide again) or `AlreadyHandled` (the cause acted before). Without pending
        events a commit is written only where it settles a cause; otherwise 0 is returned.
        """
        if of is not None and not context.causation:
            context = Context(context.correlation, _as_left(of), context.traceparent)
        commit = await self._commit(aggregates, causes, context)
        if commit is None:
            return 0
        position = await self._append(commit, beside or _first(aggregates))
        for aggregate in aggregates:
            aggregate.collect_events()  # not before: a save that failed must not leave a hole in the versions
            await self._snapshots.keep(self._snapshots.draft(aggregate))
        return position

    async def hand_over(
        self, shared: Aggregate, *others: Aggregate, causes: Iterable[Cause] = (), after: str = ""
    ) -> tuple[str, asyncio.Task[int]]:
        """Like `save`, but returns when the log has the commit in hand: its id, and the writing to wait for.

        The next command may go on with ``shared`` at once if it names this commit in ``after``: it is then written
        after this one or not at all. When the writing fails, ``shared`` says more than the log: load it again.
        """
        commit = await self._commit((*others, shared), causes, Context(), after)
        draft = self._snapshots.draft(shared)
        shared.collect_events()
        writing = asyncio.create_task(self._written(commit, others, draft, shared.id), name="handed over")
        writing.add_done_callback(_heard)
        return commit.id if commit is not None else after, writing

    async def _commit(
        self, aggregates: Sequence[Aggregate], causes: Iterable[Cause], context: Context, after: str = ""
    ) -> Commit | None:
        at, settled = await self.clock.now(), tuple(causes)
        events = [store(event) for each in aggregates for event in each.pending_events]  # type: ignore[arg-type]  # ours only
        if not events and not settled:
            return None
        if not events and aggregates and not context.causation:
            context = _as_it_stood(aggregates[0], context)
        return Commit(id=self.ids.new(), at=at, events=tuple(events), causes=settled, context=context, after=after)

    async def _written(
        self, commit: Commit | None, others: Sequence[Aggregate], draft: Draft | None, beside: str
    ) -> int:
        try:
            position = await self._append(commit, beside) if commit is not None else 0
        except BaseException:
            self._snapshots.drop(draft)
            raise
        for aggregate in others:
            aggregate.collect_events()
        await self._snapshots.keep(draft)
        return position

    async def _append(self, commit: Commit, beside: str) -> int:
        if isinstance(self.log, ShardedLog):
            return await self.log.append(commit, beside)
        return await self.log.append(commit)

    def shard(self, key: str) -> int:
        """Where what belongs to a stream, or to a message's key, is written; 0 where the log is not split."""
        return self.log.number(key) if isinstance(self.log, ShardedLog) else 0

    async def handled(self, cause: Cause) -> CommitAt | None:
        """The commit by which the cause was settled, if it was."""
        return (await self.log.caused(cause.consumer, [cause.message])).get(cause.message)


def _folded(kind: type[A], aggregate: Aggregate | None, events: Sequence[StoredEvent]) -> A | None:
    """What the events make of it; None where that is nothing, or something of another kind."""
    for event in restored(events):
        aggregate = event.mutate(aggregate)
    return aggregate if isinstance(aggregate, kind) else None


def _first(aggregates: Sequence[Aggregate]) -> str:
    return aggregates[0].id if aggregates else ""


def _as_it_stood(aggregate: Aggregate, context: Context) -> Context:
    """The context of a command's commit without events: what nothing was left to do for, and its last event."""
    return Context(context.correlation or aggregate.id, _as_left(aggregate), context.traceparent)


def _as_left(aggregate: Aggregate) -> str:
    """The last event of it, also of what is pending."""
    return f"{aggregate.id}/{aggregate.version}"


def about(commit: Commit) -> tuple[str, int] | None:
    """The aggregate that a command's commit is about, and its version after it; None where the commit does not say."""
    id, _, version = commit.context.causation.rpartition("/")
    if version.isdecimal():
        return id, int(version)
    if not commit.events:
        return None
    id = commit.events[0].stream
    return id, max(event.version for event in commit.events if event.stream == id)


def _heard(writing: asyncio.Task[int]) -> None:
    """A failure that nobody waits for any more leaves no warning behind."""
    if not writing.cancelled():
        writing.exception()


async def decide_again(act: Callable[[], Awaitable[T]], tries: int = 100) -> T:
    """Run a command that loads, decides and saves; from the start again when another commit came between."""
    for _ in range(tries):
        with contextlib.suppress(VersionConflict):
            return await act()
    raise VersionConflict(f"in {tries} tries another commit always came first")
