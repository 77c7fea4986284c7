"""The event log in memory: for domain stories and simulations. It passes the same suite as the one on MongoDB."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence

from kernel.groupcommit import Clash, GroupCommit
from kernel.log import Commit, CommitAt, Recorded, StoredEvent


class MemoryBackend:
    """The three unique indexes of the log as dictionaries."""

    def __init__(self) -> None:
        self.commits: list[CommitAt] = []
        self.positions: list[int] = []
        self.streams: dict[str, list[Recorded]] = defaultdict(list)
        self.versions: dict[tuple[str, int], CommitAt] = {}
        self.causes: dict[tuple[str, str], CommitAt] = {}

    async def insert(self, batch: list[CommitAt]) -> tuple[int, Clash | None]:
        """See `kernel.groupcommit.Backend`."""
        for done, at in enumerate(batch):
            clash = self._clash(at)
            if clash is not None:
                return done, clash
            self._keep(at)
        return len(batch), None

    def _clash(self, at: CommitAt) -> Clash | None:
        if self.commits and at.position < self.commits[-1].end:
            return Clash.POSITION
        if any((event.stream, event.version) in self.versions for event in at.commit.events):
            return Clash.STREAM
        if any((cause.consumer, cause.message) in self.causes for cause in at.commit.causes):
            return Clash.CAUSE
        return None

    def _keep(self, at: CommitAt) -> None:
        self.commits.append(at)
        self.positions.append(at.position)
        for recorded in at.recorded():
            self.versions[recorded.event.stream, recorded.event.version] = at
            self.streams[recorded.event.stream].append(recorded)
        for cause in at.commit.causes:
            self.causes[cause.consumer, cause.message] = at

    async def there(self, first: int, last: int) -> dict[int, str]:
        """See `kernel.groupcommit.Backend`."""
        found = self.commits[bisect_left(self.positions, first) : bisect_right(self.positions, last)]
        return {at.position: at.commit.id for at in found}

    async def holder(self, commit: Commit) -> CommitAt | None:
        """See `kernel.groupcommit.Backend`."""
        found = (self.causes.get((cause.consumer, cause.message)) for cause in commit.causes)
        return next((at for at in found if at is not None), None)

    async def tail(self) -> int:
        """See `kernel.groupcommit.Backend`."""
        return self.commits[-1].end if self.commits else 1

    def after(self, position: int, limit: int) -> list[CommitAt]:
        """See `kernel.log.EventLog.read`."""
        start = bisect_right(self.positions, position)
        return self.commits[start : start + limit]

    def versions_after(self, ids: Sequence[str], after: int) -> dict[str, list[Recorded]]:
        """What `kernel.log.EventLog.streams` and `history` give, each event with its position."""
        found = {id: [r for r in self.streams.get(id, ()) if r.event.version > after] for id in ids}
        return {id: recorded for id, recorded in found.items() if recorded}

    def settled(self, consumer: str, messages: Sequence[str]) -> dict[str, CommitAt]:
        """See `kernel.log.EventLog.caused`."""
        found = {message: self.causes.get((consumer, message)) for message in messages}
        return {message: at for message, at in found.items() if at is not None}


class MemoryLog:
    """`kernel.log.EventLog` in memory. ``backend`` is what it holds; several logs on one are several processes."""

    def __init__(self, backend: MemoryBackend | None = None) -> None:
        self.backend = backend or MemoryBackend()
        self._writer = GroupCommit(self.backend)

    async def append(self, commit: Commit) -> int:
        """See `EventLog.append`."""
        return await self._writer.append(commit)

    async def read(self, after: int, limit: int) -> list[CommitAt]:
        """See `EventLog.read`."""
        return self.backend.after(after, limit)

    async def follow(self, after: int, limit: int) -> list[CommitAt]:
        """See `EventLog.follow`."""
        return await self.read(after, limit)

    async def streams(self, ids: Sequence[str], after: int = 0) -> dict[str, list[StoredEvent]]:
        """See `EventLog.streams`."""
        return {id: [r.event for r in found] for id, found in self.backend.versions_after(ids, after).items()}

    async def history(self, stream: str) -> list[Recorded]:
        """See `EventLog.history`."""
        return self.backend.versions_after([stream], 0).get(stream, [])

    async def caused(self, consumer: str, messages: Sequence[str]) -> dict[str, CommitAt]:
        """See `EventLog.caused`."""
        return self.backend.settled(consumer, messages)

    async def tail(self) -> int:
        """See `EventLog.tail`."""
        return await self.backend.tail()

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
