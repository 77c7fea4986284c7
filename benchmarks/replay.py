"""A log of a million events replayed into a read model, beside a plain cursor that only decodes.

Both go over the same log, a share of it in each turn; in the end each has read all of it. The read model is a case list
as the services keep it: one document a case, ten events each, five hundred cases under way at a time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psutil
import uvloop

from benchmarks.bench import Bench
from benchmarks.filling import filled
from benchmarks.following import Following
from benchmarks.result import JOURNALLED, Goal, Result, paired
from benchmarks.turns import in_turn
from infra.local.programs import PROJECT
from kernel.aggregate import AnyEvent, Created, Event
from kernel.follower import FAR
from kernel.interpreter import settle
from kernel.log import CommitAt, StoredEvent
from kernel.mapper import store
from kernel.mongo import connect, database
from kernel.mongolog import MongoLog
from kernel.projections import Document, Projection
from kernel.projector import Projector

EVENTS, SHARES, BATCH = 1_000_000, 5, FAR
UNDER_WAY, EACH = 500, 10
FLAT = 1.1
"""Memory counts as flat if its peak in the last share is at most so many times that of the first."""
AT = datetime(2027, 4, 1, tzinfo=UTC)


class Listed(Created, frozen=True, kw_only=True):
    """A case begins."""

    TOPIC = "bench.case_listed.v1"
    note: str


class Moved(Event, frozen=True, kw_only=True):
    """A case goes on."""

    TOPIC = "bench.case_moved.v1"
    status: str
    note: str


def event(number: int) -> StoredEvent:
    """The number-th event of the log: cases take turns."""
    block, place = divmod(number, UNDER_WAY * EACH)
    case, version = block * UNDER_WAY + place % UNDER_WAY, place // UNDER_WAY + 1
    common = {"originator_id": f"case-{case}", "originator_version": version, "timestamp": AT, "note": "x" * 200}
    if version == 1:
        return store(Listed(originator_topic="bench.listed", **common))  # type: ignore[arg-type]  # of several types
    return store(Moved(status=f"step-{version}", **common))  # type: ignore[arg-type]  # of several types


def fold(document: Document, event: AnyEvent) -> Document:
    """A case list's entry."""
    status = event.status if isinstance(event, Moved) else "new"
    return document | {"status": status, "changes": document.get("changes", 0) + 1, "at": event.timestamp}


CASES = Projection("cases", 1, lambda event: event.originator_id, fold)


class Replay:
    """The product's way: a follower far behind reads batches, restores the events, folds them, writes documents."""

    def __init__(self, log: MongoLog, db: Any) -> None:
        self._projector, self.peaks = Projector(CASES, db[CASES.collection]), list[float]()
        self._following = Following(CASES.collection, log, db, self._measured, FAR, self._projector)
        self._peak = 0.0

    async def _measured(self, batch: list[CommitAt]) -> None:
        await self._projector.begin(batch)
        self._peak = max(self._peak, psutil.Process().memory_info().rss / 2**20)

    async def share(self, events: int) -> float:
        """Events a second over the next so many."""
        self._peak = 0.0
        rate = await self._following.rate(events)
        self.peaks.append(self._peak)
        return rate


async def only_decoded(collection: Any, after: int, events: int) -> float:
    """Documents a second of a cursor that decodes them and does nothing."""
    begun, seen = time.perf_counter(), 0
    async for _ in collection.find({"_id": {"$gt": after}}).sort("_id", 1).limit(events).batch_size(BATCH):
        seen += 1
    assert seen == events, "the cursor read its share"
    return events / (time.perf_counter() - begun)


async def measure(url: str, events: int) -> dict[str, Any]:
    """Turns, and the peak of memory in megabytes in each share of the replay."""
    client = connect(url)
    db = database(client, "bench_replay")
    log = MongoLog(db)
    replay, share = Replay(log, db), events // SHARES
    places = iter(range(0, events, share))
    turns = await in_turn(SHARES, lambda: replay.share(share), lambda: only_decoded(db["log"], next(places), share))
    documents = await db[CASES.collection].count_documents({})
    assert documents == events // EACH, "every case is in the read model"
    client.close()
    return {"turns": turns, "peaks": replay.peaks}


async def fill(url: str, events: int, bench: Bench) -> None:
    """The log."""
    client = connect(url)
    db = database(client, "bench_replay")
    log = await filled(
        db, range(events), event, AT, lambda done: bench.say(f"replay: log filled to {done:,} of {events:,}")
    )
    await log.close()
    client.close()


def run(bench: Bench) -> Iterator[Result]:
    """Some minutes at full size. The replay is a process of its own, so that its memory is its own."""
    whole = SHARES * UNDER_WAY * EACH
    events, url = max(whole, bench.size(EVENTS) // whole * whole), bench.mongo
    uvloop.run(fill(url, events, bench))
    bench.say(f"replay of {events:,} events")
    done = subprocess.run(
        (sys.executable, "-m", "benchmarks.replay", url, str(events)), stdout=subprocess.PIPE, cwd=PROJECT, text=True,
        check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    peaks = told["peaks"]
    yield Result(
        f"replay of a log of {events:,} events into a read model", "events/s", paired(told["turns"]), goal=Goal(0.5),
        durability=JOURNALLED, against="a plain cursor that only decodes",
        conditions={"memory flat": peaks[-1] <= FLAT * peaks[0]}, more={"peak MB by share": peaks},
    )  # fmt: skip


if __name__ == "__main__":
    settle()  # as a service does
    print(json.dumps(uvloop.run(measure(sys.argv[1], int(sys.argv[2])))))
