"""Durable timers. An event of the log says what falls due when; the wheel reads the due ones and asks their owner.

The schedule is a read model of the log, so it is rebuilt with it. What a timer led to is a commit whose cause is the
timer: it fires once, also after a crash and for what fell due while the process was down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import structlog

from kernel.aggregate import Aggregate, AnyEvent
from kernel.clock import Clock
from kernel.indexes import index
from kernel.log import AlreadyHandled, Cause, CommitAt, Context, Recorded, VersionConflict
from kernel.mapper import looked_at
from kernel.metrics import Metrics
from kernel.mongo import UpdateOne, newest
from kernel.repository import Repository

logger = structlog.get_logger(__name__)
CONSUMER = "timer"
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
"""Seconds until a timer that failed is tried again; doubled with each failure."""
ORDER = ("due", "position", "place", "_id")
EARLIEST = [(field, 1) for field in ORDER]
LOOK_WITHIN = 5.0
"""Seconds after which the schedule is looked at though nothing in it should have changed."""


class Timer(msgspec.Struct, frozen=True):
    """``name`` (what to do) falls ``due`` (UTC) for ``subject`` (an aggregate's id).

    A timer that is set again for the same name and subject replaces the one before. ``position`` and ``stream`` are
    where the log set it: the schedule fills them in.
    """

    name: str
    subject: str
    due: datetime
    position: int = 0
    stream: str = ""

    @property
    def id(self) -> str:
        """Unique for each time that it is set, also for the same moment again."""
        return f"{self.name}|{self.subject}|{self.due.isoformat()}|{self.position}"


class Cancel(msgspec.Struct, frozen=True):
    """The timer with that name and subject is no longer wanted."""

    name: str
    subject: str


Schedule = Callable[[AnyEvent], Iterable[Timer | Cancel]]
"""A service's pure function from events to what they set and cancel."""
Ring = Callable[[Timer], Awaitable[Sequence[Aggregate]]]
"""A service's reaction: loads, decides, returns the aggregates to save."""


class Timers:
    """The schedule in a collection (as a follower's work) and the wheel that turns over it."""

    def __init__(self, collection: Any, schedule: Schedule) -> None:
        self._timers, self._schedule = collection, schedule
        self.changes = 0

    async def prepare(self) -> None:
        """Make the indexes: the wheel asks what is due next, the follower which timer has fired."""
        await index(self._timers, [("fired", *ORDER), ("timer",)])

    async def apply(self, batch: list[CommitAt]) -> None:
        """Bring the schedule up to date; what a later position says stands."""
        writes = list[UpdateOne]()
        for at in batch:
            for recorded in at.recorded():
                changes = enumerate(self._schedule(looked_at(recorded.event)))
                last = {(change.name, change.subject): (place, change) for place, change in changes}
                writes += [_write(change, recorded, place) for place, change in last.values()]
            fired = [cause.message for cause in at.commit.causes if cause.consumer == CONSUMER]
            writes += [UpdateOne({"timer": timer}, {"$set": {"fired": True}}) for timer in fired]
        if writes:
            await self._timers.bulk_write(writes, ordered=True)
            self.changes += 1

    async def due(self, now: datetime) -> list[Timer]:
        """The timers that are due and have not fired: the earliest first, at one moment as they were set."""
        query = {"fired": False, "due": {"$lte": now}}
        return [_timer(d) async for d in self._timers.find(query).sort(EARLIEST).limit(500)]

    async def overdue(self, now: datetime) -> tuple[int, float]:
        """How many are due and have not fired, and for how many seconds the earliest of them has been."""
        count = int(await self._timers.count_documents({"fired": False, "due": {"$lte": now}}))
        first = await self.upcoming() if count else None
        return count, max(0.0, (now - first.due).total_seconds()) if first else 0.0

    async def upcoming(self) -> Timer | None:
        """The next timer that has not fired."""
        document = await self._timers.find_one({"fired": False}, sort=EARLIEST)
        return _timer(document) if document else None


class Wheel:
    """Fires what is due."""

    def __init__(self, timers: Timers, repository: Repository, clock: Clock, ring: Ring, metrics: Metrics) -> None:
        self._timers, self._repository, self._clock, self._ring = timers, repository, clock, ring
        self._metrics = metrics
        self._failed: dict[str, tuple[int, float]] = {}
        self._idle: tuple[int, datetime | None, float] | None = None

    async def run(self, *, poll: float = 0.1) -> None:
        """Turn until cancelled."""
        while True:
            if not await self.turn():
                await asyncio.sleep(poll)

    async def turn(self) -> bool:
        """Fire what is due now, in order of time; False if nothing was."""
        changes, now = self._timers.changes, await self._clock.now()
        if self._rests(changes, now):
            return False
        self._idle, due = None, await self._timers.due(now)
        if not due:
            upcoming = await self._timers.upcoming()
            self._idle = changes, upcoming.due if upcoming else None, asyncio.get_running_loop().time()
        fired = False
        for timer in due:
            _, again = self._failed.get(timer.id, (0, 0.0))
            if again <= asyncio.get_running_loop().time():
                fired = await self._fire(timer) or fired
        return fired

    def _rests(self, changes: int, now: datetime) -> bool:
        """Whether nothing can be due: when nothing was, the schedule was the same, and its next moment is ahead.

        Now and then it is looked at all the same: others than the schedule's follower may have changed it by hand.
        """
        if self._idle is None:
            return False
        seen, upcoming, looked = self._idle
        fresh = asyncio.get_running_loop().time() - looked < LOOK_WITHIN
        return fresh and seen == changes and (upcoming is None or now < upcoming)

    async def _fire(self, timer: Timer) -> bool:
        cause = Cause(CONSUMER, timer.id)
        while await self._repository.handled(cause) is None:
            try:
                aggregates = await self._ring(timer)
            except Exception as broken:  # noqa: BLE001  # it stays overdue and is tried again; the others go on
                logger.error("timer failed", timer=timer.name, subject=timer.subject, why=type(broken).__name__)
                self._rest(timer)
                return False
            context = Context(correlation=timer.subject, causation=timer.id)
            try:
                await self._repository.save(*aggregates, causes=[cause], context=context, beside=timer.stream)
            except VersionConflict:
                continue
            except AlreadyHandled:
                break
            self._metrics.fired.labels(timer.name).inc()
            self._failed.pop(timer.id, None)
            return True
        return False

    def _rest(self, timer: Timer) -> None:
        failures, _ = self._failed.get(timer.id, (0, 0.0))
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**failures)
        self._failed[timer.id] = failures + 1, asyncio.get_running_loop().time() + pause


def _write(change: Timer | Cancel, by: Recorded, place: int) -> UpdateOne:
    """What a later position has said stands, also where this comes late."""
    id, position = f"{change.name}|{change.subject}", by.position
    if isinstance(change, Cancel):
        return UpdateOne({"_id": id, "position": {"$lt": position}}, {"$set": {"fired": True}})
    timer = msgspec.structs.replace(change, position=position, stream=by.event.stream)
    said = msgspec.structs.asdict(timer) | {"_id": id, "timer": timer.id, "fired": False, "place": place}
    return newest(said, "position")


def _timer(document: dict[str, Any]) -> Timer:
    of = document.get("stream", "")  # not kept in a schedule of before logs could be split
    return Timer(document["name"], document["subject"], document["due"], document["position"], of)
