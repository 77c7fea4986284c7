"""Kafka in, through FastStream: batches of raw records, acknowledged by hand after the commit.

FastStream's own parsing decodes headers and may raise, and an error in its subscriber goes past the message; so the
records come raw, and the subscriber only returns when its batch is dealt with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER
from faststream.middlewares import AckPolicy

from kernel.consumer import Consumer
from kernel.credentials import Security
from kernel.log import Context
from kernel.mongo import PyMongoError
from kernel.pace import Pace
from kernel.patience import KAFKA_METADATA
from kernel.publishing import Message, Unreadable, parse

logger = structlog.get_logger(__name__)
PAUSE = 1.0
CONSUMER_PACE, FEW = 0.06, 100
"""Seconds from one batch of so few records to the next: what comes meanwhile is one batch, with one acknowledgement."""


async def _raw(records: tuple[ConsumerRecord, ...]) -> KafkaMessage:
    return KafkaMessage(raw_message=records, body=b"", headers={}, correlation_id="", consumer=FAKE_CONSUMER)


async def _undecoded(message: KafkaMessage) -> Any:
    return message.raw_message


Offsets = Mapping[TopicPartition, int]


class Intake(Protocol):
    """Where a service's messages come from."""

    async def start(self, consumer: Consumer) -> None:
        """Begin to consume. Raises what keeps it from joining."""

    async def stop(self) -> None:
        """Leave the group; what was not acknowledged comes again."""


class KafkaIntake:
    """`Intake` on Kafka."""

    def __init__(
        self,
        bootstrap: str,
        prefix: str,
        group: str,
        topics: Sequence[str],
        most: int = 500,
        security: Security = None,
        *,
        pace: float = CONSUMER_PACE,
    ) -> None:
        # FastStream takes a text for one address, whatever commas are in it.
        self.broker = KafkaBroker(
            bootstrap.split(","),
            client_id=group,
            metadata_max_age_ms=int(KAFKA_METADATA * 1000),
            apply_types=False,
            logger=None,
            security=security,
        )
        self._pace = pace
        self._batches: Batches | None = None
        self._subscriber: Any = self.broker.subscriber(
            *(f"{prefix}.{topic}" for topic in topics),
            group_id=f"{prefix}.{group}",
            batch=True,
            max_records=most,
            batch_timeout_ms=100,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            ack_policy=AckPolicy.MANUAL,
            parser=_raw,
            decoder=_undecoded,
            title=f"{group} consumes",
        )
        self._subscriber(self._batch)

    async def start(self, consumer: Consumer) -> None:
        """See `Intake.start`."""
        self._batches = Batches(consumer, self._commit, self._pace)
        await self.broker.start()

    async def stop(self) -> None:
        """See `Intake.stop`."""
        await self.broker.stop()

    async def _batch(self, records: Any) -> None:
        assert self._batches is not None
        await self._batches.deal_with(records)

    async def _commit(self, offsets: Offsets) -> None:
        await self._subscriber.consumer.commit(offsets)


class Batches:
    """Deals with batches of raw records: handle, then acknowledge by ``commit``.

    ``commit`` raises aiokafka's KafkaError; where the partitions have moved to another member, CommitFailedError.
    """

    def __init__(
        self, consumer: Consumer, commit: Callable[[Offsets], Awaitable[None]], pace: float = CONSUMER_PACE
    ) -> None:
        self._consumer, self._commit, self._pace = consumer, commit, Pace(pace)

    async def deal_with(self, records: Sequence[ConsumerRecord]) -> None:
        """Return when all is committed or parked, and acknowledged; while storage or broker is away, try again.

        After a few records it returns at its pace: so what comes meanwhile is fetched at once, and waits no more then.
        """
        self._pace.begin()
        await self._until_taken(records)
        if len(records) < FEW:
            await self._pace.kept()

    async def _until_taken(self, records: Sequence[ConsumerRecord]) -> None:
        while True:
            try:
                await self._take(records)
                return
            except* (PyMongoError, KafkaError, TimeoutError) as away:
                logger.warning("storage or broker away, trying the batch again", why=_names(away))
            await asyncio.sleep(PAUSE)

    async def _take(self, records: Sequence[ConsumerRecord]) -> None:
        batch = []
        for record in records:
            try:
                headers = record.headers
                batch.append(parse(record.topic, record.partition, record.offset, record.key, record.value, headers))
            except Unreadable as why:
                await self._consumer.unreadable(_stand_in(record), str(why))
        await self._consumer.take(batch)
        await self._acknowledge(records)

    async def _acknowledge(self, records: Sequence[ConsumerRecord]) -> None:
        offsets: dict[TopicPartition, int] = {}
        for record in records:
            partition = TopicPartition(record.topic, record.partition)
            offsets[partition] = max(offsets.get(partition, 0), record.offset + 1)
        try:
            await self._commit(offsets)
        except (CommitFailedError, IllegalStateError):
            logger.info("partitions moved before the acknowledgement; the batch comes again and is known as handled")


def _names(group: BaseExceptionGroup[Exception]) -> str:
    return ", ".join(sorted({type(error).__name__ for error in group.exceptions}))


def _stand_in(record: ConsumerRecord) -> Message:
    """What is kept of a record that is no message: its place and its body, under a key of its own."""
    place = f"{record.topic}/{record.partition}/{record.offset}"
    return Message(
        id=place,
        name="unreadable",
        version=0,
        source="unknown",
        topic=record.topic,
        key=place,
        time=_moment(record.timestamp),
        position=0,
        context=Context(),
        data=record.value or b"",
        partition=record.partition,
        offset=record.offset,
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(max(milliseconds, 0) / 1000, UTC)
