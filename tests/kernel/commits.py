"""Short words for the tests of the log: events, commits, and what a log holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from kernel.ids import CountedIds
from kernel.log import Cause, Commit, CommitAt, Context, EventLog, StoredEvent

AT = datetime(2027, 4, 1, 9, 30, tzinfo=UTC)
ids = CountedIds()


def event(stream: str, version: int, state: bytes = b"{}") -> StoredEvent:
    """An event of a stream."""
    return StoredEvent(stream, version, "tests.happened.v1", state)


def commit(*events: StoredEvent, causes: Iterable[Cause] = (), context: Context | None = None) -> Commit:
    """A commit with an id of its own."""
    return Commit(id=ids.new(), at=AT, events=events, causes=tuple(causes), context=context or Context())


async def everything(log: EventLog) -> list[CommitAt]:
    """All commits, read seven at a time."""
    found: list[CommitAt] = []
    while batch := await log.read(found[-1].position if found else 0, 7):
        found += batch
    return found


def assert_whole(commits: list[CommitAt]) -> None:
    """Positions run from 1 without a hole; each stream's versions run from 1 without a hole, in order of position."""
    expected, versions = 1, dict[str, int]()
    for at in commits:
        assert at.position == expected
        expected = at.end
        for stored in at.commit.events:
            assert stored.version == versions.get(stored.stream, 0) + 1
            versions[stored.stream] = stored.version
    ids = [at.commit.id for at in commits]
    assert len(set(ids)) == len(ids)
