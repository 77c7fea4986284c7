"""A message broker in memory: partitions, consumer groups, at-least-once delivery, over wires that lose answers.

Within a partition order holds; across partitions there is none. A member that was away too long loses its partitions to
the others and learns of it when it asks next; an acknowledgement from before a rebalance is refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, KafkaConnectionError, UnknownMemberIdError, UnknownTopicOrPartitionError

from kernel.consume import Batches, Offsets
from kernel.consumer import Consumer
from kernel.lag import KafkaAway, Seen
from kernel.publishing import Message
from tests.simulation.loop import Process, SimulatedLoop
from tests.simulation.weather import Wire

SESSION = 10.0
"""Seconds without a word after which a member counts as gone."""
POLL = 0.5
PARTITIONS = 3


@dataclass
class Member:
    """One consumer in a group: what it reads."""

    number: int
    topics: tuple[str, ...]
    wire: Wire
    heard: bool = False
    assigned: tuple[TopicPartition, ...] = ()


@dataclass
class Group:
    """Who shares the partitions, since which rebalance, and how far they have come."""

    generation: int = 0
    members: dict[int, Member] = field(default_factory=dict)
    offsets: dict[TopicPartition, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Fetched:
    """An answer to a member: of which generation, where each of its partitions begins, what came."""

    generation: int
    begins: Mapping[TopicPartition, int]
    records: tuple[ConsumerRecord, ...]


class Broker:
    """The broker itself: what it keeps is durable."""

    def __init__(self, loop: SimulatedLoop, dice: random.Random) -> None:
        self._loop, self._dice = loop, dice
        self.logs: dict[TopicPartition, list[ConsumerRecord]] = {}
        self.groups: dict[str, Group] = defaultdict(Group)
        self._members, self._news = 0, list[asyncio.Future[None]]()

    def make(self, topics: Sequence[str]) -> None:
        """Make the topics that are missing."""
        for topic in topics:
            for partition in range(PARTITIONS):
                self.logs.setdefault(TopicPartition(topic, partition), [])

    def append(self, message: Message) -> None:
        """Keep one record. Raises where there is no such topic."""
        place = TopicPartition(message.topic, zlib.crc32(message.key.encode()) % PARTITIONS)
        if place not in self.logs:
            raise UnknownTopicOrPartitionError
        log = self.logs[place]
        log.append(
            ConsumerRecord(
                place.topic, place.partition, len(log), int(self._loop.time() * 1000), 0, message.key.encode(),
                message.data, None, 0, 0, tuple(message.headers()),
            )
        )  # fmt: skip
        self.tell()

    def tell(self) -> None:
        """Wake who waits for something new."""
        for waiting in self._news:
            if not waiting.done():
                waiting.set_result(None)
        self._news.clear()

    async def news(self, within: float) -> None:
        """Return when something is new, after so many seconds at the latest."""
        future = self._loop.create_future()
        self._news.append(future)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await future

    def join(self, name: str, topics: Sequence[str], wire: Wire) -> int:
        """A new member; its number."""
        self._members += 1
        self.groups[name].members[self._members] = Member(self._members, tuple(topics), wire)
        self.rebalance(name)
        self._loop.call_later(SESSION, self._unheard, name, self._members, context=self._loop.outside.context)
        return self._members

    def _unheard(self, name: str, number: int) -> None:
        """One that joined, was never told so, and has not come back."""
        member = self.groups[name].members.get(number)
        if member is not None and not member.heard:
            self.leave(name, number)

    def leave(self, name: str, number: int) -> None:
        """A member says good-bye, or was not heard of for a session."""
        if self.groups[name].members.pop(number, None) is not None:
            self.rebalance(name)

    def miss(self, process: Process) -> None:
        """A process has fallen silent: when its session is over, its members count as gone."""
        for name, group in self.groups.items():
            for number, member in group.members.items():
                if member.wire.process is process:
                    self._loop.call_later(SESSION, self.leave, name, number, context=self._loop.outside.context)

    def rebalance(self, name: str) -> None:
        """Share the partitions anew."""
        group = self.groups[name]
        group.generation += 1
        members = list(group.members.values())
        self._dice.shuffle(members)
        shares: dict[int, list[TopicPartition]] = defaultdict(list)
        for number, place in enumerate(self.logs):
            able = [member for member in members if place.topic in member.topics]
            if able:
                shares[able[number % len(able)].number].append(place)
        for member in members:
            member.assigned = tuple(shares[member.number])
        self.tell()

    def fetch(self, name: str, number: int, generation: int, positions: Mapping[TopicPartition, int]) -> Fetched:
        """What comes next on some of the member's partitions. Raises where it is no longer a member."""
        group = self.groups[name]
        if number not in group.members:
            raise UnknownMemberIdError
        group.members[number].heard = True
        places = group.members[number].assigned
        stale = generation != group.generation
        begins = {p: group.offsets.get(p, 0) if stale else positions[p] for p in places}
        some = [place for place in places if len(self.logs[place]) > begins[place] and self._dice.random() < 0.8]
        self._dice.shuffle(some)
        records: list[ConsumerRecord] = []
        for place in some:
            records += self.logs[place][begins[place] : begins[place] + self._dice.choice((1, 3, 500))]
        return Fetched(group.generation, begins, tuple(records))

    def commit(self, name: str, number: int, generation: int, offsets: Offsets) -> None:
        """Acknowledge. Raises `CommitFailedError` after a rebalance."""
        group = self.groups[name]
        if number not in group.members or generation != group.generation:
            raise CommitFailedError
        for place, offset in offsets.items():  # a given-up request does not overtake those on its connection after it
            group.offsets[place] = max(offset, group.offsets.get(place, 0))

    def lag(self, name: str, topics: Sequence[str]) -> int:
        """How many records the group has not acknowledged."""
        offsets = self.groups[name].offsets
        return sum(len(log) - offsets.get(place, 0) for place, log in self.logs.items() if place.topic in topics)


class RemoteProducer:
    """`kernel.relay.Producer`: idempotent within a call, so order holds; what failed may be there in part."""

    def __init__(self, broker: Broker, wire: Wire) -> None:
        self._broker, self._wire, self._turn = broker, wire, asyncio.Lock()

    async def send_all(self, batch: Sequence[Message]) -> None:
        """See `Producer.send_all`."""
        async with self._turn:
            cut = len(batch)
            if self._wire.weather.lost and self._wire.dice.random() < self._wire.weather.lost:
                cut = self._wire.dice.randrange(len(batch) + 1)

            def operation() -> None:
                for message in batch[:cut]:
                    self._broker.append(message)
                if cut < len(batch):
                    raise KafkaConnectionError("the rest was not confirmed")

            await self._wire.call(operation)

    async def stop(self) -> None:
        """Nothing is kept open."""


class RemoteIntake:
    """`kernel.consume.Intake`: a member that fetches, has the product deal with it, and fetches again."""

    def __init__(self, broker: Broker, group: str, topics: Sequence[str], wire: Wire) -> None:
        self._broker, self._group, self._topics, self._wire = broker, group, tuple(topics), wire
        self._number, self._generation, self.batches = 0, 0, Batches
        self._positions: dict[TopicPartition, int] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self, consumer: Consumer) -> None:
        """See `Intake.start`."""
        await self._join()
        self._task = asyncio.create_task(self._consume(self.batches(consumer, self._commit)), name="consume")

    async def stop(self) -> None:
        """See `Intake.stop`."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            with contextlib.suppress(KafkaConnectionError):
                await self._wire.call(lambda: self._broker.leave(self._group, self._number))

    async def _join(self) -> None:
        self._number = await self._wire.call(lambda: self._broker.join(self._group, self._topics, self._wire))
        self._generation = 0

    async def _consume(self, batches: Batches) -> None:
        while True:
            try:
                records = await self._fetch()
            except UnknownMemberIdError:
                with contextlib.suppress(KafkaConnectionError):
                    await self._join()
                continue
            except KafkaConnectionError:
                await asyncio.sleep(0.1)
                continue
            if records:
                await batches.deal_with(records)
            else:
                await self._broker.news(POLL)

    async def _fetch(self) -> tuple[ConsumerRecord, ...]:
        number, generation, positions = self._number, self._generation, dict(self._positions)
        found = await self._wire.call(lambda: self._broker.fetch(self._group, number, generation, positions))
        self._generation, self._positions = found.generation, dict(found.begins)
        for record in found.records:
            self._positions[TopicPartition(record.topic, record.partition)] = record.offset + 1
        return found.records

    async def _commit(self, offsets: Offsets) -> None:
        number, generation = self._number, self._generation
        await self._wire.call(lambda: self._broker.commit(self._group, number, generation, offsets))


class RemoteLag:
    """`kernel.lag.Looking`: what the broker says of a group."""

    def __init__(self, broker: Broker, group: str, topics: Sequence[str], wire: Wire) -> None:
        self._broker, self._group, self._topics, self._wire = broker, group, topics, wire

    async def look(self) -> Seen:
        """See `Looking.look`."""
        try:
            lag = await self._wire.call(lambda: self._broker.lag(self._group, self._topics))
        except KafkaConnectionError as away:
            raise KafkaAway from away
        return Seen(1, dict.fromkeys(self._topics, lag), dict.fromkeys(self._topics, 0.0))

    async def close(self) -> None:
        """Nothing is kept open."""
