"""Reads, every few seconds, what no event counts by itself: how far everything is, what waits, what does not hold.

Each look stands alone: one that fails leaves its gauges as they were and says so in a gauge of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import structlog

from kernel.ages import Age
from kernel.clock import Clock, ClockNotSet
from kernel.follower import Follower
from kernel.lag import KafkaAway, Looking
from kernel.metrics import Metrics
from kernel.mongo import PyMongoError
from kernel.watching import Confirmed, Invariant

if TYPE_CHECKING:
    from kernel.leading import Leading
    from kernel.service import Service

logger = structlog.get_logger(__name__)
STORAGE_EVERY, KAFKA_EVERY, WORK_EVERY, DISK_EVERY, INVARIANTS_EVERY = 2.0, 5.0, 5.0, 15.0, 20.0
"""Seconds between two looks; what must always hold takes a walk through a read model."""
ANSWER_WITHIN = 5.0
"""Seconds for the database's answers to one look; beyond that it counts as away."""
WRITTEN_WITHIN = 15.0
"""Seconds from one confirmed write of the lease to the next; its holder writes every third second or so."""


class Gauges:
    """The looks of one running service; ``written`` is called with each confirmed write of the lease."""

    def __init__(self, service: Service, lag: Looking, now: Callable[[], float] = time.monotonic) -> None:
        self._service, self._metrics, self._now = service, service.metrics, now
        self._lag = lag
        self._ages: defaultdict[str, Age] = defaultdict(Age)
        self._confirmed = Confirmed()
        self._written: float | None = None

    def written(self) -> None:
        """The database has just confirmed a write."""
        self._written = self._now()

    async def run(self) -> None:
        """Until cancelled."""
        looks = {
            self.storage: STORAGE_EVERY, self.kafka: KAFKA_EVERY, self.backlogs: WORK_EVERY,
            self.invariants: INVARIANTS_EVERY, self.disk: DISK_EVERY,
        }  # fmt: skip
        try:
            async with asyncio.TaskGroup() as group:
                for look, pause in looks.items():
                    group.create_task(self._again_and_again(look, pause))
        finally:
            await self._lag.close()

    async def _again_and_again(self, look: Callable[[], Awaitable[None]], pause: float) -> None:
        while True:
            try:
                async with asyncio.timeout(2 * ANSWER_WITHIN):
                    await look()
            except (PyMongoError, TimeoutError, ClockNotSet):
                pass  # `storage` says so
            except Exception as broken:  # noqa: BLE001  # a look must never end the others
                logger.error("look failed", work=look.__name__, why=type(broken).__name__)
            await asyncio.sleep(pause)

    async def storage(self) -> None:
        """Whether the database answers, and what only it knows: tail, followers, what is parked, timers."""
        stale = self._written is not None and self._now() - self._written > WRITTEN_WITHIN
        self._metrics.storage_away.labels("write").set(stale)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await self._log()
        except (PyMongoError, TimeoutError):
            self._metrics.storage_away.labels("read").set(1)
            raise
        self._metrics.storage_away.labels("read").set(0)
        await self._timers(self._service.clock)

    async def _log(self) -> None:
        shards = self._service.shards
        asked = (*(shard.log.tail() for shard in shards), self._service.checkpoints.positions())
        answers: list[Any] = await asyncio.gather(*asked)
        *tails, positions = answers
        self._metrics.tail.set(1 + sum(tail - 1 for tail in tails))
        for shard, tail in zip(shards, tails, strict=True):
            self._followers(shard, tail, positions)
        messages, sequences = await self._service.parking.sizes()
        self._metrics.parked.set(messages)
        self._metrics.sequences.set(sequences)

    def _followers(self, shard: Leading, tail: int, positions: Mapping[str, int]) -> None:
        for follower in shard.followers:
            done = positions.get(follower.name, 0)
            self._metrics.follower.labels(follower.name).set(done)
            age = self._ages[follower.name].note(self._now(), tail - 1, done)
            self._metrics.behind.labels(follower.name).set(age)

    async def _timers(self, clock: Clock) -> None:
        now = await clock.now()
        overdue = [await shard.timers.overdue(now) for shard in self._service.shards]
        self._metrics.timers_due.set(sum(number for number, _ in overdue))
        self._metrics.timers_late.set(max(oldest for _, oldest in overdue))

    async def kafka(self) -> None:
        """Whether Kafka answers, and how far the service is behind its topics."""
        try:
            seen = await self._lag.look()
        except KafkaAway:
            self._metrics.broker_away.set(1)
            self._metrics.brokers.set(0)
            return
        self._metrics.broker_away.set(0)
        self._metrics.brokers.set(seen.brokers)
        for topic, waiting in seen.messages.items():
            self._metrics.lag.labels(topic).set(waiting)
            self._metrics.lag_seconds.labels(topic).set(seen.seconds[topic])

    async def backlogs(self) -> None:
        """What waits in the service's own work."""
        for backlog in self._service.spec.backlogs:
            for state, waiting in (await backlog.count(self._service.kernel.views)).items():
                self._metrics.waiting.labels(backlog.work, state).set(waiting)

    async def invariants(self) -> None:
        """What must always hold, looked at by a process that leads the log or a part of it; others say nothing."""
        if not self._service.leads:
            self._confirmed.forget()
            self._metrics.violated.clear()
            return
        tell_holes(self._metrics, self._service.followers)
        await tell_invariants(self._metrics, self._service.spec.invariants, self._confirmed, self._service.application)

    async def disk(self) -> None:
        """Room on the database's disk, as the database says itself."""
        size, free = await self._service.shards[0].log.disk()
        self._metrics.storage_size.set(size)
        self._metrics.storage_free.set(free)


def tell_holes(metrics: Metrics, followers: Sequence[Follower]) -> None:
    """Positions of the log that no commit has, as any follower met them; they stay told until the process ends."""
    metrics.violated.labels("log-positions").set(max((each.holes for each in followers), default=0))


async def tell_invariants(
    metrics: Metrics, invariants: Sequence[Invariant], confirmed: Confirmed, application: Any
) -> None:
    """What a service declares that must hold."""
    for each in invariants:
        metrics.violated.labels(each.name).set(confirmed.of(each.name, await each.broken(application)))
