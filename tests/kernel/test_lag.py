"""How far a group is behind, on a real Kafka."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from kernel import topics
from kernel.lag import KafkaAway, Lag, Seen


async def test_what_is_not_acknowledged_is_counted_and_grows_old(kafka_bootstrap: str) -> None:
    prefix = f"lag-{uuid4().hex[:8]}"
    part = TopicPartition(f"{prefix}.calls", 0)
    await topics.ensure(kafka_bootstrap, [part.topic, f"{prefix}.quiet"], partitions=1, replicas=1)
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap) as producer:
        for _ in range(5):
            await producer.send_and_wait(part.topic, b"{}")
    lag = Lag(kafka_bootstrap, prefix, "desk", ["calls", "quiet"])
    first = await answered(lag)
    assert (first.brokers, first.messages) == (1, {"calls": 5, "quiet": 0})
    await asyncio.sleep(0.2)
    later = await lag.look()
    assert later.seconds["calls"] >= 0.2
    assert later.seconds["quiet"] == 0
    await acknowledge(kafka_bootstrap, f"{prefix}.desk", part, 3)
    assert (await lag.look()).messages["calls"] == 2
    await acknowledge(kafka_bootstrap, f"{prefix}.desk", part, 5)
    last = await lag.look()
    assert (last.messages["calls"], last.seconds["calls"]) == (0, 0)
    await lag.close()


async def test_a_kafka_that_does_not_answer_is_away(unused_port: Callable[[], int]) -> None:
    lag = Lag(f"127.0.0.1:{unused_port()}", "lag", "desk", ["calls"])
    with pytest.raises(KafkaAway):
        await lag.look()
    await lag.close()


async def answered(lag: Lag) -> Seen:
    """The first look that is answered: a Kafka that was just started has no coordinator of groups for a moment."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await lag.look()
            except KafkaAway:
                await asyncio.sleep(0.1)


async def acknowledge(kafka: str, group: str, part: TopicPartition, offset: int) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    consumer.assign([part])
    await consumer.commit({part: offset})
    await consumer.stop()
