"""Faults of MongoDB and its disk."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from kernel.relay import KafkaProducer
from schemas.__main__ import example
from schemas.intake import PaperReceived
from tests.drill.scene import PREFIX, Scene
from tests.notify.support import message

RESTS, WORKS = 2.0, 0.1
"""Seconds for which a slow database stands still, and does something, in turn."""
STEPS_DOWN_FOR = 600
LEFT = 0.05
"""The part of the disk that is left free."""


@contextmanager
def gone(scene: Scene) -> Iterator[None]:
    """MongoDB is stopped while companies apply."""
    scene.stack.keeper.end("mongod")
    try:
        with scene.busy():
            yield
    finally:
        scene.stack.keeper.begin("mongod")
        scene.stack.await_ready("mongod")


@contextmanager
def without_primary(scene: Scene) -> Iterator[None]:
    """The primary steps down and no other is elected."""
    with _direct(scene) as node:
        with suppress(PyMongoError):  # it may close the connection on the way
            node.admin.command({"replSetStepDown": STEPS_DOWN_FOR, "force": True})
        try:
            yield
        finally:
            node.admin.command({"replSetFreeze": 0})
    scene.stack.await_ready("mongod")


@contextmanager
def read_only(scene: Scene) -> Iterator[None]:
    """MongoDB takes no writes, and a message comes that would lead to one."""
    with _direct(scene) as node:
        node.admin.command("fsync", lock=True)
        try:
            asyncio.run(_publish(scene))
            yield
        finally:
            node.admin.command("fsyncUnlock")


async def _publish(scene: Scene) -> None:
    producer = KafkaProducer(scene.at.kafka, PREFIX, "drill")
    await producer.send_all([message(example(PaperReceived))])
    await producer.stop()


@contextmanager
def slow(scene: Scene) -> Iterator[None]:
    """MongoDB stands still most of the time while companies apply."""
    pid, over = scene.stack.pids()["mongod"], threading.Event()

    def falter() -> None:
        while not over.is_set():
            os.kill(pid, signal.SIGSTOP)
            over.wait(RESTS)
            os.kill(pid, signal.SIGCONT)
            over.wait(WORKS)

    faltering = threading.Thread(target=falter, name="faltering", daemon=True)
    faltering.start()
    try:
        with scene.busy():
            yield
    finally:
        over.set()
        faltering.join()


@contextmanager
def disk_filling(scene: Scene) -> Iterator[None]:
    """Something else fills MongoDB's disk but for a twentieth."""
    assert scene.disk is not None, "MongoDB needs a disk of its own: filling everybody's would stop everybody"
    usage = shutil.disk_usage(scene.disk.path)
    filler = scene.disk.path / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, usage.free - int(usage.total * LEFT))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def _direct(scene: Scene) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](
        f"mongodb://127.0.0.1:{scene.ports.mongod}/?directConnection=true", serverSelectionTimeoutMS=5000
    ) as node:
        yield node
