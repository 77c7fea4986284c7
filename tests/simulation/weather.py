"""How badly storage, bus and mail behave just now, and one process's way to them."""

from __future__ import annotations

import asyncio
import enum
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tests.simulation.loop import Process, SimulatedLoop

T = TypeVar("T")


class Fate(enum.Enum):
    """What becomes of a request."""

    WELL = "answered"
    BEFORE = "lost on the way there"
    AFTER = "done, and the answer lost"
    LATE = "given up, and done later"


@dataclass
class Weather:
    """Rates between 0 and 1, moments in virtual seconds. Calm by default.

    ``lost`` requests have one of the three bad fates; ``slow`` ones take up to ``slowness`` seconds.
    """

    lost: float = 0.0
    slow: float = 0.0
    slowness: float = 2.0
    late: float = 6.0
    away_until: float = 0.0

    def fate(self, dice: random.Random) -> Fate:
        """Drawn anew for each request."""
        if self.lost and dice.random() < self.lost:
            return dice.choice((Fate.BEFORE, Fate.AFTER, Fate.LATE))
        return Fate.WELL

    def travel(self, dice: random.Random) -> float:
        """Seconds one way."""
        if self.slow and dice.random() < self.slow:
            return dice.uniform(0, self.slowness)
        return 0.0001 + dice.random() * 0.002

    def calm(self) -> None:
        """All is well from now on."""
        self.lost = self.slow = self.away_until = 0.0


class Wire:
    """One process's way to a server. What was sent arrives also when the sender is dead by then."""

    def __init__(
        self, loop: SimulatedLoop, process: Process, weather: Weather, dice: random.Random,
        away: Callable[[], Exception],
    ) -> None:  # fmt: skip
        self.loop, self.process, self.weather, self.dice, self._away = loop, process, weather, dice, away
        self._server = loop.outside.context

    async def call(self, operation: Callable[[], T], settled: Callable[[], float] = lambda: 0.0) -> T:
        """Do it at the server, at one moment; what it returned or raised. Raises ``away`` where no answer comes.

        ``settled`` says, after the operation, for how many more seconds the server keeps its answer back.
        """
        if not self.process.alive:
            await self.loop.create_future()  # the dead send nothing
        answer: asyncio.Future[T] = self.loop.create_future()
        fate, there = self.weather.fate(self.dice), self.weather.travel(self.dice)
        self.loop.call_later(there, self._arrive, fate, operation, settled, answer, context=self._server)
        return await answer

    def _arrive(
        self, fate: Fate, operation: Callable[[], T], settled: Callable[[], float], answer: asyncio.Future[T]
    ) -> None:
        if self.weather.away_until > self.loop.time() or fate is Fate.BEFORE:
            self._fail(answer)
        elif fate is Fate.LATE:
            self._fail(answer)
            later = self.dice.uniform(0, self.weather.late)
            self.loop.call_later(later, _quietly, operation, context=self._server)
        elif fate is Fate.AFTER:
            _quietly(operation)
            self._fail(answer)
        else:
            self._answer(operation, settled, answer)

    def _answer(self, operation: Callable[[], T], settled: Callable[[], float], answer: asyncio.Future[T]) -> None:
        back = self.weather.travel(self.dice)
        try:
            found = operation()
        except Exception as refused:  # noqa: BLE001  # the server's answer
            self.loop.call_later(back, _raise, answer, refused, context=self._server)
        else:
            self.loop.call_later(settled() + back, _settle, answer, found, context=self._server)

    def _fail(self, answer: asyncio.Future[T]) -> None:
        wait = self.weather.travel(self.dice)
        self.loop.call_later(wait, _raise, answer, self._away(), context=self._server)


def _quietly(operation: Callable[[], object]) -> None:
    try:
        operation()
    except Exception:  # noqa: BLE001  # nobody hears the answer
        return


def _settle(answer: asyncio.Future[T], value: T) -> None:
    if not answer.done():
        answer.set_result(value)


def _raise(answer: asyncio.Future[T], broken: Exception) -> None:
    if not answer.done():
        answer.set_exception(broken)
