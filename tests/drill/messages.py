"""Faults of Kafka, and messages that no service can handle."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from schemas.__main__ import example
from schemas.events import TOPICS
from schemas.intake import ApplicationSubmitted, SecondeeNamed
from tests.drill.scene import PREFIX, Scene
from tests.notify.support import message

TOPIC = f"{PREFIX}.intake"
KEY = b"drill"
IN_SYNC = "min.insync.replicas"


@contextmanager
def gone(scene: Scene) -> Iterator[None]:
    """Kafka is stopped."""
    scene.stack.keeper.end("kafka")
    try:
        yield
    finally:
        scene.stack.keeper.begin("kafka")
        scene.stack.await_ready("kafka")


@contextmanager
def too_few_in_sync(scene: Scene) -> Iterator[None]:
    """Topics want one replica more than lives, as where one broker of three is left; a company applies."""
    asyncio.run(_want_replicas(scene.at.kafka, 2))
    try:
        scene.form()
        yield
    finally:
        asyncio.run(_want_replicas(scene.at.kafka, 1))


async def _want_replicas(kafka: str, number: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    topics = [
        ConfigResource(ConfigResourceType.TOPIC, f"{PREFIX}.{topic}", configs={IN_SYNC: str(number)})
        for topic in TOPICS
    ]
    await admin.alter_configs(topics)
    await admin.close()


def _sender(name: str) -> Callable[[Scene], AbstractContextManager[None]]:
    def sent(scene: Scene) -> AbstractContextManager[None]:
        """A record that no service can handle."""
        return _poisoned(scene, POISONS[name])

    return sent


@contextmanager
def _poisoned(scene: Scene, poison: Poison) -> Iterator[None]:
    """The record is on intake's topic; at the end whatever it left parked is given up."""
    asyncio.run(_send(scene.at.kafka, poison))
    try:
        yield
    finally:
        give_up(scene)


async def _send(kafka: str, poison: Poison) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all") as producer:
        await producer.send_and_wait(TOPIC, poison.body, key=KEY, headers=poison.headers)


def give_up(scene: Scene) -> None:
    """What an officer of operations does with a message that nobody can ever handle."""
    said = {"by": "operator-1", "reason": "訓練のための壊れた事象"}
    for base in scene.at.services.values():
        for parked in scene.http.get(f"{base}/operations/parked").raise_for_status().json():
            at = f"{base}/operations/parked/{quote(parked['_id'])}/drop"
            scene.http.post(at, json=said).raise_for_status()


@dataclass(frozen=True)
class Poison:
    """A record that no service can handle."""

    body: bytes | None
    headers: list[tuple[str, bytes]]


SUBMITTED = message(example(ApplicationSubmitted)).headers()
UNHEARD_OF = message(example(SecondeeNamed))
POISONS = {
    "without-headers": Poison(b"hello", []),
    "without-body": Poison(None, SUBMITTED),
    "no-json": Poison(b'{"application_id": "app-', SUBMITTED),
    "other-fields": Poison(b'{"hello": 1}', SUBMITTED),
    # of an application that never was: its handler waits in vain
    "out-of-order": Poison(UNHEARD_OF.data, UNHEARD_OF.headers()),
}
without_headers, without_body, no_json, other_fields, out_of_order = map(_sender, POISONS)
