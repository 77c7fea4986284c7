"""The Kafka side of a consumer on a real Kafka."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from kernel import topics
from kernel.consume import KafkaIntake
from kernel.mapper import restore
from kernel.publishing import Message, messages
from kernel.relay import KafkaProducer
from tests.kernel.desk import publish
from tests.kernel.test_relay import noted


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
    producer, ear, intake = KafkaProducer(several, prefix, "tests"), Ear(), KafkaIntake(several, prefix, "reader", ["calls"])
    (recorded, event) = await _one()
    await producer.send_all(messages(recorded, event, publish, "tests"))
    await producer.stop()
    listening: Any = ear
    try:
        await intake.start(listening)
        async with asyncio.timeout(20):
            await ear.something.wait()
    finally:
        await intake.stop()
    assert [message.source for message in ear.heard] == ["tests"]


async def _one() -> tuple[Any, Any]:
    """A recorded event that others hear of."""
    for at in await (await noted(1)).read(0, 10):
        for recorded in at.recorded():
            event = restore(recorded.event)
            if publish(event):
                return recorded, event
    raise AssertionError("nothing is said")
