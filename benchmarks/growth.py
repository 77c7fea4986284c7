"""How the cost of one event behaves as everything grows: the log, an aggregate, the writers, the partitions.

`make bench ONLY=growth`; bounded in time: what would begin after the bound is left out, and said.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import uvloop

from benchmarks import append, rebuild
from benchmarks.bench import Bench
from benchmarks.filling import filled
from benchmarks.stage import MESSAGES, Stage
from infra.local.programs import PROJECT
from kernel.ids import RandomIds
from kernel.log import StoredEvent
from kernel.mongo import connect, database
from kernel.mongolog import MongoLog

BOUND = 600.0
"""Seconds after which no further point is begun."""
RISE = 1.2
STARTS_WITHIN = 6.0
"""Seconds in which a process is up."""
SECONDS, TIMES, WAITING = 1.0, 3, 64
LOGS, AGGREGATES = (10_000, 100_000, 1_000_000), (1, 10, 100, 1_000, 10_000, 100_000)
CACHED = (
    "A thousand documents are in the processor's cache while they are decoded and folded, ten thousand are not. "
    "The product keeps a snapshot every hundred events."
)
CROWDED = "As many as there are cores bring the most: eight writing processes and the database share two."
WRITERS, PROCESSES, PARTITIONS = (1, 2, 4, 8, 16, 32, 64), (1, 2, 4, 8), (1, 2, 4, 8)


@dataclass(frozen=True)
class Curve:
    """Cost for each event by size; ``why`` explains a bend that is known."""

    name: str
    plot: str
    by: str
    points: Sequence[tuple[int, float]]
    unit: str = "µs for each event"
    why: str = ""

    @property
    def reached(self) -> bool:
        """Whether the cost never rises by more than a fifth over the lowest before it."""
        costs = [cost for _, cost in self.points]
        return all(cost <= RISE * min(costs[: place + 1]) for place, cost in enumerate(costs))

    def plain(self) -> dict[str, Any]:
        """As JSON takes it."""
        points = [(size, float(f"{cost:.4g}")) for size, cost in self.points]
        return {
            "name": self.name, "plot": self.plot, "by": self.by, "points": points, "unit": self.unit,
            "reached": self.reached, "why": self.why,
        }  # fmt: skip

    def line(self) -> str:
        """One JSON object."""
        return json.dumps(self.plain(), ensure_ascii=False)


class Left:
    """Whether there is time for one more point."""

    def __init__(self, bench: Bench) -> None:
        self._bench, self._until = bench, time.monotonic() + BOUND

    def of(self, what: str, sizes: Sequence[int]) -> Iterator[int]:
        """The sizes for which there is time."""
        for size in sizes:
            if time.monotonic() > self._until:
                self._bench.say(f"{what}: no time left for {size:,}")
                return
            self._bench.say(f"{what}: {size:,}")
            yield size


def event(number: int) -> StoredEvent:
    """One of a large log: a case each."""
    return StoredEvent(f"old-{number}", 1, "bench.noted.v1", append.STATE)


async def by_log(bench: Bench, client: Any, left: Left) -> list[Curve]:
    """Appending to a log, and loading a small aggregate from it, as the log grows."""
    db, appends, loads, there = database(client, f"bench_{uuid4().hex[:8]}"), [], [], 0
    for size in left.of("a growing log", [bench.size(size, 1000) for size in LOGS]):
        log = await filled(db, range(there, size), event, append.AT, lambda done: None)
        there = size
        rates = [await append.Ours(log, bench.seconds(SECONDS)).rate(WAITING) for _ in range(TIMES)]
        appends.append((size, 1e6 / statistics.median(rates)))
        await rebuild.write(log, f"file-{size}", 10)
        seconds = await rebuild.rebuilt(log, f"file-{size}", 10, 50)
        loads.append((size, statistics.median(seconds) / 10 * 1e6))
        await log.close()
    by = "events in the log"
    return [
        Curve(f"append, {WAITING} waiting", "growth-append", by, appends),
        Curve("load an aggregate of 10 events", "growth-load", by, loads),
    ]


async def by_aggregate(bench: Bench, client: Any, left: Left) -> Curve:
    """Rebuilding an aggregate without snapshots as it grows."""
    log, points = MongoLog(database(client, f"bench_{uuid4().hex[:8]}")), []
    await log.prepare()
    for size in left.of("a growing aggregate", [size for size in AGGREGATES if size <= bench.size(AGGREGATES[-1])]):
        await rebuild.write(log, f"file-{size}", size)
        seconds = await rebuild.rebuilt(log, f"file-{size}", size, 3 if size > 1000 else 20)
        points.append((size, statistics.median(seconds) / size * 1e6))
    await log.close()
    return Curve("rebuild an aggregate", "growth-aggregate", "events in the aggregate", points, why=CACHED)


async def by_writers(bench: Bench, client: Any, left: Left) -> Curve:
    """Appends by more and more tasks of one process."""
    log, points = MongoLog(database(client, f"bench_{uuid4().hex[:8]}")), []
    await log.prepare()
    for writers in left.of("more writers", WRITERS):
        rates = [await append.Ours(log, bench.seconds(SECONDS)).rate(writers) for _ in range(TIMES)]
        points.append((writers, 1e6 / statistics.median(rates)))
    await log.close()
    return Curve("append by several writers of a process", "growth-writers", "writers", points)


async def by_processes(bench: Bench, client: Any, left: Left) -> list[Curve]:
    """Appends by more and more processes, which contend for the log's tail; and by as many with a log of their own."""
    one = await _by_processes(bench, client, left, "more processes on one log", lambda number: "log")
    own = await _by_processes(bench, client, left, "more processes, each its own log", lambda number: f"log.{number}")
    why = "Processes that write to one log contend for its tail: a log has one writing process, or is split by stream."
    by = "processes"
    return [
        Curve("append by several processes to one log", "growth-processes", by, one, why=why),
        Curve("append by several processes, each to its own log", "growth-logs", by, own, why=CROWDED),
    ]


async def _by_processes(
    bench: Bench, client: Any, left: Left, what: str, log: Callable[[int], str]
) -> list[tuple[int, float]]:
    points = []
    for processes in left.of(what, PROCESSES):
        name, logs = f"bench_{uuid4().hex[:8]}", [log(number) for number in range(processes)]
        for each in set(logs):
            await MongoLog(database(client, name), each).prepare()
        at, seconds = time.time() + STARTS_WITHIN, bench.seconds(3.0)
        told = await asyncio.gather(*(_writing(bench, name, each, at, seconds) for each in logs))
        points.append((processes, 1e6 / sum(told)))
    return points


async def _writing(bench: Bench, name: str, log: str, at: float, seconds: float) -> float:
    command = (sys.executable, "-m", "benchmarks.growth", bench.mongo, name, log, str(at), str(seconds))
    process = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, stdout=subprocess.PIPE)
    told, _ = await process.communicate()
    return float(told)


async def write(url: str, name: str, log_name: str, at: float, seconds: float) -> float:
    """One writing process: appends a second with some waiting, from a moment on that all of them share."""
    client = connect(url)
    log = MongoLog(database(client, name), log_name)
    ours = append.Ours(log, seconds, own=RandomIds().new())
    await asyncio.sleep(at - time.time())
    rate = await ours.rate(WAITING // 4)
    await log.close()
    client.close()
    return rate


async def by_partitions(bench: Bench, client: Any, left: Left) -> Curve:
    """One stage on topics of more and more partitions."""
    stage, points = Stage(bench.kafka, client), []
    for partitions in left.of("more partitions", PARTITIONS):
        points.append((partitions, 1e6 / await stage.ours(bench.size(MESSAGES, 2000), partitions)))
    return Curve("one stage", "growth-partitions", "partitions", points)


async def measure(bench: Bench) -> list[Curve]:
    """All of it, the longest last."""
    client, left = connect(bench.mongo), Left(bench)
    curves = [
        await by_aggregate(bench, client, left), await by_writers(bench, client, left),
        *await by_processes(bench, client, left), await by_partitions(bench, client, left),
        *await by_log(bench, client, left),
    ]  # fmt: skip
    client.close()
    return curves


def run(bench: Bench) -> Iterator[Curve]:
    """Ten minutes at most."""
    yield from uvloop.run(measure(bench))


if __name__ == "__main__":
    mongo, place, own, moment, lasts = sys.argv[1:]
    print(uvloop.run(write(mongo, place, own, float(moment), float(lasts))))
