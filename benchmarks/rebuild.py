"""An aggregate of 1,000 events rebuilt from the log, beside `eventsourcing` with its default mapper on PostgreSQL."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import uvloop

from benchmarks.bench import Bench
from benchmarks.peers.process import DURABILITY, Library
from benchmarks.result import JOURNALLED, Goal, Result, paired, percentiles
from benchmarks.turns import in_turn
from kernel.aggregate import Aggregate, Created, Event
from kernel.clock import FixedClock
from kernel.ids import RandomIds
from kernel.log import Commit
from kernel.mapper import store
from kernel.mongo import connect, database
from kernel.mongolog import MongoLog
from kernel.repository import Repository

EVENTS, ROUNDS, TIMES = 1_000, 5, 10
NOTE = "x" * 200
AT = datetime(2027, 4, 1, tzinfo=UTC)


class Noted(Created, frozen=True, kw_only=True):
    """The first event."""

    TOPIC = "bench.file_opened.v1"
    note: str


class Changed(Event, frozen=True, kw_only=True):
    """All others."""

    TOPIC = "bench.file_changed.v1"
    note: str

    def apply(self, aggregate: File) -> None:
        """One more."""
        aggregate.note = self.note
        aggregate.changes += 1


class File(Aggregate):
    """An aggregate with many events."""

    TOPIC = "bench.file"
    note: str
    changes: int = 0


async def write(log: MongoLog, id: str, events: int) -> None:
    """An aggregate with so many events, in commits of one event, as commands would have made them."""
    file = File.begin(Noted, id=id, at=AT, note=NOTE)
    for number in range(events - 1):
        file.record(Changed, at=AT, note=f"{NOTE}{number}")
    ids = RandomIds()
    stored = [store(event) for event in file.collect_events()]  # type: ignore[arg-type]  # ours only
    for first in range(0, events, 1000):
        some = stored[first : first + 1000]
        await asyncio.gather(*(log.append(Commit(id=ids.new(), at=AT, events=(event,))) for event in some))


async def rebuilt(log: MongoLog, id: str, events: int, times: int) -> list[float]:
    """Seconds for each of so many times, without snapshots."""
    repository, seconds = Repository(log, FixedClock(AT), RandomIds()), []
    for _ in range(times):
        begun = time.perf_counter()
        file = await repository.get(File, id)
        seconds.append(time.perf_counter() - begun)
        assert file.changes == events - 1, "all events were applied"
    return seconds


async def beside_library(url: str, library: Library, times: int) -> Result:
    """In turn with the library."""
    client = connect(url)
    log = MongoLog(database(client, "bench_rebuild"))
    await log.prepare()
    await write(log, "file-1", EVENTS)
    theirs = library.ask("write", events=EVENTS, note=NOTE)["id"]
    taken: list[float] = []

    async def ours() -> float:
        seconds = await rebuilt(log, "file-1", EVENTS, times)
        taken.extend(seconds)
        return 1 / statistics.median(seconds)

    async def beside() -> float:
        told = library.ask("rebuild", id=theirs, events=EVENTS, times=times)
        return float(1 / statistics.median(told["seconds"]))

    turns = await in_turn(ROUNDS, ours, beside)
    await log.close()
    client.close()
    p50, p99 = percentiles(taken)
    return Result(
        "rebuild an aggregate of 1,000 events", "aggregates/s", paired(turns), goal=Goal(5),
        durability=f"{JOURNALLED}; {DURABILITY}", p50=p50, p99=p99,
        against=f"eventsourcing on PostgreSQL {library.postgres.version}, default mapper",
    )  # fmt: skip


def run(bench: Bench) -> Iterator[Result]:
    """About ten seconds."""
    url, library = bench.mongo, bench.library
    bench.say("rebuild of an aggregate")
    yield uvloop.run(beside_library(url, library, bench.size(TIMES, 2)))
