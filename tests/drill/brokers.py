"""A cluster of two brokers, and what happens when one of them goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from schemas.events import TOPICS
from tests.drill.scene import PREFIX, SECOND, Scene

WITHIN = 60.0
IN_SYNC = "min.insync.replicas"


@contextmanager
def missing(scene: Scene) -> Iterator[None]:
    """One of two brokers is stopped; the other still confirms."""
    scene.stack.keeper.end(SECOND)
    try:
        yield
    finally:
        scene.stack.keeper.begin(SECOND)
        scene.monitor.until(lambda: _living(scene) == 2, WITHIN, "the second broker again")


@contextmanager
def one_left(scene: Scene) -> Iterator[None]:
    """The brokers that are left are too few to confirm a write, as where one of three is left; a company applies."""
    asyncio.run(_confirmed_by(scene.at.kafka, 2))
    try:
        with missing(scene):
            scene.monitor.until(lambda: _living(scene) == 1, WITHIN, "a cluster of one")
            scene.form()
            yield
    finally:
        asyncio.run(_confirmed_by(scene.at.kafka, 1))


def _living(scene: Scene) -> int:
    return min((int(each["value"][1]) for each in scene.monitor.query("madoguchi_brokers")), default=0)


async def _confirmed_by(kafka: str, replicas: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    configs = {IN_SYNC: str(replicas)}
    topics = [ConfigResource(ConfigResourceType.TOPIC, f"{PREFIX}.{topic}", configs=configs) for topic in TOPICS]
    await admin.alter_configs(topics)
    await admin.close()
