"""One stage of a service: consume, decide, commit, acknowledge; beside the careful usual way (`benchmarks.usual`).

Ours is the kernel's own consumer as it runs in a service, in batches. The usual way is written out here, without
anything that it could do without: take a message, load, decide, one transaction with the inbox in it, one
acknowledgement.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

import uvloop
from aiokafka import AIOKafkaConsumer
from pydantic import BaseModel

from benchmarks.bench import Bench
from benchmarks.result import JOURNALLED, Goal, Result, paired, percentiles
from benchmarks.turns import in_turn, until
from benchmarks.usual import UsualLog
from kernel import topics
from kernel.aggregate import Aggregate, Created
from kernel.clock import SystemClock
from kernel.consume import KafkaIntake
from kernel.consumer import Consumer
from kernel.handlers import Handlers
from kernel.ids import RandomIds
from kernel.log import Cause, Context
from kernel.metrics import Metrics
from kernel.mongo import connect, database
from kernel.mongolog import MongoLog
from kernel.parking import Parking
from kernel.publishing import Message, parse
from kernel.relay import KafkaProducer
from kernel.repository import Repository

MESSAGES, FEWER, ROUNDS, PARTITIONS = 40_000, 2_000, 3, 4
CONSUMING = 6.0
"""Seconds at most to consume: a slow machine takes fewer messages, not longer."""
AT = datetime(2027, 4, 1, tzinfo=UTC)
NAME = "bench"
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
        self.done, self.taken = 0, list[float]()

    async def take(self, batch: Sequence[Message]) -> None:
        """See `Consumer.take`."""
        begun = time.perf_counter()
        await super().take(batch)
        self.taken.append(time.perf_counter() - begun)
        self.done += len(batch)


class Stage:
    """Topics, filled, and both ways to consume them."""

    def __init__(self, kafka: str, client: Any) -> None:
        self.kafka, self._client = kafka, client
        self.taken: list[float] = []

    async def filled(self, messages: int, partitions: int = PARTITIONS) -> tuple[str, Any]:
        """A prefix with so many calls on its topic, and an empty database."""
        prefix = f"bench-{uuid4().hex[:8]}"
        await topics.ensure(self.kafka, [f"{prefix}.{Called.TOPIC}"], partitions=partitions, replicas=1)
        producer = KafkaProducer(self.kafka, prefix, NAME)
        await producer.start()
        for first in range(0, messages, 1000):
            await producer.send_all([call(number) for number in range(first, min(first + 1000, messages))])
        await producer.stop()
        return prefix, database(self._client, prefix)

    async def ours(self, messages: int, partitions: int = PARTITIONS) -> float:
        """Messages a second, without the first batch, for which the group is joined."""
        prefix, db = await self.filled(messages, partitions)
        log, clock = MongoLog(db), SystemClock()
        await log.prepare()
        repository, dead = Repository(log, clock, RandomIds()), KafkaProducer(self.kafka, prefix, NAME)
        consumer = Timed(NAME, repository, handlers, repository, Parking(db["parked"]), dead, clock, Metrics(NAME))
        intake = KafkaIntake(self.kafka, prefix, NAME, handlers.topics)
        await intake.start(consumer)
        assert await until(lambda: consumer.done > 0, 20), "the first batch came"
        begun, before = time.perf_counter(), consumer.done
        await until(lambda: consumer.done == messages, CONSUMING)
        rate = (consumer.done - before) / (time.perf_counter() - begun)
        await intake.stop()
        assert await log.tail() - 1 >= consumer.done, "each message is a commit"
        self.taken += consumer.taken
        return rate

    async def usual(self, messages: int) -> float:
        """Messages a second, without the first."""
        prefix, db = await self.filled(messages)
        log = UsualLog(db)
        await log.prepare()
        repository = Repository(log, SystemClock(), RandomIds())
        consumer = AIOKafkaConsumer(
            f"{prefix}.{Called.TOPIC}", bootstrap_servers=self.kafka, group_id=f"{prefix}.{NAME}",
            enable_auto_commit=False, auto_offset_reset="earliest", isolation_level="read_committed",
        )  # fmt: skip
        await consumer.start()
        await one(consumer, repository)
        begun, done = time.perf_counter(), 1
        while done < messages and time.perf_counter() - begun < CONSUMING:
            await one(consumer, repository)
            done += 1
        rate = (done - 1) / (time.perf_counter() - begun)
        await consumer.stop()
        assert await log.tail() - 1 == done, "each message is a commit"
        return rate


async def one(consumer: AIOKafkaConsumer, repository: Repository) -> None:
    """One message, one transaction, one acknowledgement."""
    record = await consumer.getone()
    message = parse(record.topic, record.partition, record.offset, record.key, record.value, record.headers)
    aggregates = await handlers.handle(repository, message)
    await repository.save(*aggregates, causes=[Cause(NAME, message.id)], context=message.context)
    await consumer.commit()


def call(number: int) -> Message:
    """A call of some 300 bytes."""
    case = f"case-{number}"
    return Message(
        id=f"bench:{case}/1", name="Called", version=1, source="bench", topic="calls", key=case, time=AT,
        position=number + 1, context=Context(case), data=Called(case=case, note="x" * 200).model_dump_json().encode(),
    )  # fmt: skip


async def measure(bench: Bench, mongo: str, kafka: str) -> Result:
    """In turn."""
    client = connect(mongo)
    stage = Stage(kafka, client)
    many, few = bench.size(MESSAGES, 2000), bench.size(FEWER, 200)
    turns = await in_turn(ROUNDS, lambda: stage.ours(many), lambda: stage.usual(few))
    client.close()
    p50, p99 = percentiles(stage.taken)
    return Result(
        "one stage: consume, decide, commit, acknowledge", "messages/s", paired(turns), goal=Goal(20),
        p50=p50, p99=p99,
        durability=f"{JOURNALLED}; acknowledged after the commit", more={"p50 and p99 are of": "a batch of 500"},
        against="one message, one transaction, one acknowledgement",
    )  # fmt: skip


def run(bench: Bench) -> Iterator[Result]:
    """About a minute."""
    mongo, kafka = bench.mongo, bench.kafka
    bench.say("one stage")
    yield uvloop.run(measure(bench, mongo, kafka))
