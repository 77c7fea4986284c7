"""Several services in one process, for stories: each with its log, its consumer, its timers, its read models.

Messages are handed over in their wire form. Nothing is proved here about delivery; that takes the real Kafka.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kernel.aggregate import Aggregate
from kernel.clock import FixedClock, to_millisecond
from kernel.consumer import Consumer
from kernel.ids import CountedIds, Ids
from kernel.metrics import Metrics
from kernel.parking import Parking
from kernel.projector import Projector
from kernel.publishing import Message, parse
from kernel.relay import Relay
from kernel.service import Spec
from kernel.testing.collections import MemoryDatabase
from kernel.testing.homes import OneHome
from kernel.testing.world import World
from kernel.timers import Timer, Timers, Wheel


class Outbox:
    """A producer that keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def send_all(self, batch: Sequence[Message]) -> None:
        """See `kernel.relay.Producer`."""
        self.sent += batch


class Resident:
    """One service of a company; ``application`` is its application object, ``world`` what it stands on."""

    def __init__(self, spec: Spec, clock: FixedClock, ids: Ids, keyring: Any) -> None:
        self.spec = spec
        self.world = World(clock.at, opens=spec.opens, clock=clock, ids=ids, keyring=keyring, home=spec.home)
        world, metrics = self.world, Metrics(spec.name)
        self.application = spec.application(world.kernel(spec.projections))
        self.parking = Parking(world.db["parked"])
        self.outbox, self._dead_letters = Outbox(), Outbox()
        self.consumer = Consumer(
            spec.name, self.application, spec.handlers, world.repository, self.parking, self._dead_letters, clock,
            metrics, pauses=(0, 0),
        )  # fmt: skip
        self.timers = Timers(world.db["timers"], spec.schedule)
        self._wheel = Wheel(self.timers, world.repository, clock, self._ring, metrics)
        self._follow = [Relay(self.outbox, spec.publish, spec.name, metrics).apply, self.timers.apply]
        self._follow += [Projector(p, world.db[p.collection]).apply for p in spec.projections]
        if spec.home is not None:
            self._follow.append(OneHome(spec.home, spec.projections).apply)
        self._position = 0
        self.failure: Exception | None = None

    async def turn(self) -> list[Message]:
        """Fire what is due, bring everything up to date with the log, and give out what is published."""
        await self._catch_up()
        while await self._wheel.turn():
            await self._catch_up()
        overdue = await self.timers.due(self.world.clock.at)
        if overdue:
            raise AssertionError(f"{self.spec.name}: timer {overdue[0].name} does not fire") from self.failure
        sent, self.outbox.sent = self.outbox.sent, []
        return sent

    async def _catch_up(self) -> None:
        while batch := await self.world.log.read(self._position, 500):
            for apply in self._follow:
                await apply(batch)
            self._position = batch[-1].end - 1

    async def _ring(self, timer: Timer) -> Sequence[Aggregate]:
        try:
            return await self.spec.ring(self.application, timer)
        except Exception as failure:
            self.failure = failure
            raise


class Company:
    """The services together: ``company["intake"].application``. One clock, one key ring.

    A message that is parked fails the story, unless ``parks`` allows it.
    """

    def __init__(self, *specs: Spec, at: datetime, parks: bool = False) -> None:
        self.clock, ids = FixedClock(to_millisecond(at)), CountedIds()
        self.keyring = keyring = MemoryDatabase()["keys"]
        self._residents = {spec.name: Resident(spec, self.clock, ids, keyring) for spec in specs}
        self._offsets, self._parks = itertools.count(), parks
        self.published: list[Message] = []
        self._turn = asyncio.Lock()

    def __getitem__(self, name: str) -> Resident:
        return self._residents[name]

    async def run(self) -> None:
        """Let everything that has happened take its course, until all is quiet."""
        async with self._turn:
            while await self._round():
                pass

    async def _round(self) -> bool:
        """Each in turn, once; whether anything was said."""
        moved = False
        for resident in self._residents.values():
            messages = [self._received(message) for message in await resident.turn()]
            moved = moved or bool(messages)
            self.published += messages
            for other in self._residents.values():
                await self._deliver(other, messages)
        return moved

    async def move(self, to: datetime) -> None:
        """Let time pass until ``to``, stopping at every moment at which something falls due."""
        await self.run()
        while (due := await self._next()) is not None and due <= to:
            self.clock.at = max(self.clock.at, due)
            await self.run()
        self.clock.at = to_millisecond(to)
        await self.run()

    async def _next(self) -> datetime | None:
        upcoming = [await resident.timers.upcoming() for resident in self._residents.values()]
        return min((timer.due for timer in upcoming if timer is not None), default=None)

    async def _deliver(self, to: Resident, messages: list[Message]) -> None:
        wanted = [message for message in messages if message.topic in to.spec.handlers.topics]
        await to.consumer.take(wanted)
        parked = [] if self._parks else await to.parking.listed()
        if parked:
            raise AssertionError(f"{to.spec.name} parked {parked[0]['name']}: {parked[0]['reason']}")

    def _received(self, message: Message) -> Message:
        headers = message.headers()
        return parse(message.topic, 0, next(self._offsets), message.key.encode(), message.data, headers)
