"""Five services as processes in one loop: the product's `Service` and its HTTP routes on servers in memory."""

from __future__ import annotations

import copy
import os
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from aiokafka.errors import KafkaConnectionError
from fastapi import FastAPI
from pymongo.errors import AutoReconnect
from starlette.datastructures import State

from kernel import run
from kernel.groupcommit import UnknownOutcome
from kernel.ports import Ports
from kernel.service import Service, Spec
from kernel.settings import Settings
from kernel.shards import named
from kernel.testing import MemoryDatabase
from services.billing.main import SPEC as BILLING
from services.intake.main import SPEC as INTAKE
from services.notify.main import SPEC as NOTIFY
from services.notify.sending import send_letters
from services.placement.main import SPEC as PLACEMENT
from services.screening.main import SPEC as SCREENING
from tests.simulation.broker import Broker
from tests.simulation.bus import RemoteIntake, RemoteLag, RemoteProducer
from tests.simulation.clocks import Calendar, MachineClock, ServerClock
from tests.simulation.journal import JournalServer, RemoteLog
from tests.simulation.loop import Process, SimulatedLoop
from tests.simulation.mail import Caught, RemoteMail, outage
from tests.simulation.store import RemoteDatabase
from tests.simulation.weather import Weather, Wire

SPECS = {spec.name: spec for spec in (INTAKE, SCREENING, PLACEMENT, BILLING, NOTIFY)}
MASTER = bytes(range(32))
PREFIX = "rehearsal-simulation"


def shards() -> int:
    """Into how many the logs that can be split are split in this run: SHARDS=n, 1 otherwise."""
    return int(os.environ.get("SHARDS", "").strip() or 1)


def logs(name: str) -> list[str]:
    """What the shards of a service's log are called: of the first as the service."""
    return [named(name, shard) for shard in range(shards() if SPECS[name].home is not None else 1)]


class Ids:
    """`kernel.ids.Ids` out of the dice: by the process's clock, then by lot."""

    def __init__(self, clock: MachineClock, dice: random.Random) -> None:
        self._clock, self._dice = clock, dice

    def new(self) -> str:
        """See `Ids.new`."""
        return f"{int(self._clock.at().timestamp() * 1000):012x}{self._dice.getrandbits(80):020x}"


@dataclass
class Running:
    """A process of a service while it lives; ``up`` when it serves HTTP."""

    process: Process
    service: Service
    app: FastAPI
    up: bool = False
    calls: set[Any] = field(default_factory=set)
    main: Any = None


Patch = Callable[[Service], None]
"""What a broken variant does to a service after it was put together and before it starts."""


class Deployment:
    """Servers and processes. ``patches`` are applied to every service that starts, ``undo`` is called at the end."""

    def __init__(self, loop: SimulatedLoop, seed: str, begins: datetime) -> None:
        self.loop, self.dice = loop, random.Random(f"{seed}:deployment")
        self.store, self.bus, self.post = Weather(), Weather(), Weather()
        self.calendar, self.server_clock = Calendar(loop, begins), ServerClock(loop)
        self.broker = Broker(loop, random.Random(f"{seed}:broker"))
        self.mailbox: list[Caught] = []
        self.databases: dict[str, MemoryDatabase] = {}
        self.journals = {log: JournalServer(loop) for name in SPECS for log in logs(name)}
        self.processes: dict[str, list[Running]] = {name: [] for name in SPECS}
        self.patches: list[Patch] = []
        self.undo: list[Callable[[], None]] = []
        self.started = 0

    def database(self, name: str) -> MemoryDatabase:
        """A database at its server."""
        return self.databases.setdefault(name, MemoryDatabase(name, self.server_clock.now))

    def start(self, name: str, error: float = 0.0) -> Running:
        """One more process of that service; its clock is wrong by so many seconds."""
        self.started += 1
        process = self.loop.process(f"{name}-{self.started}")
        service = process.context.run(self._service, process, name, error)
        for patch in self.patches:
            patch(service)
        running = Running(process, service, _pressed(service))
        self.processes[name].append(running)
        running.main = self.loop.create_task(self._live(running), context=process.context)
        return running

    async def _live(self, running: Running) -> None:
        name = running.service.spec.name
        try:
            async with running.service.running():
                running.up = True
                await self.loop.create_future()
        except AutoReconnect:  # the store was away at the start: whoever watches over processes starts it again
            if running in self.processes[name]:
                self.processes[name].remove(running)
                self.loop.call_later(1.0, self.start, name, context=self.loop.outside.context)
        finally:
            running.up = False

    def kill(self, running: Running) -> None:
        """SIGKILL: whatever was under way ends here."""
        self.loop.kill(running.process)
        running.up = False
        self.processes[running.service.spec.name].remove(running)
        self.broker.miss(running.process)
        for answer in list(running.calls):
            self.loop.call_later(self.dice.random() * 0.01, _hang_up, answer, context=self.loop.outside.context)

    def stop(self, running: Running) -> None:
        """SIGTERM: it ends in good order."""
        running.up = False
        running.main.cancel()
        self.broker.miss(running.process)  # should it be unable to say good-bye
        self.processes[running.service.spec.name].remove(running)

    def _service(self, process: Process, name: str, error: float) -> Service:
        sender = "madoguchi@simulation.example"
        settings = Settings(
            prefix=PREFIX, access="trusting", master_key_file=_master(), mail_from=sender, log_shards=shards()
        )  # fmt: skip
        reads = SPECS[name].handlers.topics
        return Service(self._spec(process, name), settings, self._ports(process, name, reads, error))

    def _spec(self, process: Process, name: str) -> Spec:
        spec = SPECS[name]
        if name != "notify":
            return spec
        transport = RemoteMail(self.mailbox, self.wire(process, self.post, outage))
        return replace(spec, background=[partial(send_letters, transport=transport)])

    def _ports(self, process: Process, name: str, reads: Any, error: float) -> Ports:
        clock = MachineClock(self.calendar, error)
        store = self.wire(process, self.store, lambda: AutoReconnect("no answer"))
        writes = self.wire(process, self.store, lambda: UnknownOutcome("no answer"))
        bus = self.wire(process, self.bus, lambda: KafkaConnectionError("no answer"))

        async def make_topics(names: Any) -> None:
            await bus.call(lambda: self.broker.make(names))

        return Ports(
            holder=process.name,
            clock=clock,
            ids=Ids(clock, random.Random(f"{self.dice.random()}")),
            database=lambda belongs: RemoteDatabase(self.database(belongs), store),
            log=lambda _, shard, __, ___: RemoteLog(self.journals[named(name, shard)], writes, store),
            producer=RemoteProducer(self.broker, bus),
            lag=RemoteLag(self.broker, f"{PREFIX}.{name}", reads, bus),
            intake=RemoteIntake(self.broker, f"{PREFIX}.{name}", reads, bus),
            make_topics=make_topics,
            close=lambda: None,
        )

    def wire(self, process: Process, weather: Weather, away: Callable[[], Exception]) -> Wire:
        """That process's way to a server."""
        return Wire(self.loop, process, weather, random.Random(self.dice.random()), away)


def _hang_up(answer: Any) -> None:
    if not answer.done():
        answer.set_exception(ConnectionError("the server is gone"))


@cache
def _master() -> Path:
    path = Path(tempfile.mkdtemp()) / "master.key"
    path.write_bytes(MASTER)
    return path


_PROTOTYPES: dict[str, FastAPI] = {}


def _pressed(service: Service) -> FastAPI:
    """The service's HTTP application; the routes are the same objects for all its processes."""
    name = service.spec.name
    if name not in _PROTOTYPES:
        made = run.served(service)
        made.middleware_stack = made.build_middleware_stack()
        _PROTOTYPES[name] = made
    app = copy.copy(_PROTOTYPES[name])
    app.state = State()
    run.show(app, service)
    return app
