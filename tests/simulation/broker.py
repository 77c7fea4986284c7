"""A message broker in memory: partitions, consumer groups, at-least-once delivery, leaders that fail.

Within a partition order holds; across partitions there is none. A member that was away too long loses its partitions to
the others and learns of it when it asks next; an acknowledgement from before a rebalance is refused.

A partition's followers have what its leader has at once, unless they stand still: then a leader that fails takes with
it what they have not got. Consumers are given only what followers have; who asks for it (acks=all) is told only then.
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
from aiokafka.errors import (
    CommitFailedError,
    NotLeaderForPartitionError,
    UnknownMemberIdError,
    UnknownTopicOrPartitionError,
)

from kernel.consume import Offsets
from kernel.publishing import Message
from tests.simulation.loop import Process, SimulatedLoop
from tests.simulation.weather import Wire

SESSION = 10.0
"""Seconds without a word after which a member counts as gone."""
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


@dataclass(frozen=True)
class Kept:
    """Where a record is: of which leader of its partition, and the offset after it."""

    place: TopicPartition
    term: int
    end: int


class Broker:
    """The broker itself: what it keeps is durable once the followers have it."""

    def __init__(self, loop: SimulatedLoop, dice: random.Random) -> None:
        self._loop, self._dice = loop, dice
        self.logs: dict[TopicPartition, list[ConsumerRecord]] = {}
        self.groups: dict[str, Group] = defaultdict(Group)
        self._members, self._news = 0, list[asyncio.Future[None]]()
        self._terms: dict[TopicPartition, int] = defaultdict(int)
        self._behind: dict[TopicPartition, int] = {}
        """Where followers stand still: up to which offset they have come."""

    def make(self, topics: Sequence[str]) -> None:
        """Make the topics that are missing."""
        for topic in topics:
            for partition in range(PARTITIONS):
                self.logs.setdefault(TopicPartition(topic, partition), [])

    def append(self, message: Message) -> Kept:
        """Keep one record, at the leader. Raises where there is no such topic."""
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
        return Kept(place, self._terms[place], len(log))

    def high(self, place: TopicPartition) -> int:
        """Up to where the followers have everything: no consumer is given more."""
        return self._behind.get(place, len(self.logs[place]))

    async def replicated(self, kept: Sequence[Kept]) -> None:
        """Return when the followers have these records. Raises where another leader came before that."""
        while True:
            if any(each.term != self._terms[each.place] for each in kept):
                raise NotLeaderForPartitionError
            if all(each.end <= self.high(each.place) for each in kept):
                return
            await self.news(SESSION)

    def stand_still(self, topic: str) -> None:
        """The followers of its partitions get nothing more for now."""
        for place in self._of(topic):
            self._behind.setdefault(place, len(self.logs[place]))

    def elect(self, topic: str) -> int:
        """The leaders fail, followers take over: what these had not got is gone; how many records."""
        lost = 0
        for place in self._of(topic):
            lost += len(self.logs[place]) - self.high(place)
            del self.logs[place][self.high(place) :]
            self._behind.pop(place, None)
            self._terms[place] += 1
        self.tell()
        return lost

    def catch_up(self) -> None:
        """All followers have everything."""
        self._behind.clear()
        self.tell()

    def _of(self, topic: str) -> list[TopicPartition]:
        return [place for place in self.logs if place.topic == topic]

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
        some = [place for place in places if self.high(place) > begins[place] and self._dice.random() < 0.8]
        self._dice.shuffle(some)
        records: list[ConsumerRecord] = []
        for place in some:
            most = begins[place] + self._dice.choice((1, 3, 500))
            records += self.logs[place][begins[place] : min(most, self.high(place))]
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
