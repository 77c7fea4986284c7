"""One process's ways to the broker: as a producer, as a member of a consumer group, as who looks at its lag."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaConnectionError, UnknownMemberIdError

from kernel.consume import Batches, Offsets
from kernel.consumer import Consumer
from kernel.lag import KafkaAway, Seen
from kernel.publishing import Message
from tests.simulation.broker import Broker, Kept
from tests.simulation.weather import Wire

POLL = 0.5


class RemoteProducer:
    """`kernel.relay.Producer`: idempotent within a call, so order holds; what failed may be there in part."""

    acks = "all"

    def __init__(self, broker: Broker, wire: Wire) -> None:
        self._broker, self._wire, self._turn = broker, wire, asyncio.Lock()

    async def send_all(self, batch: Sequence[Message]) -> None:
        """See `Producer.send_all`."""
        async with self._turn:
            cut = len(batch)
            if self._wire.weather.lost and self._wire.dice.random() < self._wire.weather.lost:
                cut = self._wire.dice.randrange(len(batch) + 1)

            def operation() -> list[Kept]:
                kept = [self._broker.append(message) for message in batch[:cut]]
                if cut < len(batch):
                    raise KafkaConnectionError("the rest was not confirmed")
                return kept

            kept = await self._wire.call(operation)
            if self.acks == "all":
                await self._broker.replicated(kept)

    async def stop(self) -> None:
        """Nothing is kept open."""


class RemoteIntake:
    """`kernel.consume.Intake`: a member that fetches, has the product deal with it, and fetches again."""

    def __init__(self, broker: Broker, group: str, topics: Sequence[str], wire: Wire) -> None:
        self._broker, self._group, self._topics, self._wire = broker, group, tuple(topics), wire
        self._number, self._generation, self.batches = 0, 0, Batches
        self._positions: dict[TopicPartition, int] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self, consumer: Consumer) -> None:
        """See `Intake.start`."""
        await self._join()
        self._task = asyncio.create_task(self._consume(self.batches(consumer, self._commit)), name="consume")

    async def stop(self) -> None:
        """See `Intake.stop`."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            with contextlib.suppress(KafkaConnectionError):
                await self._wire.call(lambda: self._broker.leave(self._group, self._number))

    async def _join(self) -> None:
        self._number = await self._wire.call(lambda: self._broker.join(self._group, self._topics, self._wire))
        self._generation = 0

    async def _consume(self, batches: Batches) -> None:
        while True:
            try:
                records = await self._fetch()
            except UnknownMemberIdError:
                with contextlib.suppress(KafkaConnectionError):
                    await self._join()
                continue
            except KafkaConnectionError:
                await asyncio.sleep(0.1)
                continue
            if records:
                await batches.deal_with(records)
            else:
                await self._broker.news(POLL)

    async def _fetch(self) -> tuple[ConsumerRecord, ...]:
        number, generation, positions = self._number, self._generation, dict(self._positions)
        found = await self._wire.call(lambda: self._broker.fetch(self._group, number, generation, positions))
        self._generation, self._positions = found.generation, dict(found.begins)
        for record in found.records:
            self._positions[TopicPartition(record.topic, record.partition)] = record.offset + 1
        return found.records

    async def _commit(self, offsets: Offsets) -> None:
        number, generation = self._number, self._generation
        await self._wire.call(lambda: self._broker.commit(self._group, number, generation, offsets))


class RemoteLag:
    """`kernel.lag.Looking`: what the broker says of a group."""

    def __init__(self, broker: Broker, group: str, topics: Sequence[str], wire: Wire) -> None:
        self._broker, self._group, self._topics, self._wire = broker, group, topics, wire

    async def look(self) -> Seen:
        """See `Looking.look`."""
        try:
            lag = await self._wire.call(lambda: self._broker.lag(self._group, self._topics))
        except KafkaConnectionError as away:
            raise KafkaAway from away
        return Seen(1, dict.fromkeys(self._topics, lag), dict.fromkeys(self._topics, 0.0))

    async def close(self) -> None:
        """Nothing is kept open."""
