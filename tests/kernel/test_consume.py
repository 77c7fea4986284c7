"""The Kafka side of a consumer on a real Kafka."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from kernel import topics
from kernel.clock import FixedClock
from kernel.consume import KafkaIntake
from kernel.consumer import Consumer
from kernel.mapper import restore
from kernel.memory import MemoryLog
from kernel.patience import KAFKA_METADATA
from kernel.publishing import Message, messages
from kernel.relay import KafkaProducer
from kernel.testing import MemoryDatabase
from tests.kernel.conftest import Place
from tests.kernel.desk import AT, call, handlers, publish
from tests.kernel.office import Office
from tests.kernel.test_relay import noted

MOST = 2_000_000
"""Bytes that a topic takes in one batch."""


class Ear:
    """Stands where a service's consumer is, and keeps what it is given."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.something = asyncio.Event()

    async def take(self, batch: Sequence[Message]) -> None:
        """Keep it."""
        self.heard += batch
        self.something.set()


async def test_one_living_broker_of_several_will_do(kafka_bootstrap: str, unused_port: Callable[[], int]) -> None:
    several = f"127.0.0.1:{unused_port()},{kafka_bootstrap}"
    prefix = f"several-{uuid4().hex[:8]}"
    await topics.ensure(several, [f"{prefix}.calls"], partitions=1, replicas=1)
    producer, ear = KafkaProducer(several, prefix, "tests"), Ear()
    intake = KafkaIntake(several, prefix, "reader", ["calls"])
    (recorded, event) = await _one()
    await producer.send_all(messages(recorded, event, publish, "tests"))
    await producer.stop()
    listening: Any = ear
    try:
        await intake.start(listening)
        assert intake._subscriber.consumer._client._metadata_max_age_ms == KAFKA_METADATA * 1000
        async with asyncio.timeout(20):
            await ear.something.wait()
    finally:
        await intake.stop()
    assert [message.source for message in ear.heard] == ["tests"]


async def test_the_largest_record_that_a_topic_takes_is_parked_and_what_follows_is_handled(
    kafka_bootstrap: str,
) -> None:
    office, prefix = Office(Place(MemoryLog(), MemoryDatabase())), f"large-{uuid4().hex[:8]}"
    names = [f"{prefix}.calls", f"{prefix}.office.dead-letters"]
    await topics.ensure(kafka_bootstrap, names, partitions=1, replicas=1)
    await _largest(kafka_bootstrap, names[0])
    producer = KafkaProducer(kafka_bootstrap, prefix, "office")
    intake = KafkaIntake(kafka_bootstrap, prefix, "o", ["calls"])
    await producer.send_all([call(1, "a", "after", topic="calls")])
    consumer = Consumer(
        "office", office.desks, handlers, office.repository, office.parking, producer, FixedClock(AT), office.metrics
    )
    try:
        await intake.start(consumer)
        async with asyncio.timeout(30):
            while "a:after" not in office.desks.tries:  # noqa: ASYNC110  # it is the office that is looked at
                await asyncio.sleep(0.05)
    finally:
        await intake.stop()
        await producer.stop()
    assert await office.parking.count() == 1


async def _largest(bootstrap: str, topic: str) -> None:
    """Put a record on the topic with a body as large as it takes, and next to nothing beside it."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", max_request_size=2 * MOST)
    await producer.start()
    try:
        for spare in range(40, 200, 4):
            with contextlib.suppress(MessageSizeTooLargeError):
                await producer.send_and_wait(topic, b"x" * (MOST - spare))
                return
    finally:
        await producer.stop()
    raise AssertionError("the topic takes nothing that large")


async def _one() -> tuple[Any, Any]:
    """A recorded event that others hear of."""
    for at in await (await noted(1)).read(0, 10):
        for recorded in at.recorded():
            event = restore(recorded.event)
            if publish(event):
                return recorded, event
    raise AssertionError("nothing is said")
