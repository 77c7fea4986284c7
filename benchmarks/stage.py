"""One stage of a service: consume, decide, commit, acknowledge; in batches, beside one message at a time.

Both sides are the kernel's own consumer on a real Kafka and MongoDB. The comparison takes batches of one, which is what
an acknowledgement for each message comes to.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

import uvloop
from pydantic import BaseModel

from benchmarks.figures import JOURNALLED, Figure, percentiles, show
from benchmarks.parts import started
from kernel import topics
from kernel.aggregate import Aggregate, Created
from kernel.clock import SystemClock
from kernel.consume import KafkaIntake
from kernel.consumer import Consumer
from kernel.handlers import Handlers
from kernel.ids import RandomIds
from kernel.log import Context
from kernel.metrics import Metrics
from kernel.mongo import MongoLog, connect, database
from kernel.parking import Parking
from kernel.publishing import Message
from kernel.relay import KafkaProducer
from kernel.repository import Repository

BATCHED, SINGLE = 40_000, 2_000
FILLING, CONSUMING = 3.0, 5.0
"""Seconds at most to fill a topic, and to consume from it: a slow machine takes fewer messages, not longer."""
AT = datetime(2027, 4, 1, tzinfo=UTC)
handlers = Handlers()


class Called(BaseModel):
    """The message that is consumed: a new case each."""

    NAME: ClassVar[str] = "Called"
    VERSION: ClassVar[int] = 1
    TOPIC: ClassVar[str] = "calls"
    case: str
    note: str


class Opened(Created, frozen=True, kw_only=True):
    """What it leads to."""

    TOPIC = "bench.case_opened.v1"
    note: str


class Case(Aggregate):
    """One case."""

    TOPIC = "bench.case"
    note: str


@handlers.on(Called)
async def on_called(app: Repository, event: Called, message: Message) -> Sequence[Aggregate]:
    """Look whether the case is there; open it if not."""
    if await app.find(Case, event.case):
        return []
    return [Case.begin(Opened, id=event.case, at=AT, note=event.note)]


class Timed(Consumer):
    """Counts what it has dealt with and notes how long each batch took."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.done, self.seconds = 0, list[float]()

    async def take(self, batch: Sequence[Message]) -> None:
        """See `Consumer.take`."""
        begun = time.perf_counter()
        await super().take(batch)
        self.seconds.append(time.perf_counter() - begun)
        self.done += len(batch)


async def fill(bootstrap: str, prefix: str, most: int) -> int:
    """A topic with calls on four partitions; how many they are."""
    await topics.ensure(bootstrap, [f"{prefix}.calls"], partitions=4, replicas=1)
    producer = KafkaProducer(bootstrap, prefix, "bench")
    await producer.start()
    until, filled = time.perf_counter() + FILLING, 0
    while filled < most and time.perf_counter() < until:
        await producer.send_all([call(number) for number in range(filled, filled + 1000)])
        filled += 1000
    await producer.stop()
    return filled


def call(number: int) -> Message:
    """A call of some 300 bytes."""
    case = f"case-{number}"
    return Message(
        id=f"bench:{case}/1", name="Called", version=1, source="bench", topic="calls", key=case, time=AT,
        position=number + 1, context=Context(case), data=Called(case=case, note="x" * 200).model_dump_json().encode(),
    )  # fmt: skip


async def consume(bootstrap: str, client: Any, calls: int, most: int) -> tuple[float, list[float]]:
    """Messages a second, without the first batch, for which the group is joined; seconds of each batch."""
    prefix = f"bench-{uuid4().hex[:8]}"
    filled = await fill(bootstrap, prefix, calls)
    db = database(client, prefix)
    log, clock = MongoLog(db), SystemClock()
    await log.prepare()
    repository = Repository(log, clock, RandomIds())
    dead = KafkaProducer(bootstrap, prefix, "bench")
    parking, metrics = Parking(db["parked"]), Metrics("bench")
    consumer = Timed("bench", repository, handlers, repository, parking, dead, clock, metrics)
    intake = KafkaIntake(bootstrap, prefix, "bench", handlers.topics, most)
    await intake.start(consumer)
    await until(lambda: consumer.done > 0, 20)
    begun, before = time.perf_counter(), consumer.done
    await until(lambda: consumer.done == filled, CONSUMING)
    rate = (consumer.done - before) / (time.perf_counter() - begun)
    await intake.stop()
    handled = await log.tail() - 1
    assert handled >= consumer.done, "each message is a commit"
    return rate, consumer.seconds


async def until(done: Callable[[], bool], seconds: float) -> None:
    """Wait for it, so long at most; noticed within half a millisecond."""
    end = time.perf_counter() + seconds
    while not done() and time.perf_counter() < end:  # noqa: ASYNC110  # an event would be set in what is measured
        await asyncio.sleep(0.0005)


async def measure(bootstrap: str, mongo: str) -> list[Figure]:
    """Both; about twenty seconds."""
    client = connect(mongo)
    single, _ = await consume(bootstrap, client, SINGLE, most=1)
    batched, seconds = await consume(bootstrap, client, BATCHED, most=500)
    client.close()
    return [Figure("one stage, batches of 500", batched, single, "messages/s", *percentiles(seconds), JOURNALLED)]


def main() -> None:
    """Measure and show."""
    with started("mongod", "kafka") as stack:
        figures = uvloop.run(measure(stack.addresses.kafka, stack.addresses.mongo))
    show("One stage in batches, beside one message at a time (p50, p99: a batch)", figures)


if __name__ == "__main__":
    main()
