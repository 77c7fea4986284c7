"""Tests of the simulation run in its own loop, on its own parts."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import pytest

from kernel.testing import MemoryDatabase
from tests.kernel.conftest import Place
from tests.simulation.clocks import ServerClock
from tests.simulation.journal import JournalServer, RemoteLog
from tests.simulation.loop import SimulatedLoop
from tests.simulation.store import RemoteDatabase
from tests.simulation.weather import Weather, Wire


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Callable[[], SimulatedLoop]]:
    """What pytest-asyncio runs the tests of this folder in."""
    return {"simulated": lambda: SimulatedLoop(random.Random(7))}


def wire(weather: Weather, away: type[Exception]) -> Wire:
    """A way from the test's own process to a server."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SimulatedLoop)
    return Wire(loop, loop.outside, weather, random.Random(3), away)


@pytest.fixture
async def place() -> Place:
    """What `tests.kernel` asks of memory and MongoDB, on the simulation's servers."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SimulatedLoop)
    ways = wire(Weather(), ConnectionError)
    database = MemoryDatabase("simulated", ServerClock(loop).now)
    return Place(RemoteLog(JournalServer(loop), ways, ways), RemoteDatabase(database, ways))
