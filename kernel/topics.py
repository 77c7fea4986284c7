"""Topics are made with their settings, never by accident. Any service may make them; the first one does."""

from __future__ import annotations

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from kernel.credentials import Security, options

KEPT_FOR_EVER = {"retention.ms": "-1", "cleanup.policy": "delete"}
LARGEST, LARGEST_DEAD = 2_000_000, 2_100_000
"""Bytes that a topic takes at once. A dead letter says a little more than what it was: it must fit all the same."""
DEAD = ".dead-letters"


async def ensure(
    bootstrap: str, names: Iterable[str], *, partitions: int, replicas: int, security: Security = None
) -> None:
    """Make those topics that are missing. Raises aiokafka's KafkaError when the broker refuses.

    A service with rights of its own may make its own topics alone; of the others it is refused until they are there.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, **options(security))
    await admin.start()
    try:
        missing = sorted(set(names) - set(await admin.list_topics()))
        if not missing:
            return
        in_sync = {"min.insync.replicas": "2"} if replicas >= 3 else {}
        wanted = [NewTopic(name, partitions, replicas, topic_configs=_settings(name) | in_sync) for name in missing]
        answer = await admin.create_topics(wanted)
        for _, code, *_ in answer.topic_errors:
            error = for_code(code)
            if code and error is not TopicAlreadyExistsError:
                raise error
    finally:
        await admin.close()


def _settings(name: str) -> dict[str, str]:
    return KEPT_FOR_EVER | {"max.message.bytes": f"{LARGEST_DEAD if name.endswith(DEAD) else LARGEST}"}


async def filled(bootstrap: str, beginning: str, security: Security = None) -> list[str]:
    """The topics whose name begins so and that hold, or held, any record. Raises aiokafka's KafkaError."""
    places = await _places(bootstrap, beginning, security)
    if not places:
        return []
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, **options(security))
    await consumer.start()
    try:
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        return sorted({place.topic for place, end in ends.items() if end > 0})
    finally:
        await consumer.stop()


async def _places(bootstrap: str, beginning: str, security: Security) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, **options(security))
    await admin.start()
    try:
        names = sorted(name for name in await admin.list_topics() if name.startswith(beginning))
        described = await admin.describe_topics(names) if names else []
        return [TopicPartition(each["topic"], place["partition"]) for each in described for place in each["partitions"]]
    finally:
        await admin.close()
