"""Faults of Kafka, and messages that no service can handle."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

from aiokafka import AIOKafkaProducer

from schemas.__main__ import example
from schemas.intake import ApplicationSubmitted, SecondeeNamed
from tests.drill.scene import PREFIX, SECOND, Scene
from tests.notify.support import message

TOPIC = f"{PREFIX}.intake"
KEY = b"drill"


@contextmanager
def gone(scene: Scene) -> Iterator[None]:
    """All of Kafka is stopped."""
    brokers = [name for name in ("kafka", SECOND) if name in scene.stack.pids()]
    for name in brokers:
        scene.stack.keeper.end(name)
    try:
        yield
    finally:
        for name in brokers:
            scene.stack.keeper.begin(name)
            scene.stack.await_ready(name)


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
    """Under an id of its own: one that was given up is settled, and acts no more if it comes again."""
    own = ("ce_id", f"drill:{uuid4().hex}/1".encode())
    headers = [own if name == "ce_id" else (name, value) for name, value in poison.headers]
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all") as producer:
        await producer.send_and_wait(TOPIC, poison.body, key=KEY, headers=headers)


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
