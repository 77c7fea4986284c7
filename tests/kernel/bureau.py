"""A service of desks whose log may be split: calls come in, notes are told, deadlines ring; and its processes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

from kernel.aggregate import Aggregate, AnyEvent
from kernel.mongo import connect
from kernel.ports import production
from kernel.projections import Document, Projection
from kernel.publishing import PublicEvent
from kernel.relay import KafkaProducer
from kernel.service import Kernel, Service, Spec
from kernel.settings import Settings
from kernel.shards import shard_of
from kernel.timers import Cancel, Timer
from tests.kernel.desk import AT, Called, Desk, Desks, Noted, call, handlers

SHARDS = 2
DESKS = [f"desk-{number}" for number in range(8)]
LATER, FORGET = "later", "forget"
"""Calls that set a timer, due at once: one is called back, the other leads to nothing."""
WITHIN = 60.0


class Told(Called):
    """What the bureau says of its notes."""

    NAME: ClassVar[str] = "Told"
    TOPIC: ClassVar[str] = "bureau"


def publish(event: AnyEvent) -> Sequence[PublicEvent]:
    """Each note."""
    return [Told(desk=event.originator_id, what=event.what)] if isinstance(event, Noted) else []


def schedule(event: AnyEvent) -> Iterable[Timer | Cancel]:
    """A call that asks for it is called back at once."""
    if isinstance(event, Noted) and event.what in (LATER, FORGET):
        yield Timer(event.what, event.originator_id, AT - timedelta(days=800))


async def ring(app: Desks, timer: Timer) -> Sequence[Aggregate]:
    """Call back, or do nothing."""
    if timer.name == FORGET:
        return []
    desk = await app.repository.get(Desk, timer.subject)
    desk.record(Noted, at=AT, what="called back")
    return [desk]


def fold(document: Document, event: AnyEvent) -> Document:
    """What was noted at a desk."""
    notes = document.get("notes", [])
    return {"notes": [*notes, event.what] if isinstance(event, Noted) else notes}


def desks(kernel: Kernel) -> Desks:
    """The application."""
    return Desks(kernel.repository)


SPEC = Spec(
    name="bureau",
    title="The bureau",
    topics=["calls", "bureau"],
    publish=publish,
    handlers=handlers,
    projections=[Projection("desks", 1, lambda event: event.originator_id, fold)],
    schedule=schedule,
    ring=ring,
    opens=frozenset(),
    application=desks,
    routers=[],
    home=lambda key: key,
)


def of_shard(shard: int) -> list[str]:
    """Those of the desks."""
    return [desk for desk in DESKS if shard_of(desk, SHARDS) == shard]


class Bureau:
    """A deployment of the service; ``process`` is one of its processes."""

    def __init__(self, folder: Path, mongo: str, kafka: str) -> None:
        key = folder / "master.key"
        key.write_bytes(bytes(32))
        self.settings = Settings(
            mongo=mongo, kafka=kafka, prefix=f"rehearsal-{uuid4().hex[:8]}", master_key_file=key, log_shards=SHARDS,
            access="trusting",
        )  # fmt: skip
        self.calls = 0

    @property
    def prefix(self) -> str:
        """Of its topics and databases."""
        return self.settings.prefix

    def service(self, log_shards: int = SHARDS) -> Service:
        """A process that is not started yet."""
        settings = self.settings.model_copy(update={"log_shards": log_shards})
        service = Service(SPEC, settings, production(SPEC.name, SPEC.handlers.topics, settings))
        for shard in service.shards:
            shard.lease.seconds = 3.0  # of ten: another one need not wait so long
        return service

    @contextlib.asynccontextmanager
    async def process(self) -> AsyncIterator[Service]:
        """A process that runs."""
        service = self.service()
        async with service.running():
            yield service

    async def hear(self, *said: tuple[str, str]) -> None:
        """Calls at desks, as another service's relay would send them."""
        producer = KafkaProducer(self.settings.kafka, self.prefix, "callers")
        first, self.calls = self.calls + 1, self.calls + len(said)
        await producer.send_all(
            [call(number, desk, what, topic="calls") for number, (desk, what) in enumerate(said, first)]
        )
        await producer.stop()

    async def drop(self) -> None:
        """Nothing is left of it in MongoDB."""
        client = connect(self.settings.mongo)
        for name in await client.list_database_names():
            if name.startswith(self.prefix):
                await client.drop_database(name)
        client.close()


async def until(holds: Callable[[], Awaitable[bool]], within: float = WITHIN) -> None:
    """Wait for a condition, not for a time."""
    async with asyncio.timeout(within):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.05)
