"""What belongs to one shard of a service's log: its followers, its timers, and the lease by which one process leads it.

Where a log is whole it is its only shard. Of several, a process may lead some while others lead the rest.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from kernel import mongo
from kernel.aggregate import Aggregate
from kernel.checkpoints import Fenced, Lease
from kernel.follower import FAR, RELAYED, Apply, Follower
from kernel.pending import Pending
from kernel.projector import Projector
from kernel.relay import Producer, Relay
from kernel.shards import named
from kernel.steadily import steadily
from kernel.timers import Timer, Timers, Wheel

if TYPE_CHECKING:
    from kernel.ports import DurableLog, Ports
    from kernel.service import Service

logger = structlog.get_logger(__name__)
RELAY_PACE, FOLLOWER_PACE = 0.03, 0.1
"""Seconds from one turn of a follower that keeps up to its next: what happens meanwhile is dealt with at once."""
RELAY_POLL, FOLLOWER_POLL = 0.2, 1.0
"""Seconds until what another process appended is seen; an append of this process wakes the followers at once."""
PAUSE = 1.0
"""Seconds between two tries for the lease."""
MOST_PAUSES = 5
"""Pauses that a process waits for one more shard, however many it leads."""
Work = Callable[[], Awaitable[None]]


@dataclass
class Led:
    """How many shards this process leads, and whose turn it is to take one more."""

    shards: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Leading:
    """One shard of a service's log; ``leads`` while this process holds its lease."""

    def __init__(self, service: Service, ports: Ports, shard: int, log: DurableLog, led: Led) -> None:
        self._service, self.shard, self.log, self._led = service, shard, log, led
        self.timers = Timers(service.db[self._named("timers")], service.spec.schedule)
        self.followers = self._followers(ports.producer)
        self.lease = Lease(service.db["leases"], self._named("log"), ports.holder)
        self.leads = False

    def _followers(self, producer: Producer) -> list[Follower]:
        service = self._service
        relay = Relay(producer, service.spec.publish, self._named(service.spec.name), service.metrics)
        followers = [
            self._follower("relay", relay.begin, RELAY_PACE, RELAYED, relay),
            self._follower("timers", self.timers.apply, FOLLOWER_PACE),
        ]
        for projection in service.spec.projections:
            folds = Projector(projection, service.db[projection.collection])
            followers.append(self._follower(projection.collection, folds.begin, FOLLOWER_PACE, FAR, folds))
        return followers

    def _follower(self, name: str, apply: Apply, pace: float, far: int = 0, pending: Pending | None = None) -> Follower:
        checkpoints = self._service.checkpoints
        return Follower(self._named(name), self.log, checkpoints, apply, far=far, pending=pending, pace=pace)

    def _named(self, name: str) -> str:
        return named(name, self.shard)

    async def run(self, background: Sequence[Work]) -> None:
        """Lead whenever the lease is to be had, with that work beside; until cancelled."""
        while True:
            try:
                token = await self._first_take()
                if token is not None:
                    await self._follow(token, background)
            except* Fenced:
                logger.warning("another process follows the log now", shard=self.shard)
            except* mongo.PyMongoError as away:
                logger.warning("database away, trying again", why=[type(e).__name__ for e in away.exceptions])
            self._lead_is(False)
            await asyncio.sleep(PAUSE)

    async def _first_take(self) -> int | None:
        """The lease, a pause later for each shard that this process leads: so those that start together share them."""
        waited = 0
        while True:
            async with self._led.turn:
                if waited >= min(self._led.shards, MOST_PAUSES):
                    token = await self._take()
                    self._lead_is(token is not None)
                    return token
            await asyncio.sleep(PAUSE)
            waited += 1

    async def _take(self) -> int | None:
        token = await self.lease.take()
        self._service.gauges.written()
        return token

    def _lead_is(self, ours: bool) -> None:
        self._led.shards += ours - self.leads
        self.leads = ours
        self._service.metrics.leader.set(self._led.shards)

    async def _follow(self, token: int, background: Sequence[Work]) -> None:
        metrics = self._service.metrics
        wheel = Wheel(self.timers, self._service.repository, self._service.clock, self._ring, metrics)
        async with asyncio.TaskGroup() as group:
            for number, follower in enumerate(self.followers):
                run = functools.partial(follower.run, token, poll=FOLLOWER_POLL if number else RELAY_POLL)
                group.create_task(steadily(follower.name, run, metrics))
            group.create_task(steadily(self._named("wheel"), functools.partial(self._turn, wheel), metrics))
            for work in background:
                group.create_task(steadily("background", work, metrics))
            group.create_task(self._renew(token), name="lease")

    async def _turn(self, wheel: Wheel) -> None:
        """Turn the wheel once the schedule has caught up: one that is built anew still holds what was cancelled."""
        schedule = next(follower for follower in self.followers if follower.name == self._named("timers"))
        await schedule.reached(await self.log.tail() - 1)
        await wheel.run()

    async def followed(self) -> None:
        """Return when what is in the log by now is dealt with; at once where another process leads."""
        tail = await self.log.tail()
        if self.leads:
            await asyncio.gather(*(follower.reached(tail - 1) for follower in self.followers))

    async def _renew(self, token: int) -> None:
        while True:
            await asyncio.sleep(self.lease.seconds / 3)
            if await self._take() != token:
                raise Fenced("lease lost")

    async def _ring(self, timer: Timer) -> Sequence[Aggregate]:
        return await self._service.spec.ring(self._service.application, timer)
