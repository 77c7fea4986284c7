"""The relay: publishes the log's events to Kafka in the log's order. The log is the outbox.

Sends are pipelined and all confirmed (idempotent producer, acks=all) before the checkpoint moves on. After a crash the
last batch may be sent again, with the same ids.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from kernel.batches import LARGEST_BATCH, send_in_batches
from kernel.credentials import Security, options
from kernel.log import CommitAt
from kernel.mapper import looked_at
from kernel.metrics import Metrics
from kernel.patience import CLOSE_WITHIN, KAFKA_REQUEST, SEND_WITHIN
from kernel.pending import Underway
from kernel.publishing import Message, Publish, messages
from kernel.topics import LARGEST_DEAD


class Producer(Protocol):
    """Sends messages and returns when the broker has confirmed all of them."""

    async def send_all(self, batch: Sequence[Message]) -> None:
        """Send in order. Raises when one was not confirmed in time; then nothing may be taken as sent."""


class KafkaProducer:
    """The producer on aiokafka. One that failed is replaced: its sequence numbers can no longer be trusted."""

    def __init__(self, bootstrap: str, prefix: str, name: str, security: Security = None) -> None:
        self._bootstrap, self._prefix, self._name, self._security = bootstrap, prefix, name, security
        self._producer: AIOKafkaProducer | None = None
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Connect."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            **options(self._security),
            client_id=self._name,
            acks="all",
            enable_idempotence=True,
            request_timeout_ms=int(KAFKA_REQUEST * 1000),
            max_batch_size=LARGEST_BATCH,
            max_request_size=LARGEST_DEAD,
        )
        try:
            await producer.start()
        except BaseException:  # broken off half way, it would keep its connections
            await producer.stop()
            raise
        self._producer = producer

    async def stop(self) -> None:
        """Flush and close."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(CLOSE_WITHIN):
                    await producer.stop()

    async def send_all(self, batch: Sequence[Message]) -> None:
        """See `Producer.send_all`."""
        async with self._turn:
            if self._producer is None:
                await self.start()
            try:
                async with asyncio.timeout(SEND_WITHIN):
                    await self._send(batch)
            except (KafkaError, TimeoutError):
                await self.stop()
                raise

    async def _send(self, batch: Sequence[Message]) -> None:
        assert self._producer is not None
        await send_in_batches(self._producer, self._prefix, batch)


class Relay:
    """What the relay's follower does with a batch of commits. It is sent while the next one is looked at, and one batch
    is confirmed before the next one is sent: so a key keeps its order, whatever fails."""

    def __init__(self, producer: Producer, publish: Publish, source: str, metrics: Metrics) -> None:
        self._producer, self._publish, self._source, self._metrics = producer, publish, source, metrics
        self._sending = Underway()
        self.settle, self.forget = self._sending.settle, self._sending.forget

    async def apply(self, batch: list[CommitAt]) -> None:
        """Publish what the batch says to others."""
        await self.begin(batch)
        await self.settle()

    async def begin(self, batch: list[CommitAt]) -> None:
        """Begin to publish what the batch says to others, when the one before is confirmed."""
        outgoing = [
            message
            for at in batch
            for recorded in at.recorded()
            for message in messages(recorded, looked_at(recorded.event), self._publish, self._source)
        ]
        await self.settle()
        if outgoing:
            self._sending.begin(self._sent(outgoing), "send")

    async def _sent(self, outgoing: list[Message]) -> None:
        await self._producer.send_all(outgoing)
        for name, count in Counter(message.name for message in outgoing).items():
            self._metrics.published.labels(name).inc(count)
