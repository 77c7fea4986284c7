"""What a course left behind, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.judge.evidence import Commit, Record


@dataclass(frozen=True)
class Published:
    """A record at its place on a topic."""

    topic: str
    partition: int
    offset: int
    record: Record


@dataclass(frozen=True)
class Reply:
    """What somebody was told: a status, and what the answer says. ``cause`` is what the request would be in the log."""

    service: str
    cause: tuple[str, str]
    what: str
    case: str
    status: int
    body: Any
    begun: float = 0.0
    ended: float = 0.0


@dataclass(frozen=True)
class Letter:
    """A mail as it was delivered; ``digest`` tells one content from another, ``text`` is what is read."""

    message_id: str
    to: str
    digest: str
    text: str = ""


@dataclass(frozen=True)
class Evidence:
    """All of it, by service where it is a service's; ``logs`` and ``reads`` by log: ``screening``, ``screening.1`` …

    ``reads``: what readers of a log were given (after a position, up to one, so many commits). ``expected``: the ids of
    the messages that the log's own events say to others, in order. ``consumes``: topics and names that a service reacts
    to. ``stale``: read models that a replay from nothing does not lead to. ``moving``: what had not come to rest.
    ``stored``: every byte that any server holds, by place; ``secrets``: what must be plain nowhere. ``grounds``:
    what officers noted of a judgement. ``opened``: texts
    that can still be opened of who was erased.
    """

    places: int
    logs: Mapping[str, tuple[Commit, ...]]
    reads: Mapping[str, frozenset[tuple[int, int, int]]]
    expected: Mapping[str, tuple[Record, ...]]
    topics: tuple[Published, ...]
    consumes: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    replies: tuple[Reply, ...]
    letters: tuple[Letter, ...]
    stale: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    moving: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    parked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stored: Mapping[str, bytes] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    grounds: frozenset[str] = frozenset()
    opened: tuple[str, ...] = ()

    @property
    def services(self) -> list[str]:
        """Those that have a log."""
        return [log for log in self.logs if "." not in log]

    def shards(self, service: str) -> list[str]:
        """The logs of a service: one, or several where it is split."""
        return [log for log in self.logs if log.partition(".")[0] == service]

    def of(self, service: str) -> Iterator[Commit]:
        """The commits of a service, shard by shard."""
        for log in self.shards(service):
            yield from self.logs[log]
