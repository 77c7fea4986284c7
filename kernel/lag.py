"""How far a consumer group is behind its topics, asked of Kafka: messages, and for how long the oldest has waited."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from kernel.ages import Age
from kernel.credentials import Security, options

ANSWER_WITHIN = 8.0
"""Seconds for all of Kafka's answers to one look."""


class KafkaAway(Exception):
    """Kafka did not answer, or not in time."""


@dataclass(frozen=True)
class Seen:
    """One look: living brokers, and by topic (without prefix) messages not acknowledged and seconds of the oldest."""

    brokers: int
    messages: Mapping[str, int]
    seconds: Mapping[str, float]


class Looking(Protocol):
    """Looks at one group."""

    async def look(self) -> Seen:
        """Ask. Raises `KafkaAway`."""

    async def close(self) -> None:
        """Close the connections; a further look opens new ones."""


class Lag:
    """Looks at one group. Its connections stay open between looks and are made anew after a failure."""

    def __init__(
        self, bootstrap: str, prefix: str, group: str, topics: Sequence[str], security: Security = None
    ) -> None:
        self._proof = options(security)
        self._bootstrap, self._prefix, self._group, self._topics = bootstrap, prefix, f"{prefix}.{group}", topics
        self._ages: defaultdict[TopicPartition, Age] = defaultdict(Age)
        self._admin: AIOKafkaAdminClient | None = None
        self._ends: AIOKafkaConsumer | None = None

    async def look(self) -> Seen:
        """Ask. Raises `KafkaAway`."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self._look()
        except (KafkaError, OSError, TimeoutError) as away:
            await self.close()
            raise KafkaAway from away

    async def close(self) -> None:
        """Close the connections; a further look opens new ones."""
        (admin, self._admin), (ends, self._ends) = (self._admin, None), (self._ends, None)
        with contextlib.suppress(KafkaError, OSError):
            if admin is not None:
                await admin.close()
            if ends is not None:
                await ends.stop()

    async def _look(self) -> Seen:
        name = f"{self._group}.lag"
        if self._admin is None:
            self._admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap, client_id=name, **self._proof)
            await self._admin.start()
        if self._ends is None:
            self._ends = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, client_id=name, **self._proof)
            await self._ends.start()
        cluster = await self._admin.describe_cluster()
        described = await self._admin.describe_topics([f"{self._prefix}.{topic}" for topic in self._topics])
        partitions = [
            TopicPartition(each["topic"], part["partition"]) for each in described for part in each["partitions"]
        ]
        ends = await self._ends.end_offsets(partitions) if partitions else {}
        done = await self._admin.list_consumer_group_offsets(self._group)
        read = {part: max(0, done[part].offset) if part in done else 0 for part in partitions}
        return self._counted(len(cluster["brokers"]), ends, read)

    def _counted(self, brokers: int, ends: Mapping[TopicPartition, int], read: Mapping[TopicPartition, int]) -> Seen:
        messages, seconds, now = dict.fromkeys(self._topics, 0), dict.fromkeys(self._topics, 0.0), time.monotonic()
        for part, end in ends.items():
            topic = part.topic.removeprefix(f"{self._prefix}.")
            messages[topic] += max(0, end - read[part])
            seconds[topic] = max(seconds[topic], self._ages[part].note(now, end, read[part]))
        return Seen(brokers, messages, seconds)
