"""Reads every topic with a plain Kafka client, from the beginning, each event once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.__main__ import schema_text
from schemas.base import REGISTRY
from schemas.events import TOPICS, all_events

assert all_events()  # the registry is full


@dataclass(frozen=True)
class Heard:
    """An event as heard on a topic."""

    id: str
    name: str
    source: str
    time: datetime
    position: int
    key: str
    data: dict[str, Any]


async def listen(kafka: str, prefix: str) -> list[Heard]:
    """Everything that was published, by time. Raises jsonschema's ValidationError for what breaks its schema."""
    from jsonschema import Draft202012Validator  # its formats take a second to import: no other command pays for it

    validators = {
        f"{name}.v{kind.VERSION}": Draft202012Validator(json.loads(schema_text(kind)))
        for name, kind in REGISTRY.items()
    }
    heard: dict[str, Heard] = {}
    consumer = AIOKafkaConsumer(
        *(f"{prefix}.{topic}" for topic in TOPICS),
        bootstrap_servers=kafka,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        ends: dict[TopicPartition, int] = await consumer.end_offsets(list(consumer.assignment()))
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    event = _heard(record)
                    validators[dict(record.headers)["ce_type"].decode()].validate(event.data)
                    heard.setdefault(event.id, event)
    finally:
        await consumer.stop()
    return sorted(heard.values(), key=lambda event: (event.time, TOPICS.index(event.source), event.position))


def _heard(record: Any) -> Heard:
    headers = {name: value.decode() for name, value in record.headers}
    return Heard(
        id=headers["ce_id"],
        name=headers["ce_type"].partition(".")[0],
        source=headers["ce_source"].partition(".")[0],  # of whichever shard of its log
        time=datetime.fromisoformat(headers["ce_time"]),
        position=int(headers["ce_position"]),
        key=record.key.decode(),
        data=json.loads(record.value),
    )
