"""A log split by stream into shards, each a log with positions of its own; for commands they are one.

Streams that are written together have one home, and what has one home is in one shard for good. So a commit is one
document of one shard, a stream's versions and a message's cause are unique there as in a log that is whole, and a key
keeps its order.
"""

from __future__ import annotations

import asyncio
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from kernel.log import Commit, CommitAt, EventLog, Recorded, StoredEvent

MOST = 64
"""Shards of one log."""
Home = Callable[[str], str]
"""From a stream's id, or the key of a message, to its home; pure, and the same for good. `UNKNOWN` where neither tells:
streams of before there were homes, which only a log that is not split can hold."""
UNKNOWN = ""
L = TypeVar("L", bound=EventLog)
V = TypeVar("V")


def shard_of(home: str, count: int) -> int:
    """In which of so many shards a home is: the same for good, in every process and version."""
    return zlib.crc32(home.encode()) % count


def named(name: str, shard: int) -> str:
    """What something of a shard is called: of the first as where there is only one, of the others with their number."""
    return f"{name}.{shard}" if shard else name


class ShardedLog(Generic[L]):
    """`kernel.log.EventStore` over the ``shards``. What is read by position is asked of one of them.

    Over one shard it only guards that no commit has events of different homes, which no split log could take.
    """

    def __init__(self, shards: Sequence[L], home: Home) -> None:
        self.shards, self._home = shards, home

    def number(self, key: str) -> int:
        """The shard of a stream, or of what a message with that key leads to; a key without a home is its own."""
        return shard_of(self._home(key) or key, len(self.shards))

    async def append(self, commit: Commit, beside: str = "") -> int:
        """See `EventStore.append`; the position is the shard's.

        ``beside`` is the stream, or the key of the message, that the commit belongs to. One without events goes there,
        or where that is not said by its first cause. Raises ValueError where homes of events differ: the program is at
        fault.
        """
        return await self._of(commit, beside).append(commit)

    def _of(self, commit: Commit, beside: str) -> L:
        if not commit.events:
            return self.shards[self.number(beside or (commit.causes[0].message if commit.causes else UNKNOWN))]
        keys = [event.stream for event in commit.events] + ([beside] if beside else [])
        homes = {self._home(key) for key in keys}
        if len(self.shards) == 1:
            homes.discard(UNKNOWN)
        if len(homes) > 1 or UNKNOWN in homes:
            raise ValueError(f"no shard is the home of all of {sorted(set(keys))}")
        return self.shards[shard_of(homes.pop() if homes else UNKNOWN, len(self.shards))]

    async def streams(self, ids: Sequence[str], after: int = 0) -> dict[str, list[StoredEvent]]:
        """See `EventStore.streams`: each is asked of its shard."""
        if len(self.shards) == 1:
            return await self.shards[0].streams(ids, after)
        asked: defaultdict[int, list[str]] = defaultdict(list)
        for id in ids:
            asked[self.number(id)].append(id)
        asking = (self.shards[number].streams(some, after) for number, some in asked.items())
        return _together(await asyncio.gather(*asking))

    async def history(self, stream: str) -> list[Recorded]:
        """See `EventStore.history`; positions are the shard's."""
        return await self.shards[self.number(stream)].history(stream)

    async def caused(self, consumer: str, messages: Sequence[str]) -> dict[str, CommitAt]:
        """See `EventStore.caused`: a message does not say where it was settled, so all are asked at once."""
        if len(self.shards) == 1:
            return await self.shards[0].caused(consumer, messages)
        return _together(await asyncio.gather(*(shard.caused(consumer, messages) for shard in self.shards)))

    def generation(self) -> int:
        """See `EventStore.generation`."""
        return sum(shard.generation() for shard in self.shards)

    async def appended(self, since: int, within: float) -> None:
        """See `EventStore.appended`: whichever shard it is that grows."""
        if len(self.shards) == 1:
            await self.shards[0].appended(since, within)
            return
        if self.generation() != since:
            return
        waiting = [asyncio.create_task(shard.appended(shard.generation(), within)) for shard in self.shards]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waiting:
                wait.cancel()

    async def close(self) -> None:
        """See `EventStore.close`."""
        await asyncio.gather(*(shard.close() for shard in self.shards))


def _together(found: Iterable[dict[str, V]]) -> dict[str, V]:
    merged: dict[str, V] = {}
    for each in found:
        merged |= each
    return merged
