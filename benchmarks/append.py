"""Appends to the log, alone and with others waiting, beside a bare bulk insert.

The comparison inserts documents of the same form, as many at once as wait on our side, with the same driver, indexes
and durability. The two take turns, so that what else the machine does meets both; the median of the turns counts.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from datetime import UTC, datetime
from itertools import count
from typing import Any

import uvloop

from benchmarks.figures import JOURNALLED, Figure, percentiles, show
from benchmarks.parts import started
from kernel.ids import RandomIds
from kernel.log import Commit, StoredEvent
from kernel.mongo import INDEXES, MongoLog, connect, database

WAITING = (1, 16, 64, 1000)
ROUNDS, SECONDS = 7, 0.25
STATE = b'{"originator_id":"case","timestamp":"2027-04-01T00:00:00Z","note":"' + b"x" * 200 + b'"}'
STREAMS = count(1)
AT = datetime(2027, 4, 1, tzinfo=UTC)


class Ours:
    """Tasks that append one event each, again and again."""

    def __init__(self, log: MongoLog) -> None:
        self._log, self._ids, self._streams, self._own = log, RandomIds(), count(), next(STREAMS)
        self.seconds: list[float] = []

    async def run(self, waiting: int) -> float:
        """Appends a second."""
        until = time.perf_counter() + SECONDS
        begun = time.perf_counter()
        done = await asyncio.gather(*(self._append(until) for _ in range(waiting)))
        return sum(done) / (time.perf_counter() - begun)

    async def _append(self, until: float) -> int:
        done, now = 0, time.perf_counter()
        while now < until:
            event = StoredEvent(f"case-{self._own}-{next(self._streams)}", 1, "bench.noted.v1", STATE)
            await self._log.append(Commit(id=self._ids.new(), at=AT, events=(event,)))
            done, before, now = done + 1, now, time.perf_counter()
            self.seconds.append(now - before)
        return done


class Bare:
    """One bulk insert after the other."""

    def __init__(self, collection: Any) -> None:
        self._collection, self._ids, self._numbers = collection, RandomIds(), count(1)

    async def run(self, waiting: int) -> float:
        """Documents a second."""
        begun, done = time.perf_counter(), 0
        while time.perf_counter() - begun < SECONDS:
            await self._collection.insert_many([self._document() for _ in range(waiting)], ordered=True)
            done += waiting
        return done / (time.perf_counter() - begun)

    def _document(self) -> dict[str, Any]:
        number = next(self._numbers)
        event = {"s": f"case-{number}", "v": 1, "t": "bench.noted.v1", "d": STATE}
        return {"_id": number, "n": 1, "c": self._ids.new(), "at": AT, "e": [event]}


async def measure(url: str) -> list[Figure]:
    """All of it; about twenty seconds."""
    client = connect(url)
    db = database(client, "bench_append")
    log = MongoLog(db)
    await log.prepare()
    for name, keys in INDEXES.items():
        await db["bare"].create_index(keys, name=name, unique=True, sparse=True)
    bare = Bare(db["bare"])
    await Ours(log).run(64)
    await bare.run(64)
    figures = []
    for waiting in WAITING:
        ours, rates = Ours(log), list[tuple[float, float]]()
        for _ in range(ROUNDS):
            rates.append((await ours.run(waiting), await bare.run(waiting)))
        rate, beside = (statistics.median(each) for each in zip(*rates, strict=True))
        name = "append, alone" if waiting == 1 else f"append, {waiting:,} waiting"
        figures.append(Figure(name, rate, beside, "appends/s", *percentiles(ours.seconds), JOURNALLED))
    await log.close()
    client.close()
    return figures


def main() -> None:
    """Measure and show."""
    with started("mongod") as stack:
        show("Appends, beside a bare bulk insert", uvloop.run(measure(stack.addresses.mongo)))


if __name__ == "__main__":
    main()
