"""The simulation's servers pass the suites that memory and MongoDB pass, also while answers are lost."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest

from kernel.groupcommit import UnknownOutcome
from kernel.log import EventLog
from tests.kernel import test_checkpoints, test_parking, test_projections, test_timers, test_vault
from tests.kernel.log_suite import LogSuite
from tests.simulation.conftest import wire
from tests.simulation.journal import JournalServer, RemoteLog
from tests.simulation.loop import SimulatedLoop
from tests.simulation.weather import Weather


def _taken_over(name: str, each: Any) -> bool:
    """Fixtures, helpers, and the tests that use a loop."""
    return not name.startswith("__") and (not name.startswith("test_") or inspect.iscoroutinefunction(each))


for suite in (test_checkpoints, test_parking, test_projections, test_timers, test_vault):
    globals().update({name: each for name, each in vars(suite).items() if _taken_over(name, each)})


class TestSimulatedLog(LogSuite):
    """In calm weather, and while answers are lost, writes come late and another primary is elected."""

    __test__ = True

    @pytest.fixture(params=["calm", "storm"])
    async def log(self, request: pytest.FixtureRequest) -> EventLog:
        """The log on a server of its own."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SimulatedLoop)
        storm = request.param == "storm"
        server = JournalServer(loop)
        writes = wire(Weather(lost=0.3, slow=0.2, slowness=0.3) if storm else Weather(), UnknownOutcome)
        for moment in range(40) if storm else ():
            loop.call_later(0.003 + moment * 0.05, server.fail_over)
        return RemoteLog(server, writes, wire(Weather(), ConnectionError))
