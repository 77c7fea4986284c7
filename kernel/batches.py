"""Messages sent as whole batches, one for a partition: none of them waits in a place of its own for its answer.

A partition takes one batch after the other, so equal keys keep their order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from murmurhash2 import murmurhash2

from kernel.publishing import Message

LARGEST_BATCH = 256 * 1024
"""Bytes of a batch; a message that is larger makes one alone."""
KAFKAS_SEED, POSITIVE = 0x9747B28C, 0x7FFFFFFF
"""What every client of Kafka hashes a key with, and the part of the hash that counts."""


async def send_in_batches(producer: AIOKafkaProducer, prefix: str, messages: Sequence[Message]) -> None:
    """Send in order; return when all are confirmed. Raises what the client raises; then some may have been sent."""
    partitions = {
        topic: len(await producer.partitions_for(topic)) for topic in {f"{prefix}.{each.topic}" for each in messages}
    }
    filling: dict[tuple[str, int], Any] = {}
    unconfirmed = []
    for message in messages:
        topic, key = f"{prefix}.{message.topic}", message.key.encode()
        where = topic, place(key, partitions[topic])
        value, headers, batch = message.data, message.headers(), filling.get(where)
        if batch is None or batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
            if batch is not None:
                unconfirmed.append(await _handed_in(producer, where, batch))
            batch = filling[where] = producer.create_batch()
            batch.append(timestamp=None, key=key, value=value, headers=headers)
    unconfirmed += [await _handed_in(producer, where, batch) for where, batch in filling.items()]
    await asyncio.gather(*unconfirmed)


def place(key: bytes, partitions: int) -> int:
    """The partition where equal keys go, as every client of Kafka puts them."""
    return (murmurhash2(key, KAFKAS_SEED) & POSITIVE) % partitions


async def _handed_in(producer: AIOKafkaProducer, where: tuple[str, int], batch: Any) -> asyncio.Future[Any]:
    topic, partition = where
    batch.close()  # so that it does not linger
    sent: asyncio.Future[Any] = await producer.send_batch(batch, topic, partition=partition)
    sent.add_done_callback(lambda done: done.cancelled() or done.exception())  # another one's failure may be told first
    return sent
