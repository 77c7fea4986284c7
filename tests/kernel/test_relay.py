"""The relay on a real Kafka: what the log holds arrives, in order, also after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from kernel import topics
from kernel.checkpoints import StoredCheckpoints
from kernel.clock import FixedClock
from kernel.follower import Follower
from kernel.ids import CountedIds
from kernel.log import Cause, Context
from kernel.memory import MemoryLog
from kernel.metrics import Metrics
from kernel.publishing import Message, parse
from kernel.relay import KafkaProducer, Relay
from kernel.repository import Repository
from kernel.testing import MemoryDatabase
from tests.kernel.desk import AT, Desk, Noted, Opened, publish


async def noted(count: int) -> MemoryLog:
    """A log with so many calls at five desks."""
    log = MemoryLog()
    repository = Repository(log, FixedClock(AT), CountedIds())
    desks = [Desk.begin(Opened, id=f"desk {n}", at=AT) for n in range(5)]
    for number in range(count):
        desk = desks[number % 5]
        desk.record(Noted, at=AT, what=str(number))
        await repository.save(desk, causes=[Cause("c", str(number))], context=Context("road", str(number), "00-1-2-01"))
    return log


async def arrived(bootstrap: str, topic: str, count: int) -> list[Message]:
    """The first so many messages of a topic, as read by a plain client."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    async with consumer, asyncio.timeout(20):
        found = [await consumer.getone() for _ in range(count)]
    return [parse(r.topic, r.partition, r.offset, r.key, r.value, r.headers) for r in found]


async def test_what_the_log_holds_arrives_in_order(kafka_bootstrap: str) -> None:
    prefix = f"relay-{uuid4().hex[:8]}"
    await topics.ensure(kafka_bootstrap, [f"{prefix}.calls"], partitions=3, replicas=1)
    await topics.ensure(kafka_bootstrap, [f"{prefix}.calls"], partitions=3, replicas=1)
    producer = KafkaProducer(kafka_bootstrap, prefix, "tests")
    await producer.start()
    log, checkpoints, metrics = await noted(200), StoredCheckpoints(MemoryDatabase()["checkpoints"]), Metrics("tests")
    relay = Relay(producer, publish, "tests", metrics)
    follower = Follower("relay", log, checkpoints, relay.apply, most=64)
    while await follower.step(token=1):
        pass
    await producer.stop()
    messages = await arrived(kafka_bootstrap, f"{prefix}.calls", 200)
    assert len({message.partition for message in messages}) > 1
    for desk in range(5):
        mine = [message for message in messages if message.key == f"desk {desk}"]
        assert [message.context.causation for message in mine] == [str(n) for n in range(desk, 200, 5)]
        assert [message.id for message in mine] == [f"tests:desk {desk}/{n + 2}" for n in range(40)]
        assert [message.position for message in mine] == sorted(message.position for message in mine)
    first = min(messages, key=lambda message: message.position)
    assert (first.name, first.version, first.source, first.time) == ("Called", 1, "tests", AT)
    assert first.context == Context("road", "0", "00-1-2-01")
    assert metrics.published.labels("Called")._value.get() == 200


async def test_after_a_crash_the_last_batch_comes_again_with_the_same_ids(kafka_bootstrap: str) -> None:
    prefix = f"relay-{uuid4().hex[:8]}"
    await topics.ensure(kafka_bootstrap, [f"{prefix}.calls"], partitions=1, replicas=1)
    producer = KafkaProducer(kafka_bootstrap, prefix, "tests")
    log = await noted(10)
    relay = Relay(producer, publish, "tests", Metrics("tests"))
    batch = await log.read(0, 100)
    await relay.apply(batch)  # and the process dies before its checkpoint
    await relay.apply(batch)
    await producer.stop()
    messages = await arrived(kafka_bootstrap, f"{prefix}.calls", 20)
    assert [message.id for message in messages[:10]] == [message.id for message in messages[10:]]
    assert len({message.id for message in messages}) == 10


class Flaky:
    """A producer that confirms nothing the first time."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.away = True

    async def send_all(self, batch: Sequence[Message]) -> None:
        """See `kernel.relay.Producer`."""
        if self.away:
            self.away = False
            raise TimeoutError
        self.sent += batch


async def test_nothing_counts_as_sent_that_was_not_confirmed() -> None:
    log, checkpoints, producer = await noted(3), StoredCheckpoints(MemoryDatabase()["checkpoints"]), Flaky()
    follower = Follower("relay", log, checkpoints, Relay(producer, publish, "tests", Metrics("tests")).apply)
    with pytest.raises(TimeoutError):
        await follower.step(token=1)
    assert await checkpoints.read("relay") == 0
    await follower.step(token=1)
    assert [message.context.causation for message in producer.sent] == ["0", "1", "2"]
    assert await checkpoints.read("relay") == await log.tail() - 1


async def test_a_broker_that_refuses_is_told_and_the_producer_is_made_anew(kafka_bootstrap: str) -> None:
    prefix = f"relay-{uuid4().hex[:8]}"
    producer = KafkaProducer(kafka_bootstrap, prefix, "tests")
    log = await noted(1)
    (at,) = await log.read(0, 1)
    relay = Relay(producer, publish, "tests", Metrics("tests"))
    huge = Relay(producer, lambda event: [_Huge()], "tests", Metrics("tests"))
    await topics.ensure(kafka_bootstrap, [f"{prefix}.calls"], partitions=1, replicas=1)
    with pytest.raises(KafkaError):
        await huge.apply([at])
    await relay.apply([at])
    await producer.stop()
    assert [message.id for message in await arrived(kafka_bootstrap, f"{prefix}.calls", 1)] == ["tests:desk 0/2"]


class _Huge:
    """An event that is too large for the broker."""

    NAME: ClassVar[str] = "Huge"
    VERSION: ClassVar[int] = 1
    TOPIC: ClassVar[str] = "calls"
    key = "a"

    def model_dump_json(self) -> str:
        """Three megabytes."""
        return "x" * 3_000_000


async def test_a_batch_of_many_and_large_messages_arrives_whole_and_in_the_order_of_each_key(
    kafka_bootstrap: str,
) -> None:
    prefix = f"relay-{uuid4().hex[:8]}"
    await topics.ensure(kafka_bootstrap, [f"{prefix}.{name}" for name in ("calls", "others")], partitions=3, replicas=1)
    sent = [
        Message(
            id=f"tests:{number}", name="Called", version=1, source="tests", topic=("calls", "others")[number % 7 == 0],
            key=f"desk {number % 11}", time=AT, position=number, context=Context(),
            data=b"x" * (300_000 if number % 100 == 50 else 3_000),
        )
        for number in range(1, 601)
    ]  # fmt: skip
    producer = KafkaProducer(kafka_bootstrap, prefix, "tests")
    await producer.send_all(sent)
    await producer.send_all([])
    await producer.stop()
    for topic in ("calls", "others"):
        mine = [message for message in sent if message.topic == topic]
        found = await arrived(kafka_bootstrap, f"{prefix}.{topic}", len(mine))
        assert sorted((m.id, m.data) for m in found) == sorted((m.id, m.data) for m in mine)
        for key in {message.key for message in mine}:
            there = [message for message in found if message.key == key]
            assert [message.id for message in there] == [message.id for message in mine if message.key == key]
            assert len({message.partition for message in there}) == 1


async def test_a_key_goes_where_every_client_of_kafka_puts_it(kafka_bootstrap: str) -> None:
    """Forms and officers' tools may write with clients of their own; equal keys meet in one partition."""
    prefix, keys = f"relay-{uuid4().hex[:8]}", [f"app-{number}" for number in range(40)]
    topic = f"{prefix}.calls"
    await topics.ensure(kafka_bootstrap, [topic], partitions=5, replicas=1)
    ours = KafkaProducer(kafka_bootstrap, prefix, "tests")
    await ours.send_all(
        [
            Message(
                id=key, name="Called", version=1, source="tests", topic="calls", key=key, time=AT, position=1,
                context=Context(), data=b"{}",
            )
            for key in keys
        ]
    )  # fmt: skip
    await ours.stop()
    placed = {message.key: message.partition for message in await arrived(kafka_bootstrap, topic, len(keys))}
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap) as other:
        for key in keys:
            record = await other.send_and_wait(topic, b"{}", key=key.encode())
            assert record.partition == placed[key]
