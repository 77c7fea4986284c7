"""Consuming in batches: in a batch the messages of one key run in order, different keys side by side.

A message and what it leads to are one commit (the inbox is in the log); all that lead to nothing share one (where a log
is split: one in each shard, beside what the message's key leads to otherwise, for there its cause is unique). When all
are committed or parked, one acknowledgement follows. A message that cannot be handled is tried again with growing
pauses, well below the poll interval, then goes to the dead-letter topic, confirmed, and is parked with its key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from kernel.clock import Clock
from kernel.handlers import Handlers
from kernel.log import AlreadyHandled, Cause, Context, VersionConflict
from kernel.metrics import Metrics
from kernel.mongo import PyMongoError
from kernel.parking import Parking
from kernel.publishing import Message, Unreadable
from kernel.refusals import NotYet
from kernel.relay import Producer
from kernel.repository import Repository

logger = structlog.get_logger(__name__)
PAUSES = (0.05, 0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds between tries: 8 in all, far below Kafka's poll interval of 300."""


class Consumer:
    """One service's consumer: handles batches of messages."""

    def __init__(
        self,
        name: str,
        app: Any,
        handlers: Handlers,
        repository: Repository,
        parking: Parking,
        dead_letters: Producer,
        clock: Clock,
        metrics: Metrics,
        *,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._name, self._app, self._handlers, self._repository = name, app, handlers, repository
        self._parking, self._dead_letters, self._clock, self._metrics = parking, dead_letters, clock, metrics
        self._pauses, self._turn = pauses, asyncio.Lock()

    async def take(self, batch: Sequence[Message]) -> None:
        """Handle a batch; on return it may be acknowledged. Raises only where the storage or the broker is away."""
        async with self._turn:
            with self._metrics.batch.time():
                wanted: dict[str, Message] = {}
                for message in batch:
                    if self._handlers.wants(message):
                        wanted.setdefault(message.id, message)  # a crash may have published it twice into one batch
                settled = await self._repository.log.caused(self._name, list(wanted))
                sequences: dict[str, list[Message]] = {}
                for message in wanted.values():
                    if message.id not in settled:
                        sequences.setdefault(message.key, []).append(message)
                parked = await self._parking.keys(sequences) if sequences else set()
                async with asyncio.TaskGroup() as group:
                    runs = {key: group.create_task(self._run(s, key in parked)) for key, s in sequences.items()}
                await self._settle_each_quietly({key: run.result() for key, run in runs.items()})

    async def replay(self, key: str) -> int:
        """Handle what is parked for a key, in order; how many were. Raises what stops it; the rest stays parked."""
        async with self._turn:
            waiting = await self._parking.waiting(key)
            settled = await self._repository.log.caused(self._name, [message.id for message in waiting])
            for message in waiting:
                if message.id not in settled:
                    await self._settle_quietly(await self._handle(message, []), key)
                await self._parking.done(message)
            return len(waiting)

    async def drop(self, identity: str, *, by: str, reason: str) -> bool:
        """Give a parked message up. It is settled in the log: when topics are filled anew it does not act after all.

        False if there is no such message.
        """
        async with self._turn:
            message = await self._parking.one(identity)
            if message is None:
                return False
            await self._settle_quietly([Cause(self._name, message.id)], message.key)
            return await self._parking.drop(identity, by=by, reason=reason, at=await self._clock.now())

    async def unreadable(self, message: Message, reason: str) -> None:
        """A record that is no message of the published language: keep it, alone."""
        await self._park(message, reason)

    async def _run(self, sequence: list[Message], parked: bool) -> list[Cause]:
        quiet: list[Cause] = []
        for message in sequence:
            if parked:
                await self._park(message, "behind an earlier parked message")
                continue
            try:
                quiet = await self._patiently(message, quiet)
            except PyMongoError:
                raise
            except Exception as broken:  # noqa: BLE001  # the aggregate is parked, the others flow on
                await self._park(message, _reason(broken))
                parked = True
        return quiet

    async def _patiently(self, message: Message, quiet: list[Cause]) -> list[Cause]:
        for pause in (*self._pauses, None):
            try:
                return await self._handle(message, quiet)
            except Unreadable:
                raise
            except Exception as broken:
                if pause is None or isinstance(broken, PyMongoError):
                    raise
                if not isinstance(broken, NotYet):
                    logger.warning("handling failed, trying again", message=message.id, why=type(broken).__name__)
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    async def _handle(self, message: Message, quiet: list[Cause]) -> list[Cause]:
        """React and save; the causes that are still to be settled.

        ``quiet`` are the key's earlier messages that led to nothing: they are settled with this one at the latest, so
        that after a crash none of them is decided again on what came later.
        """
        cause = Cause(self._name, message.id)
        context = Context(message.context.correlation or message.key, message.id, message.context.traceparent)
        while True:
            aggregates = await self._handlers.handle(self._app, message)
            if not any(aggregate.pending_events for aggregate in aggregates):
                return [*quiet, cause]
            try:
                await self._repository.save(*aggregates, causes=[*quiet, cause], context=context, beside=message.key)
            except VersionConflict:
                continue
            except AlreadyHandled:
                if quiet:
                    await self._settle_quietly(quiet, message.key)
                    quiet = []
                    continue
                self._metrics.consumed.labels(message.name, "repeated").inc()
            else:
                self._metrics.consumed.labels(message.name, "handled").inc()
            return []

    async def _settle_each_quietly(self, quiet: Mapping[str, list[Cause]]) -> None:
        """What led to nothing, by key."""
        shards: dict[int, tuple[str, list[Cause]]] = {}
        for key, causes in quiet.items():
            shards.setdefault(self._repository.shard(key), (key, []))[1].extend(causes)
        for key, causes in shards.values():
            await self._settle_quietly(causes, key)

    async def _settle_quietly(self, causes: list[Cause], key: str) -> None:
        while causes:
            try:
                await self._repository.save(causes=causes, beside=key)
            except AlreadyHandled:
                settled = await self._repository.log.caused(self._name, [cause.message for cause in causes])
                causes = [cause for cause in causes if cause.message not in settled]
            else:
                self._metrics.consumed.labels("any", "nothing to do").inc(len(causes))
                return

    async def _park(self, message: Message, reason: str) -> None:
        logger.error("message parked", message=message.id, key=message.key, reason=reason)
        await self._dead_letters.send_all([dead_letter(message, self._name)])
        self._metrics.dead_letters.inc()
        await self._parking.park(message, reason, await self._clock.now())
        self._metrics.consumed.labels(message.name, "parked").inc()


def dead_letter(message: Message, consumer: str) -> Message:
    """The message as it goes to the consumer's dead-letter topic."""
    fields = {name: getattr(message, name) for name in message.__struct_fields__}
    return Message(**fields | {"topic": f"{consumer}.dead-letters"})


def _reason(broken: Exception) -> str:
    if isinstance(broken, Unreadable | NotYet):
        return str(broken)
    clause = getattr(broken, "clause", "")
    return f"{type(broken).__name__} {clause}".strip()
