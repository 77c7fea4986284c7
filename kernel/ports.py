"""What a service stands on outside its process, as ports; `production` makes those of Kafka and MongoDB.

A simulation hands in others and runs the very same service.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kernel import credentials, mongo, topics
from kernel.clock import Clock, RehearsalClock, SystemClock
from kernel.consume import Intake, KafkaIntake
from kernel.ids import Ids, RandomIds
from kernel.lag import Lag, Looking
from kernel.log import EventLog
from kernel.mongolog import MongoLog
from kernel.relay import KafkaProducer, Producer
from kernel.settings import Settings
from kernel.shards import named


class DurableLog(EventLog, Protocol):
    """A log that has to be made ready."""

    async def prepare(self) -> None:
        """Make sure that the storage keeps the log's promises. Raises RuntimeError where it does not."""

    async def disk(self) -> tuple[int, int]:
        """Bytes of the storage's disk, and how many of them are free."""


class StoppableProducer(Producer, Protocol):
    """A producer with a connection."""

    async def stop(self) -> None:
        """Flush and close."""


@dataclass(frozen=True)
class Ports:
    """One process's way to the outside. ``holder`` names the process in leases and is never used twice.

    ``database`` opens a database of the deployment by the name of what it belongs to; ``log`` makes the log in one, or
    that shard of so many, which tells how many seconds each append took; ``close`` lets go of all.
    """

    holder: str
    clock: Clock
    ids: Ids
    database: Callable[[str], mongo.Database]
    log: Callable[[mongo.Database, int, int, Callable[[float], None]], DurableLog]
    producer: StoppableProducer
    intake: Intake
    lag: Looking
    make_topics: Callable[[Sequence[str]], Awaitable[None]]
    close: Callable[[], None]


def _log(db: mongo.Database, shard: int, count: int, observe: Callable[[float], None]) -> MongoLog:
    return MongoLog(db, named("log", shard), shards=0 if shard else count, observe=observe)


def production(name: str, reads: Sequence[str], settings: Settings) -> Ports:
    """Kafka, MongoDB and the machine's clock, for the service of that name that reads these topics."""
    client, ids = mongo.connect(settings.mongo, **credentials.mongo(settings)), RandomIds()
    security = credentials.kafka(settings)

    def database(belongs: str) -> mongo.Database:
        return mongo.database(client, settings.database(belongs))

    async def make_topics(names: Sequence[str]) -> None:
        await topics.ensure(
            settings.kafka,
            [f"{settings.prefix}.{name}" for name in names],
            partitions=settings.topic_partitions,
            replicas=settings.topic_replicas,
            security=security,
        )

    return Ports(
        holder=f"{socket.gethostname()}:{os.getpid()}:{ids.new()}",
        clock=SystemClock() if settings.clock == "system" else RehearsalClock(database("clock")),
        ids=ids,
        database=database,
        log=_log,
        producer=KafkaProducer(settings.kafka, settings.prefix, name, security),
        intake=KafkaIntake(settings.kafka, settings.prefix, name, reads, security=security),
        lag=Lag(settings.kafka, settings.prefix, name, reads, security),
        make_topics=make_topics,
        close=client.close,
    )
