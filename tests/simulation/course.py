"""One course from beginning to end: start, play the days while things go wrong, heal, come to rest, gather evidence."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.simulation.deployment import SPECS, Deployment, Running, logs
from tests.simulation.gateway import Gateway
from tests.simulation.loop import SimulatedLoop
from tests.simulation.opening import open_reception
from tests.simulation.people import People, Told
from tests.simulation.plan import Act, Fault, Plan, script
from tests.simulation.rest import resting

REST_WITHIN = 30.0
"""Virtual seconds after the last fault has healed."""
MOST_STEPS = 3_000_000
Variant = Callable[[Deployment], None]
"""A broken variant: changes the assembled system before anything of it starts."""


@dataclass
class Course:
    """What a course left behind. ``moving`` says what had not come to rest in time."""

    plan: Plan
    deployment: Deployment
    told: list[Told]
    applications: dict[tuple[str, str], str]
    erased: list[str]
    moving: list[str]
    steps: int
    trace: int
    seconds: float
    crashed: list[str] = field(default_factory=list)


def play(plan: Plan, variant: Variant | None = None) -> Course:
    """Play it. Everything follows from the plan: the same plan takes the same course, step by step."""
    loop = SimulatedLoop(random.Random(f"{plan.seed}:loop"))
    loop.limit = MOST_STEPS
    player = _Player(loop, plan, variant)
    with _reproducible(plan.seed):
        try:
            main = loop.create_task(player.play(), context=loop.outside.context.copy())
            course: Course = loop.run_until_complete(main)
            return course
        finally:
            for undo in player.deployment.undo:
                undo()
            loop.end()


@contextmanager
def _reproducible(seed: int) -> Any:
    """No collector that runs when it likes, and the system's randomness (nonces, data keys) under the seed."""
    dice, real, hook = random.Random(f"{seed}:urandom"), os.urandom, sys.unraisablehook
    os.urandom = dice.randbytes
    sys.unraisablehook = lambda _: None  # what was killed is closed when the course is over, and may complain then
    gc.disable()
    asyncio.set_event_loop(None)
    try:
        yield
    finally:
        os.urandom = real
        gc.enable()  # it collects when the next course has begun to be read, not while one is played
        sys.unraisablehook = hook


class _Player:
    def __init__(self, loop: SimulatedLoop, plan: Plan, variant: Variant | None) -> None:
        self.loop, self.plan = loop, plan
        first = next((act.at for day in plan.days for act in day), script().steps[0].at)
        self.deployment = Deployment(loop, str(plan.seed), first - timedelta(hours=1))
        self.gateway = Gateway(self.deployment, random.Random(f"{plan.seed}:gateway"))
        self.people = People(loop, self.gateway, str(plan.seed), script().fiscal_year)
        self.dice = random.Random(f"{plan.seed}:faults")
        if variant is not None:
            variant(self.deployment)

    async def play(self) -> Course:
        await open_reception(self.deployment, self.plan.places)
        for name in SPECS:
            self.deployment.start(name, self._error())
        await asyncio.sleep(1.0)
        for number, acts in enumerate(self.plan.days):
            await self._day(number, acts)
        await self._day(len(self.plan.days), ())
        moving = await self._rest()
        broken = [repr(each.get("exception")) for each in self.loop.broken]
        told, loop = self.people.told, self.loop
        return Course(
            self.plan, self.deployment, told, self.people.applications, self.people.subjects, moving, loop.steps,
            loop.trace, loop.time(), broken,
        )  # fmt: skip

    def _error(self) -> float:
        """How wrong a machine's clock is."""
        return self.dice.choice((0.0, 0.0, 0.3, -0.3, 2.0, -2.0)) if self.plan.faults else 0.0

    async def _day(self, number: int, acts: tuple[Act, ...]) -> None:
        if acts:
            self.deployment.calendar.move(acts[0].at)
        faults = [self.loop.create_task(self._fault(f)) for f in self.plan.faults if f.day == number]
        await self.people.day(acts)
        if number == len(self.plan.days):
            await asyncio.gather(*faults)
        await asyncio.sleep(self.dice.choice((0.0, 0.05, 0.3, 1.0)))

    async def _fault(self, fault: Fault) -> None:
        await asyncio.sleep(fault.after)
        await getattr(self, f"_{fault.kind.replace(' ', '_')}")(fault)

    def _some(self, name: str) -> Running | None:
        there = self.deployment.processes[name]
        return self.dice.choice(there) if there else None

    async def _kill(self, fault: Fault) -> None:
        running = self._some(fault.target)
        if running is not None:
            self.deployment.kill(running)
            await asyncio.sleep(fault.seconds)
            self.deployment.start(fault.target, self._error())

    async def _stop(self, fault: Fault) -> None:
        running = self._some(fault.target)
        if running is not None:
            self.deployment.stop(running)
            await asyncio.sleep(fault.seconds)
            self.deployment.start(fault.target, self._error())

    async def _second(self, fault: Fault) -> None:
        if len(self.deployment.processes[fault.target]) < 3:
            self.deployment.start(fault.target, self._error())

    async def _stall(self, fault: Fault) -> None:
        running = self._some(fault.target)
        if running is not None:
            self.loop.stall(running.process, fault.seconds)
            if fault.seconds > 10:
                self.deployment.broker.miss(running.process)

    async def _failover(self, fault: Fault) -> None:
        for log in logs(fault.target):
            self.deployment.journals[log].fail_over()
        await self._store_away(fault)

    async def _store_away(self, fault: Fault) -> None:
        self.deployment.store.away_until = self.loop.time() + min(fault.seconds, 8)

    async def _bus_away(self, fault: Fault) -> None:
        self.deployment.bus.away_until = self.loop.time() + min(fault.seconds, 8)

    async def _mail_away(self, fault: Fault) -> None:
        self.deployment.post.away_until = self.loop.time() + min(fault.seconds, 4)

    async def _storm(self, fault: Fault) -> None:
        weathers = (self.deployment.store, self.deployment.bus, self.deployment.post, self.gateway.weather)
        some = self.dice.sample(weathers, self.dice.randint(1, 4))
        for weather in some:
            weather.lost, weather.slow = fault.strength, fault.strength
        await asyncio.sleep(fault.seconds)
        for weather in some:
            weather.lost = weather.slow = 0.0

    async def _server_clock(self, fault: Fault) -> None:
        self.deployment.server_clock.ahead += fault.seconds

    async def _leader(self, fault: Fault) -> None:
        self.deployment.broker.stand_still(fault.target)
        await asyncio.sleep(min(fault.seconds, 5))
        self.deployment.broker.elect(fault.target)

    async def _rebalance(self, fault: Fault) -> None:
        for name in list(self.deployment.broker.groups):
            if name.endswith(fault.target):
                self.deployment.broker.rebalance(name)

    async def _rest(self) -> list[str]:
        """Heal everything; what still moves after half a minute."""
        for weather in (self.deployment.store, self.deployment.bus, self.deployment.post, self.gateway.weather):
            weather.calm()
        self.deployment.broker.catch_up()
        for name, there in self.deployment.processes.items():
            if not there:
                self.deployment.start(name)
        until, moving = self.loop.time() + REST_WITHIN, ["not looked"]
        while moving and self.loop.time() < until:
            await asyncio.sleep(0.5)
            moving = resting(self.deployment)
        return moving
