"""What is done to the system: each fault as a context in which it holds, and which it has left when it is healed."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from infra.local.cluster import NODES
from infra.local.ports import SERVICES
from infra.local.stack import Stack
from tests.chaos.scene import MAIL, Scene

Cause = Callable[["Stage"], AbstractContextManager[None]]
RETRY = 0.3
RESTARTS = 20
SPARE = 1 << 20
"""Bytes left on a disk that is full."""


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


@dataclass(frozen=True)
class Episode:
    """One time that a fault holds, for so many seconds."""

    cause: Cause
    seconds: float


@dataclass(frozen=True)
class Fault:
    """A trial's fault. ``standby`` are services that have a second process. ``deadly``: services die at each step.

    ``disks``: nodes need small disks. ``poisoned``: what is no message is put on each topic. ``about`` says what it is.
    """

    name: str
    about: str
    episodes: tuple[Episode, ...] = ()
    standby: tuple[str, ...] = ()
    deadly: bool = False
    disks: bool = False
    poisoned: bool = False


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
    """The disk of one node is full: of the database's primary, or of a broker."""

    @contextmanager
    def cause(stage: Stage) -> Iterator[None]:
        scene = stage.scene
        node = scene.primary() if kind == "mongod" else stage.dice.choice(scene.cluster.brokers)
        scene.fill(node, SPARE)
        try:
            yield
        finally:
            scene.empty(node)
            time.sleep(RETRY)
            scene.cluster.begin(node.name)

    return cause


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


LEASED = ("intake", "billing", "notify")
"""Services that have a second process where a lease holder is stopped."""


def _turns(causes: Sequence[Cause], seconds: float) -> tuple[Episode, ...]:
    return tuple(Episode(cause, seconds) for cause in causes)


FAULTS = {
    each.name: each
    for each in (
        Fault("calm", "nothing goes wrong"),
        Fault("steps", "SIGKILL before and after each durable step of each service", deadly=True),
        Fault("together", "SIGKILL of all services at once", _turns([all_killed] * 3, 1.0)),
        Fault("lease", "SIGSTOP of lease holders beyond the lease", _turns([lease_holder_stopped] * 2, 15.0), LEASED),
        Fault("primary-killed", "SIGKILL of MongoDB's primary", _turns([primary_killed] * 2, 15.0)),
        Fault("step-down", "MongoDB's primary steps down", _turns([primary_steps_down] * 4, 2.0)),
        Fault("cut-off", "MongoDB's primary cut off, or asleep", _turns([primary_cut_off, primary_sleeps], 20.0)),
        Fault("mongo-away", "all of MongoDB cut off beyond every time-out", _turns([database_away], 30.0)),
        Fault("brokers", "each broker killed in turn", _turns([brokers_killed(n) for n in range(NODES)], 12.0)),
        Fault("one-broker", "two of three brokers killed: writes refused", _turns([brokers_killed(0, 1)], 30.0)),
        Fault("kafka-away", "all of Kafka cut off beyond every time-out", _turns([kafka_away], 75.0)),
        Fault("slow", "late and slow connections", _turns([slow], 25.0)),
        Fault("broken", "connections reset at random, mail too", _turns([broken], 40.0)),
        Fault(
            "disk-full", "disk of the primary full, then of a broker",
            _turns([disk_full("mongod"), disk_full("kafka")], 15.0), disks=True,
        ),
        Fault("restarts", "20 rolling restarts under load", _turns([rolling_restarts], 0.0)),
        Fault("poison", "poison messages of every kind on every topic", poisoned=True),
    )
}  # fmt: skip
"""By name, in the order in which they are tried."""
