"""What is done to the system: each cause as a context in which it holds, and which it has left when it is healed."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from infra.local.cluster import Node
from infra.local.faults import StackFault
from infra.local.ports import SERVICES
from infra.local.stack import Stack
from tests.chaos.scene import MAIL, Scene

Cause = Callable[["Stage"], AbstractContextManager[None]]
RETRY = 0.3
RESTARTS = 20
JUNK, MEGABYTE = "rehearsal-junk", 1 << 20
ENDS_WITHIN = 60.0
"""Seconds within which a node must have ended whose disk is full."""


@dataclass(frozen=True)
class Stage:
    """What a fault can reach: the scene, the services of the trial, the trial's dice."""

    scene: Scene
    stack: Stack
    dice: random.Random

    def lease_holder(self, service: str) -> int:
        """The process that follows a service's log, as its lease says."""
        with MongoClient[dict[str, Any]](self.scene.cluster.mongo) as client:
            lease = client[f"{self.stack.addresses.prefix}_{service}"]["leases"].find_one({"_id": "log"})
        _, pid, _ = str((lease or {})["holder"]).rsplit(":", 2)
        return int(pid)


LEASED = ("intake", "billing", "notify")
"""Services that have a second process where a lease holder is stopped."""


@contextmanager
def lease_holder_stopped(stage: Stage) -> Iterator[None]:
    """Whoever follows each log gets SIGSTOP; it wakes when another has long taken over."""
    chosen = [stage.lease_holder(name) for name in LEASED]
    for pid in chosen:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in chosen:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def primary_killed(stage: Stage) -> Iterator[None]:
    """The database's primary gets SIGKILL and stays away."""
    node = stage.scene.primary()
    stage.scene.cluster.kill(node.name)
    try:
        yield
    finally:
        stage.scene.cluster.begin(node.name)


@contextmanager
def primary_steps_down(stage: Stage) -> Iterator[None]:
    """The primary steps down in the middle of writes."""
    with stage.scene.node(stage.scene.primary()) as client, suppress(PyMongoError):  # it closes connections on the way
        client.admin.command({"replSetStepDown": 10, "force": True})
    yield


@contextmanager
def primary_cut_off(stage: Stage) -> Iterator[None]:
    """The primary is cut off from clients and from the other nodes, and believes for a while that it still is one."""
    node = stage.scene.primary()
    stage.scene.isolate(node)
    try:
        yield
    finally:
        stage.scene.proxy.clear()


@contextmanager
def primary_sleeps(stage: Stage) -> Iterator[None]:
    """The primary stands still beyond an election, and wakes as one that was."""
    node = stage.scene.primary()
    stage.scene.cluster.signal(node.name, signal.SIGSTOP)
    try:
        yield
    finally:
        stage.scene.cluster.signal(node.name, signal.SIGCONT)


@contextmanager
def database_away(stage: Stage) -> Iterator[None]:
    """No database node can be reached."""
    with _held(stage, "mongod"):
        yield


def brokers_killed(*numbers: int) -> Cause:
    """So many brokers get SIGKILL and stay away."""

    @contextmanager
    def cause(stage: Stage) -> Iterator[None]:
        names = [stage.scene.cluster.brokers[number].name for number in numbers]
        for name in names:
            stage.scene.cluster.kill(name)
        try:
            yield
        finally:
            for name in names:
                stage.scene.cluster.begin(name)

    return cause


@contextmanager
def kafka_away(stage: Stage) -> Iterator[None]:
    """No broker can be reached, and nobody is told so: what was sent gets no answer."""
    with _held(stage, "kafka"):
        yield


@contextmanager
def _held(stage: Stage, kind: str) -> Iterator[None]:
    links = stage.scene.links(kind)
    for link in links:
        link.held = True
    try:
        yield
    finally:
        for link in links:
            link.held = False


@contextmanager
def slow(stage: Stage) -> Iterator[None]:
    """Everything is late and slow: databases, brokers, mail."""
    for link in stage.scene.proxy.links.values():
        link.delay, link.rate = stage.dice.uniform(0.01, 0.04), 400_000
    try:
        yield
    finally:
        stage.scene.proxy.clear()


@contextmanager
def broken(stage: Stage) -> Iterator[None]:
    """Connections are reset again and again, in the middle of what they carry; mail as well."""
    for name, link in stage.scene.proxy.links.items():
        link.breaks = 0.2 if name == MAIL else 0.01
    try:
        yield
    finally:
        stage.scene.proxy.clear()


def disk_full(kind: str) -> Cause:
    """The disk of one node is full, of the database's primary or of a broker, until the node has given up."""

    @contextmanager
    def cause(stage: Stage) -> Iterator[None]:
        scene = stage.scene
        node = scene.primary() if kind == "mongod" else stage.dice.choice(scene.cluster.brokers)
        try:
            _fill_until_it_ends(scene, node)
            yield
        finally:
            scene.empty(node)
            scene.cluster.begin(node.name)

    return cause


def _fill_until_it_ends(scene: Scene, node: Node) -> None:
    """Fill the disk, and again what is freed; a database is made to write, for it has room in files of its own."""
    until = time.monotonic() + ENDS_WITHIN
    while node.name in scene.cluster.keeper.pids():
        if time.monotonic() > until:
            raise StackFault(f"{node.name} goes on although its disk is full: the fault did not hold.")
        scene.fill(node)
        if node in scene.cluster.databases:
            with scene.node(node) as client, suppress(PyMongoError):
                client[JUNK]["junk"].insert_many([{"junk": os.urandom(MEGABYTE)} for _ in range(8)])
                client.admin.command("fsync")
        time.sleep(RETRY)


@contextmanager
def rolling_restarts(stage: Stage) -> Iterator[None]:
    """Twenty restarts in order, one service after another, each up before the next goes."""
    for number in range(RESTARTS):
        stage.stack.restart(SERVICES[number % len(SERVICES)])
    yield


@contextmanager
def all_killed(stage: Stage) -> Iterator[None]:
    """Every service gets SIGKILL at the same moment."""
    for name in SERVICES:
        stage.stack.kill(name)
    yield
