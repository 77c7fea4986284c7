"""A service put together: what it is made of (`Spec`), what its rooms get (`Kernel`), and its life from start to stop.

One process leads the service's log, or each shard of one that is split (`kernel.leading`): it relays, folds read models
and turns the timer wheel. The others serve HTTP and consume until they get it.
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

from kernel.aggregate import Aggregate
from kernel.backup.restoring import KEYRING, must_not_be_under_way
from kernel.boxes import Boxes
from kernel.checkpoints import StoredCheckpoints
from kernel.clock import Clock
from kernel.consumer import Consumer
from kernel.follower import Follower
from kernel.gauges import Gauges
from kernel.handlers import Handlers
from kernel.ids import Ids
from kernel.indexes import index
from kernel.leading import Leading, Led
from kernel.log import EventStore
from kernel.masterkeys import KeyFile
from kernel.metrics import Metrics
from kernel.parking import Parking
from kernel.ports import Ports
from kernel.projections import Projection
from kernel.publishing import Publish
from kernel.repository import Repository
from kernel.settings import Settings
from kernel.shards import Home, ShardedLog
from kernel.snapshots import StoredSnapshots
from kernel.timers import Schedule, Timer
from kernel.vault import Vault
from kernel.views import Views
from kernel.watching import Backlog, Invariant

logger = structlog.get_logger(__name__)


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

    ``background`` is work beside them, done by the one process that leads the log, or its first shard. ``home`` lets
    the log be split (`kernel.shards`): all that one command, message or timer writes, and all events of one document of
    a read model, are of one home. Without it there is one log.
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
        count = settings.log_shards if spec.home is not None else 1
        logs = [ports.log(self.db, shard, count, self.metrics.append.observe) for shard in range(count)]
        store = ShardedLog(logs, spec.home) if spec.home is not None else logs[0]
        self.log: EventStore = store if count > 1 else logs[0]
        self.vault = Vault(ports.database("keyring")["keys"], KeyFile(settings.master_key_file), spec.opens)
        self.repository = Repository(store, self.clock, ports.ids, StoredSnapshots(self.db["snapshots"]))
        views = Views(self.db, spec.projections)
        boxes = Boxes(self.db["boxes"], self.vault)
        self.kernel = Kernel(
            self.repository, self.vault, self.clock, ports.ids, views, settings, boxes, self.metrics
        )  # fmt: skip
        self.application = spec.application(self.kernel)
        self.parking = Parking(self.db["parked"])
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
        self.checkpoints = StoredCheckpoints(self.db["checkpoints"])
        led = Led()
        self.metrics.shards.set(count)
        self.shards = [Leading(self, ports, shard, log, led) for shard, log in enumerate(logs)]
        self.ready = False
        self.gauges = Gauges(self, ports.lag)
        self._topics_there = asyncio.Event()

    @property
    def leads(self) -> bool:
        """Whether this process leads any shard of the log."""
        return any(shard.leads for shard in self.shards)

    @property
    def followers(self) -> list[Follower]:
        """Those of all shards."""
        return [follower for shard in self.shards for follower in shard.followers]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start everything; stop it in the opposite order. HTTP needs the log alone, so it does not wait for Kafka."""
        await must_not_be_under_way(self._ports.database(KEYRING))
        await self._prepare()
        joining = asyncio.create_task(self._join(), name="join")
        tasks = [asyncio.create_task(self._lead(shard), name="lead") for shard in self.shards]
        tasks.append(asyncio.create_task(self.gauges.run(), name="gauges"))
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
            for shard in self.shards:
                await shard.lease.give_back()
            await self._ports.producer.stop()
            self._ports.close()

    async def _prepare(self) -> None:
        """What must be there first: every shard's log before any is written, then the indexes of what is read."""
        for shard in self.shards:
            await shard.log.prepare()
        for shard in self.shards:
            await shard.timers.prepare()
        await self.parking.prepare()
        for projection in self.spec.projections:
            await index(self.db[projection.collection], projection.indexes)

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

    async def _lead(self, shard: Leading) -> None:
        await self._topics_there.wait()  # what is relayed must find its topic made with its settings
        background = [functools.partial(_named, work, self.application) for work in self.spec.background]
        await shard.run(background if shard is self.shards[0] else [])


async def _named(work: Callable[[Any], Awaitable[None]], application: Any) -> None:
    await work(application)
