"""A leader that fails takes with it what its followers had not got, and nothing that acks=all has confirmed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, NotLeaderForPartitionError

from kernel.log import Context
from kernel.publishing import Message
from tests.simulation.broker import Broker
from tests.simulation.bus import RemoteProducer
from tests.simulation.conftest import wire
from tests.simulation.loop import SimulatedLoop
from tests.simulation.weather import Weather

AT = datetime(2026, 4, 1, tzinfo=UTC)


def message(number: int) -> Message:
    """One message of one aggregate."""
    return Message(
        id=f"m{number}", name="Said", version=1, source="intake", topic="intake", key="app-1", time=AT,
        position=number, context=Context(), data=b"{}",
    )  # fmt: skip


@pytest.fixture
async def broker() -> Broker:
    """A broker with one topic."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SimulatedLoop)
    made = Broker(loop, random.Random(1))
    made.make(["intake"])
    return made


def producer(broker: Broker, acks: str) -> RemoteProducer:
    """A way to it that waits for that many."""
    made = RemoteProducer(broker, wire(Weather(), KafkaConnectionError))
    made.acks = acks
    return made


def there(broker: Broker) -> list[str]:
    """What the topic holds."""
    return [dict(record.headers)["ce_id"].decode() for log in broker.logs.values() for record in log]


async def test_what_the_leader_alone_confirmed_is_lost_with_it(broker: Broker) -> None:
    one = producer(broker, "1")
    await one.send_all([message(1)])
    broker.stand_still("intake")
    await one.send_all([message(2)])
    assert there(broker) == ["m1", "m2"]
    assert broker.elect("intake") == 1
    assert there(broker) == ["m1"]


async def test_who_waits_for_all_is_not_told_so_before_followers_have_it(broker: Broker) -> None:
    broker.stand_still("intake")
    sending = asyncio.ensure_future(producer(broker, "all").send_all([message(1)]))
    await asyncio.sleep(3)
    assert (sending.done(), there(broker)) == (False, ["m1"])
    broker.elect("intake")
    with pytest.raises(NotLeaderForPartitionError):
        await sending
    assert there(broker) == []


async def test_who_waits_for_all_is_told_so_when_followers_have_caught_up(broker: Broker) -> None:
    broker.stand_still("intake")
    sending = asyncio.ensure_future(producer(broker, "all").send_all([message(1)]))
    await asyncio.sleep(3)
    broker.catch_up()
    await sending
    assert broker.elect("intake") == 0
    assert there(broker) == ["m1"]


async def test_no_consumer_is_given_what_followers_have_not(broker: Broker) -> None:
    number = broker.join("group", ["intake"], wire(Weather(), KafkaConnectionError))
    await producer(broker, "1").send_all([message(1)])
    broker.stand_still("intake")
    await producer(broker, "1").send_all([message(2)])
    assert set(_given(broker, number)) == {"m1"}
    broker.catch_up()
    assert set(_given(broker, number)) == {"m1", "m2"}


def _given(broker: Broker, number: int) -> Iterator[str]:
    """What a member is given in many tries; it acknowledges nothing."""
    begins: dict[TopicPartition, int] = {}
    for _ in range(40):
        found = broker.fetch("group", number, 0, begins)
        yield from (dict(record.headers)["ce_id"].decode() for record in found.records)
