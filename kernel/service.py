"""A service put together: what it is made of (`Spec`), what its rooms get (`Kernel`), and its life from start to stop.

One process may hold the lease on the service's log; it relays, folds read models and turns the timer wheel. The others
serve HTTP and consume until they get it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from fastapi import APIRouter

from kernel import mongo
from kernel.aggregate import Aggregate
from kernel.backup.restoring import KEYRING, must_not_be_under_way
from kernel.boxes import Boxes
from kernel.checkpoints import Fenced, Lease, StoredCheckpoints
from kernel.clock import Clock
from kernel.consumer import Consumer
from kernel.follower import FAR, RELAYED, Follower
from kernel.gauges import Gauges
from kernel.handlers import Handlers
from kernel.ids import Ids
from kernel.masterkeys import KeyFile
from kernel.metrics import Metrics
from kernel.parking import Parking
from kernel.ports import Ports
from kernel.projections import Projection
from kernel.projector import Projector
from kernel.publishing import Publish
from kernel.relay import Relay
from kernel.repository import Repository
from kernel.settings import Settings
from kernel.shards import Home, ShardedLog
from kernel.snapshots import StoredSnapshots
from kernel.steadily import steadily
from kernel.timers import Schedule, Timer, Timers, Wheel
from kernel.vault import Vault
from kernel.views import Views
from kernel.watching import Backlog, Invariant

logger = structlog.get_logger(__name__)
RELAY_POLL, FOLLOWER_POLL = 0.2, 1.0
"""Seconds until what another process appended is seen; an append of this process wakes the followers at once."""


@dataclass(frozen=True)
class Kernel:
    """What the kernel lends to a service's application object."""

    repository: Repository
    vault: Vault
    clock: Clock
    ids: Ids
    views: Views
    settings: Settings
    boxes: Boxes
    metrics: Metrics


async def of_no_programme(application: Any, stream: str) -> Collection[str]:
    """No stream of the service is of a programme, but for what its events say."""
    return ()


@dataclass(frozen=True)
class Spec:
    """A service, declared: its name and its rooms. ``topics`` are all topics of the deployment, without prefix.

    ``background`` is work beside them, done by the one process that holds the lease on the log. ``home`` lets the log
    be split (`kernel.shards`): all that one command, message or timer writes, and all events of one document of a read
    model, are of one home. Without it there is one log.
    ``backlogs`` and ``invariants`` are what operations watch of it. ``programmes_of`` tells the programmes that a
    stream is of where its events do not say it, so that its log is not read by officers of others.
    """

    name: str
    title: str
    topics: Sequence[str]
    publish: Publish
    handlers: Handlers
    projections: Sequence[Projection]
    schedule: Schedule
    ring: Callable[[Any, Timer], Awaitable[Sequence[Aggregate]]]
    opens: frozenset[str]
    application: Callable[[Kernel], Any]
    routers: Sequence[APIRouter]
    background: Sequence[Callable[[Any], Awaitable[None]]] = field(default=())
    backlogs: Sequence[Backlog] = field(default=())
    invariants: Sequence[Invariant] = field(default=())
    programmes_of: Callable[[Any, str], Awaitable[Collection[str]]] = of_no_programme
    home: Home | None = None


class Service:
    """A running service."""

    def __init__(self, spec: Spec, settings: Settings, ports: Ports) -> None:
        self.spec, self.settings, self._ports = spec, settings, ports
        self.metrics = Metrics(spec.name)
        self.db, self.clock = ports.database(spec.name), ports.clock
        self.log = ports.log(self.db, self.metrics.append.observe)
        self.checkpoints = StoredCheckpoints(self.db["checkpoints"])
        self.vault = Vault(ports.database("keyring")["keys"], KeyFile(settings.master_key_file), spec.opens)
        store = ShardedLog([self.log], spec.home) if spec.home is not None else self.log
        self.repository = Repository(store, self.clock, ports.ids, StoredSnapshots(self.db["snapshots"]))
        views = Views(self.db, spec.projections)
        boxes = Boxes(self.db["boxes"], self.vault)
        self.kernel = Kernel(
            self.repository, self.vault, self.clock, ports.ids, views, settings, boxes, self.metrics
        )  # fmt: skip
        self.application = spec.application(self.kernel)
        self.parking = Parking(self.db["parked"])
        self.timers = Timers(self.db["timers"], spec.schedule)
        self.consumer = Consumer(
            spec.name,
            self.application,
            spec.handlers,
            self.repository,
            self.parking,
            ports.producer,
            self.clock,
            self.metrics,
        )
        self.followers = self._followers()
        self.lease = Lease(self.db["leases"], "log", ports.holder)
        self.ready = self.leads = False
        self.gauges = Gauges(self, ports.lag)
        self._topics_there = asyncio.Event()

    def _followers(self) -> list[Follower]:
        relay = Relay(self._ports.producer, self.spec.publish, self.spec.name, self.metrics)
        followers = [
            Follower("relay", self.log, self.checkpoints, relay.begin, far=RELAYED, pending=relay),
            Follower("timers", self.log, self.checkpoints, self.timers.apply),
        ]
        for projection in self.spec.projections:
            folds, name = Projector(projection, self.db[projection.collection]), projection.collection
            followers.append(Follower(name, self.log, self.checkpoints, folds.begin, far=FAR, pending=folds))
        return followers

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start everything; stop it in the opposite order. HTTP needs the log alone, so it does not wait for Kafka."""
        await must_not_be_under_way(self._ports.database(KEYRING))
        await self.log.prepare()
        joining = asyncio.create_task(self._join(), name="join")
        tasks = [asyncio.create_task(self._lead(), name="lead"), asyncio.create_task(self.gauges.run(), name="gauges")]
        try:
            yield
        finally:
            self.ready = False
            joining.cancel()
            await asyncio.gather(joining, return_exceptions=True)
            await self._ports.intake.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.log.close()
            await self.lease.give_back()
            await self._ports.producer.stop()
            self._ports.close()

    def _topics(self) -> list[str]:
        return [name for topic in self.spec.topics for name in (topic, f"{topic}.dead-letters")]

    async def _join(self) -> None:
        """Make the topics, then join the consumers: after a crash Kafka first misses the former process for seconds."""
        while True:
            try:
                await self._ports.make_topics(self._topics())
                self._topics_there.set()
                self.ready = True
                logger.info("ready", service=self.spec.name)
                await self._ports.intake.start(self.consumer)
            except Exception as broken:  # noqa: BLE001  # told, and tried again
                logger.warning("cannot consume yet, trying again", why=type(broken).__name__)
                await self._ports.intake.stop()
                await asyncio.sleep(1)
            else:
                logger.info("consumes", service=self.spec.name)
                return

    async def _lead(self) -> None:
        await self._topics_there.wait()  # what is relayed must find its topic made with its settings
        while True:
            try:
                token = await self._take()
                if token is not None:
                    await self._follow(token)
            except* Fenced:
                logger.warning("another process follows the log now")
            except* mongo.PyMongoError as away:
                logger.warning("database away, trying again", why=[type(e).__name__ for e in away.exceptions])
            self._lead_is(False)
            await asyncio.sleep(1)

    async def _follow(self, token: int) -> None:
        self._lead_is(True)
        wheel = Wheel(self.timers, self.repository, self.clock, self._ring, self.metrics)
        async with asyncio.TaskGroup() as group:
            for follower in self.followers:
                poll = RELAY_POLL if follower.name == "relay" else FOLLOWER_POLL
                run = functools.partial(follower.run, token, poll=poll)
                group.create_task(steadily(follower.name, run, self.metrics))
            group.create_task(steadily("wheel", functools.partial(self._turn, wheel), self.metrics))
            for work in self.spec.background:
                run = functools.partial(_named, work, self.application)
                group.create_task(steadily("background", run, self.metrics))
            group.create_task(self._renew(token), name="lease")

    async def _turn(self, wheel: Wheel) -> None:
        """Turn the wheel once the schedule has caught up: one that is built anew still holds what was cancelled."""
        schedule = next(follower for follower in self.followers if follower.name == "timers")
        await schedule.reached(await self.log.tail() - 1)
        await wheel.run()

    async def _take(self) -> int | None:
        token = await self.lease.take()
        self.gauges.written()
        return token

    def _lead_is(self, ours: bool) -> None:
        self.leads = ours
        self.metrics.leader.set(ours)

    async def _renew(self, token: int) -> None:
        while True:
            await asyncio.sleep(self.lease.seconds / 3)
            if await self._take() != token:
                raise Fenced("lease lost")

    async def _ring(self, timer: Timer) -> Sequence[Aggregate]:
        return await self.spec.ring(self.application, timer)


async def _named(work: Callable[[Any], Awaitable[None]], application: Any) -> None:
    await work(application)
