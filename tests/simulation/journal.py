"""The event log's server in memory, with a majority that follows after, and with failovers that roll back.

The log above it is the product's: group commit on a backend. What a process reads is what the majority has; what it
inserts is seen by the writing node at once. A failover takes back what the majority had not seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from kernel.groupcommit import Clash, GroupCommit, UnknownOutcome
from kernel.log import Commit, CommitAt, Recorded, StoredEvent
from kernel.memory import MemoryBackend
from tests.simulation.loop import SimulatedLoop
from tests.simulation.store import at_once
from tests.simulation.weather import Wire

REPLICATION = 0.004
"""Seconds at most until the majority has an insert, in good weather."""


class JournalServer:
    """One service's log at its server. ``seen`` is what readers were given: after a position, up to one, how many."""

    def __init__(self, loop: SimulatedLoop) -> None:
        self.node, self._loop = MemoryBackend(), loop
        self.majority, self.term = 1, 1
        """The position up to which the majority has everything (excluded), and how many primaries there were."""
        self.seen: set[tuple[int, int, int]] = set()

    @property
    def tail(self) -> int:
        """Where the node inserts next."""
        return self.node.commits[-1].end if self.node.commits else 1

    def spread(self, seconds: float) -> None:
        """What is there now reaches the majority so much later, unless a failover comes first."""
        end, term = self.tail, self.term
        context = self._loop.outside.context
        self._loop.call_later(seconds, self._reached, end, term, context=context)

    def _reached(self, end: int, term: int) -> None:
        if term == self.term:
            self.majority = max(self.majority, end)

    def fail_over(self) -> int:
        """Another primary: what the majority had not seen is gone; how many commits."""
        kept = [at for at in self.node.commits if at.position < self.majority]
        lost = len(self.node.commits) - len(kept)
        self.term += 1
        if lost:
            self.node = MemoryBackend()
            for at in kept:
                self.node._keep(at)
        return lost

    def read(self, after: int, limit: int) -> list[CommitAt]:
        """What the majority has."""
        found = [at for at in self.node.after(after, limit) if at.position < self.majority]
        if found:
            self.seen.add((after, found[-1].end - 1, len(found)))
        return found

    def versions_after(self, ids: Sequence[str], after: int) -> dict[str, list[Recorded]]:
        """What the majority has of the streams."""
        found = self.node.versions_after(ids, after)
        there = {id: [r for r in each if r.position < self.majority] for id, each in found.items()}
        return {id: each for id, each in there.items() if each}


class RemoteBackend:
    """`kernel.groupcommit.Backend` over a wire."""

    def __init__(self, server: JournalServer, wire: Wire) -> None:
        self._server, self._wire = server, wire

    async def insert(self, batch: list[CommitAt]) -> tuple[int, Clash | None]:
        """See `Backend`."""
        takes = self._wire.dice.random() * REPLICATION + (self._wire.weather.travel(self._wire.dice))
        term = 0

        def operation() -> tuple[int, Clash | None]:
            nonlocal term
            term = self._server.term
            answer = at_once(self._server.node.insert(batch))
            self._server.spread(takes)
            return answer

        answer = await self._wire.call(operation, lambda: takes)
        if term != self._server.term:
            raise UnknownOutcome("another node was elected meanwhile")
        return answer

    async def there(self, first: int, last: int) -> dict[int, str]:
        """See `Backend`."""

        def operation() -> dict[int, str]:
            found = at_once(self._server.node.there(first, last))
            if any(position >= self._server.majority for position in found):
                raise UnknownOutcome("the majority has not seen it yet")
            return found

        return await self._wire.call(operation)

    async def holder(self, commit: Commit) -> CommitAt | None:
        """See `Backend`."""

        def operation() -> CommitAt | None:
            found = at_once(self._server.node.holder(commit))
            return found if found is not None and found.position < self._server.majority else None

        return await self._wire.call(operation)

    async def tail(self) -> int:
        """See `Backend`."""
        return await self._wire.call(lambda: self._server.tail)


class RemoteLog:
    """`kernel.log.EventLog` over two wires: one whose silence is an unknown outcome, one whose silence is an error."""

    def __init__(self, server: JournalServer, writes: Wire, reads: Wire) -> None:
        self._server, self._reads = server, reads
        self._writer = GroupCommit(RemoteBackend(server, writes))

    async def prepare(self) -> None:
        """See `kernel.ports.DurableLog`."""
        await self._reads.call(lambda: None)

    async def append(self, commit: Commit) -> int:
        """See `EventLog.append`."""
        return await self._writer.append(commit)

    async def read(self, after: int, limit: int) -> list[CommitAt]:
        """See `EventLog.read`."""
        return await self._reads.call(lambda: self._server.read(after, limit))

    async def follow(self, after: int, limit: int) -> list[CommitAt]:
        """See `EventLog.follow`."""
        return self._writer.recent.after(after, limit) or await self.read(after, limit)

    async def streams(self, ids: Sequence[str], after: int = 0) -> dict[str, list[StoredEvent]]:
        """See `EventLog.streams`."""
        found = await self._reads.call(lambda: self._server.versions_after(ids, after))
        return {id: [recorded.event for recorded in each] for id, each in found.items()}

    async def history(self, stream: str) -> list[Recorded]:
        """See `EventLog.history`."""
        return (await self._reads.call(lambda: self._server.versions_after([stream], 0))).get(stream, [])

    async def caused(self, consumer: str, messages: Sequence[str]) -> dict[str, CommitAt]:
        """See `EventLog.caused`."""

        def operation() -> dict[str, CommitAt]:
            found = self._server.node.settled(consumer, messages)
            return {message: at for message, at in found.items() if at.position < self._server.majority}

        return await self._reads.call(operation)

    async def tail(self) -> int:
        """See `EventLog.tail`."""
        return await self._reads.call(lambda: self._server.majority)

    async def disk(self) -> tuple[int, int]:
        """See `kernel.ports.DurableLog`: the simulation's disks are never full."""
        return await self._reads.call(lambda: (2, 1))

    def written(self) -> int:
        """See `EventLog.written`."""
        return self._writer.recent.end

    def generation(self) -> int:
        """See `EventLog.generation`."""
        return self._writer.generation

    async def appended(self, since: int, within: float) -> None:
        """See `EventLog.appended`."""
        await self._writer.grown(since, within)

    async def close(self) -> None:
        """See `EventLog.close`."""
        await self._writer.close()
