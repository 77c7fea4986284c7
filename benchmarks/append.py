"""Appends to the log: alone and with others waiting, beside bare inserts and beside `eventsourcing` on PostgreSQL.

The bare inserts are of documents of the same form, as many at once as wait on our side, by the same driver with the
same indexes and durability.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import uvloop

from benchmarks.bench import Bench
from benchmarks.peers.process import DURABILITY, Library
from benchmarks.result import JOURNALLED, Goal, Result, paired, percentiles
from benchmarks.turns import in_turn
from kernel.ids import RandomIds
from kernel.log import Commit, StoredEvent
from kernel.mongo import connect, database
from kernel.mongolog import INDEXES, MongoLog

ROUNDS, SECONDS = 6, 1.0
LIBRARY_ROUNDS, THREADS = 3, (1, 2, 4, 8, 16, 64)
STATE = b'{"originator_id":"case","timestamp":"2027-04-01T00:00:00Z","note":"' + b"x" * 200 + b'"}'
AT = datetime(2027, 4, 1, tzinfo=UTC)
STREAMS = count(1)


class Ours:
    """Tasks that append one event each, again and again. ``own`` tells the streams of several processes apart."""

    def __init__(self, log: MongoLog, seconds: float, own: str = "") -> None:
        self._log, self._seconds = log, seconds
        self._ids, self._streams, self._own = RandomIds(), count(), own or str(next(STREAMS))
        self.taken: list[float] = []

    async def rate(self, waiting: int) -> float:
        """Appends a second."""
        begun = time.perf_counter()
        done = await asyncio.gather(*(self._append(begun + self._seconds) for _ in range(waiting)))
        return sum(done) / (time.perf_counter() - begun)

    async def _append(self, until: float) -> int:
        done, now = 0, time.perf_counter()
        while now < until or not done:
            event = StoredEvent(f"case-{self._own}-{next(self._streams)}", 1, "bench.noted.v1", STATE)
            await self._log.append(Commit(id=self._ids.new(), at=AT, events=(event,)))
            done, before, now = done + 1, now, time.perf_counter()
            self.taken.append(now - before)
        return done


class Bare:
    """One insert of so many documents after the other."""

    def __init__(self, collection: Any, seconds: float) -> None:
        self._collection, self._seconds = collection, seconds
        self._ids, self._numbers = RandomIds(), count(1)
        self.taken: list[float] = []

    async def rate(self, waiting: int) -> float:
        """Documents a second."""
        begun = now = time.perf_counter()
        done = 0
        while now - begun < self._seconds or not done:
            if waiting == 1:
                await self._collection.insert_one(self._document())
            else:
                await self._collection.insert_many([self._document() for _ in range(waiting)], ordered=True)
            done, before, now = done + waiting, now, time.perf_counter()
            self.taken.append(now - before)
        return done / (now - begun)

    def _document(self) -> dict[str, Any]:
        number = next(self._numbers)
        event = {"s": f"case-{number}", "v": 1, "t": "bench.noted.v1", "d": STATE}
        return {"_id": number, "n": 1, "c": self._ids.new(), "at": AT, "e": [event]}


async def beside_inserts(url: str, seconds: float) -> list[Result]:
    """1,000 waiting and alone."""
    client = connect(url)
    db = database(client, "bench_append")
    log = MongoLog(db)
    await log.prepare()
    for name, keys in INDEXES.items():
        await db["bare"].create_index(keys, name=name, unique=True, sparse=True)
    bare, warm = Bare(db["bare"], seconds), Ours(log, seconds / 2)
    await warm.rate(64)
    results = []
    for waiting in (1000, 1):
        ours = Ours(log, seconds)
        turns = await in_turn(ROUNDS, lambda ours=ours, n=waiting: ours.rate(n), lambda n=waiting: bare.rate(n))  # type: ignore[misc]  # mypy and default arguments
        results.append(_waiting(turns, ours) if waiting > 1 else _alone(turns, ours))
    await log.close()
    client.close()
    return results


def _waiting(turns: list[tuple[float, float]], ours: Ours) -> Result:
    p50, p99 = percentiles(ours.taken)
    return Result(
        "append, 1,000 waiting", "appends/s", paired(turns), goal=Goal(0.85), durability=JOURNALLED,
        against="the driver's bare bulk insert", p50=p50, p99=p99,
    )  # fmt: skip


def _alone(turns: list[tuple[float, float]], ours: Ours) -> Result:
    p50, p99 = percentiles(ours.taken)
    took = [(1000 / mine, 1000 / other) for mine, other in turns]
    return Result(
        "append, alone", "ms", paired(took), goal=Goal(1.3, least=False), durability=JOURNALLED,
        against="one bare journalled insert", p50=p50, p99=p99,
    )  # fmt: skip


async def beside_library(url: str, library: Library, seconds: float) -> Result:
    """64 waiting."""
    client = connect(url)
    log = MongoLog(database(client, "bench_append_64"))
    await log.prepare()
    ours, told = Ours(log, seconds), list[dict[str, Any]]()
    state = STATE.decode()

    def ask(threads: int, seconds: float) -> dict[str, Any]:
        return library.ask("append", threads=threads, seconds=seconds, state=state)

    tried = {threads: ask(threads, seconds / 2)["rate"] for threads in THREADS}
    best = max(tried, key=lambda threads: tried[threads])

    async def beside() -> float:
        told.append(ask(best, seconds))
        return float(told[-1]["rate"])

    await Ours(log, seconds / 2).rate(64)
    turns = await in_turn(LIBRARY_ROUNDS, lambda: ours.rate(64), beside)
    bare = Bare(database(client, "bench_append_64")["bare"], seconds)
    await bare.rate(64)
    await log.close()
    client.close()
    p50, p99 = percentiles(ours.taken)
    theirs = sorted(each["p99"] for each in told)[len(told) // 2]
    return Result(
        "append, 64 waiting", "appends/s", paired(turns), goal=Goal(8), durability=f"{JOURNALLED}; {DURABILITY}",
        against=f"eventsourcing on PostgreSQL {library.postgres.version}, {best} threads", p50=p50, p99=p99,
        conditions={"p99 no worse": p99 <= theirs},
        more={"p99 beside": theirs, "p99 of a bare insert of 64": percentiles(bare.taken)[1], "rate by threads": tried},
    )  # fmt: skip


def run(bench: Bench) -> Iterator[Result]:
    """About half a minute."""
    seconds = bench.seconds(SECONDS)
    url = bench.mongo
    bench.say("append, beside bare inserts")
    yield from uvloop.run(beside_inserts(url, seconds))
    library = bench.library
    bench.say("append, beside eventsourcing on PostgreSQL")
    yield uvloop.run(beside_library(url, library, bench.seconds(2.0)))
