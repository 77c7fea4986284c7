"""A second Kafka broker that goes away again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console

from infra.local import kafka
from infra.local.parts import kafka_jars
from infra.local.ports import free_ports
from infra.local.programs import PROJECT
from infra.local.stack import PARTS_FOLDER
from tests.drill.scene import Scene

WITHIN = 60.0


@contextmanager
def missing(scene: Scene) -> Iterator[None]:
    """One of two brokers gets SIGKILL. The one that comes back stays until the scene ends."""
    jars, (port,) = kafka_jars(PARTS_FOLDER / "kafka", Console(quiet=True)), free_ports(1)
    data = scene.root / "data"
    command = kafka.prepare_broker(jars, scene.ports, data / "kafka", port, data / "kafka-2").command
    with _running(command) as former:
        scene.monitor.until(lambda: _living(scene) == 2, WITHIN, "a second broker")
        former.kill()
        former.wait()
    try:
        yield
    finally:
        scene.later.enter_context(_running(command))
        scene.monitor.until(lambda: _living(scene) == 2, WITHIN, "the second broker again")


def _living(scene: Scene) -> int:
    return min((int(each["value"][1]) for each in scene.monitor.query("madoguchi_brokers")), default=0)


@contextmanager
def _running(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    tied = (sys.executable, "-m", "infra.local.tether", *command)
    process = subprocess.Popen(tied, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
