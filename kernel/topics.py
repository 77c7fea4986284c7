"""Topics are made with their settings, never by accident. Any service may make them; the first one does."""

from __future__ import annotations

from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

KEPT_FOR_EVER = {"retention.ms": "-1", "cleanup.policy": "delete", "max.message.bytes": "2000000"}


async def ensure(bootstrap: str, names: Iterable[str], *, partitions: int, replicas: int) -> None:
    """Make those topics that are missing. Raises aiokafka's KafkaError when the broker refuses."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        missing = sorted(set(names) - set(await admin.list_topics()))
        if not missing:
            return
        settings = KEPT_FOR_EVER | ({"min.insync.replicas": "2"} if replicas >= 3 else {})
        wanted = [NewTopic(name, partitions, replicas, topic_configs=settings) for name in missing]
        answer = await admin.create_topics(wanted)
        for _, code, *_ in answer.topic_errors:
            error = for_code(code)
            if code and error is not TopicAlreadyExistsError:
                raise error
    finally:
        await admin.close()
