"""From the log to the topic, beside aiokafka's pipelined sends of the same bytes with the same settings."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

import uvloop
from aiokafka import AIOKafkaProducer
from pydantic import BaseModel

from benchmarks.bench import Bench
from benchmarks.filling import filled
from benchmarks.following import Following
from benchmarks.result import ACKNOWLEDGED, JOURNALLED, Goal, Result, paired, percentiles
from benchmarks.turns import in_turn
from kernel import topics
from kernel.aggregate import AnyEvent, Created
from kernel.batches import LARGEST_BATCH
from kernel.follower import RELAYED
from kernel.log import CommitAt, StoredEvent
from kernel.mapper import restore, store
from kernel.metrics import Metrics
from kernel.mongo import connect, database
from kernel.mongolog import MongoLog
from kernel.publishing import Message, messages
from kernel.relay import KafkaProducer, Relay
from kernel.topics import LARGEST_DEAD

EVENTS, ROUNDS, PARTITIONS = 60_000, 4, 4
AT = datetime(2027, 4, 1, tzinfo=UTC)


class Told(BaseModel):
    """What is published."""

    NAME: ClassVar[str] = "Told"
    VERSION: ClassVar[int] = 1
    TOPIC: ClassVar[str] = "told"
    case: str
    note: str

    @property
    def key(self) -> str:
        """The case."""
        return self.case


class Kept(Created, frozen=True, kw_only=True):
    """What is in the log."""

    TOPIC = "bench.kept.v1"
    note: str


def event(number: int) -> StoredEvent:
    """The number-th event: a case each."""
    case = f"case-{number}"
    kept = Kept(originator_id=case, originator_version=1, timestamp=AT, originator_topic="bench.kept", note="x" * 200)
    return store(kept)


def publish(event: AnyEvent) -> Sequence[Told]:
    """What a service's `publish` would say."""
    return [Told(case=event.originator_id, note=event.note)] if isinstance(event, Kept) else []


class Ours:
    """The relay's follower, and how long each batch took."""

    def __init__(self, log: MongoLog, db: Any, producer: KafkaProducer) -> None:
        self._relay, self.taken = Relay(producer, publish, "bench", Metrics("bench")), list[float]()
        self.rate = Following("relay", log, db, self._timed, RELAYED, self._relay).rate

    async def _timed(self, batch: list[CommitAt]) -> None:
        before = time.perf_counter()
        await self._relay.begin(batch)
        self.taken.append(time.perf_counter() - before)


async def pipelined(producer: AIOKafkaProducer, topic: str, outgoing: Sequence[Message]) -> float:
    """Messages a second: all are sent, then all confirmations are waited for."""
    ready = [(message.data, message.key.encode(), message.headers()) for message in outgoing]
    begun = time.perf_counter()
    sent = [await producer.send(topic, data, key=key, headers=headers) for data, key, headers in ready]
    await asyncio.gather(*sent)
    return len(ready) / (time.perf_counter() - begun)


def said(batch: Sequence[CommitAt]) -> list[Message]:
    """What the relay makes of a batch."""
    return [
        message for at in batch for recorded in at.recorded()
        for message in messages(recorded, restore(recorded.event), publish, "bench")
    ]  # fmt: skip


async def measure(bench: Bench, mongo: str, kafka: str, events: int) -> Result:
    """In turn, each to a topic of its own."""
    client, prefix = connect(mongo), f"bench-{uuid4().hex[:8]}"
    db = database(client, prefix)
    bench.say("relay: filling the log")
    log = await filled(db, range((ROUNDS + 1) * events), event, AT, lambda done: None)
    names = [f"{prefix}.told", f"{prefix}.beside"]
    await topics.ensure(kafka, names, partitions=PARTITIONS, replicas=1)
    same = said(await log.read(0, events))
    producer = KafkaProducer(kafka, prefix, "bench")
    ours = Ours(log, db, producer)
    beside = AIOKafkaProducer(
        bootstrap_servers=kafka,
        acks="all",
        enable_idempotence=True,
        linger_ms=2,
        max_batch_size=LARGEST_BATCH,
        max_request_size=LARGEST_DEAD,
    )
    await beside.start()
    bench.say("relay")
    await ours.rate(events)
    await pipelined(beside, names[1], same)
    ours.taken.clear()
    turns = await in_turn(ROUNDS, lambda: ours.rate(events), lambda: pipelined(beside, names[1], same))
    await beside.stop()
    await producer.stop()
    await log.close()
    client.close()
    p50, p99 = percentiles(ours.taken)
    return Result(
        "relay from log to topic", "messages/s", paired(turns), goal=Goal(0.6), p50=p50, p99=p99,
        durability=f"{JOURNALLED}; {ACKNOWLEDGED}", against="aiokafka's pipelined sends of the same bytes",
        more={"p50 and p99 are of": f"a batch, {RELAYED} at most"},
    )  # fmt: skip


def run(bench: Bench) -> Iterator[Result]:
    """About twenty seconds."""
    yield uvloop.run(measure(bench, bench.mongo, bench.kafka, bench.size(EVENTS, 1000)))
