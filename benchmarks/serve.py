"""Runs a service for a measurement: `python -m benchmarks.serve SERVICE MODE SECONDS`.

The service is the product's own; only ports are changed. Its clock is the machine's, so many seconds aside, for a
reception is open on some days only. Modes: ``product``; ``usual``, one message, one transaction, one acknowledgement
(`benchmarks.usual`); ``unstored``, everything in memory and nothing published.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from benchmarks.usual import UsualLog
from kernel import leading, run
from kernel import ports as kernel_ports
from kernel.clock import SystemClock
from kernel.consume import KafkaIntake
from kernel.consumer import Consumer
from kernel.log import CommitAt
from kernel.memory import MemoryLog
from kernel.mongo import Database
from kernel.ports import Ports
from kernel.publishing import Message
from kernel.service import Spec
from kernel.settings import Settings
from kernel.shards import named
from kernel.testing import MemoryDatabase

MODES = ("product", "usual", "unstored")


class Aside:
    """`kernel.clock.Clock`: the machine's, moved by so much."""

    def __init__(self, by: timedelta) -> None:
        self._clock, self._by = SystemClock(), by

    async def now(self) -> datetime:
        """See `Clock.now`."""
        return await self._clock.now() + self._by


class Forgetful(MemoryLog):
    """A log in memory that is ready at once, and that nobody follows."""

    async def prepare(self) -> None:
        """See `DurableLog.prepare`."""

    async def read(self, after: int, limit: int) -> list[CommitAt]:
        """See `EventLog.read`: nothing, so nothing is relayed, folded or scheduled."""
        return []

    async def disk(self) -> tuple[int, int]:
        """See `DurableLog.disk`."""
        return 1, 1


class Nowhere:
    """An intake and a producer without a broker."""

    async def start(self, consumer: Consumer) -> None:
        """See `Intake.start`."""

    async def stop(self) -> None:
        """See `Intake.stop`."""

    async def send_all(self, batch: Sequence[Message]) -> None:
        """See `Producer.send_all`."""


def usual(spec: Spec, settings: Settings, ports: Ports) -> Ports:
    """Each commit a transaction, each message acknowledged, nothing waits to be dealt with together."""
    intake = KafkaIntake(settings.kafka, settings.prefix, spec.name, spec.handlers.topics, most=1, pace=0.0)
    for name in ("RELAY_PACE", "FOLLOWER_PACE"):
        setattr(leading, name, 0.0)  # in this process alone
    return replace(
        ports, log=lambda db, shard, count, observe: UsualLog(db, named("log", shard), observe=observe), intake=intake
    )


def unstored(spec: Spec, settings: Settings, ports: Ports) -> Ports:
    """HTTP, the rules and the sealing; nothing is kept, followed or published."""
    databases: dict[str, MemoryDatabase] = {}

    def database(name: str) -> Database:
        return databases.setdefault(name, MemoryDatabase(name))

    async def none(names: Sequence[str]) -> None:
        """No topics."""

    nowhere = Nowhere()
    return replace(
        ports,
        database=database,
        log=lambda db, shard, count, observe: Forgetful(),
        producer=nowhere,
        intake=nowhere,
        make_topics=none,
    )


def changed(mode: str, by: timedelta) -> Callable[[str, Sequence[str], Settings], Ports]:
    """What takes the place of `kernel.ports.production`."""
    of = {"usual": usual, "unstored": unstored}

    def ports(name: str, reads: Sequence[str], settings: Settings) -> Ports:
        made = replace(kernel_ports.production(name, reads, settings), clock=Aside(by))
        spec = importlib.import_module(f"services.{name}.main").SPEC
        return of[mode](spec, settings, made) if mode in of else made

    return ports


def main() -> None:
    """Serve until told to stop."""
    service, mode, seconds = sys.argv[1:]
    production: Any = changed(mode, timedelta(seconds=float(seconds)))
    setattr(run, "production", production)  # noqa: B010  # in this process alone
    run.serve(importlib.import_module(f"services.{service}.main").SPEC)


if __name__ == "__main__":
    main()
