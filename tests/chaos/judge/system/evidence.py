"""What a trial of the whole system left behind, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.chaos.judge.evidence import Commit, Record


class Logs(Protocol):
    """Whatever has the logs of all services: what a simulation left behind as well."""

    @property
    def logs(self) -> Mapping[str, tuple[Commit, ...]]:
        """By service, in order."""


@dataclass(frozen=True)
class Published:
    """A record at its place on a topic."""

    topic: str
    partition: int
    offset: int
    record: Record


@dataclass(frozen=True)
class Reply:
    """What somebody was told: a status, and what the answer says. ``cause`` is what the request would be in the log.

    ``tries``: how often it was sent until there was an answer. Times are in seconds.
    """

    service: str
    cause: tuple[str, str]
    what: str
    case: str
    status: int
    body: Mapping[str, Any]
    tries: int = 1
    begun: float = 0.0
    ended: float = 0.0

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that a refusal names."""
        return tuple(error["clause"] for error in self.body.get("errors", ()))


@dataclass(frozen=True)
class Letter:
    """A mail as it was delivered; ``digest`` tells one content from another."""

    message_id: str
    to: str
    digest: str
    deliveries: int = 1


@dataclass(frozen=True)
class Evidence:
    """All of it, by service where it is a service's.

    ``seen``: position and commit of what a reader of a log was shown, in that order; ``identities``: the same of the
    log as it is in the end. ``consumes``: the topics that a service reads and the names that it reacts to. ``stale``:
    read models that a replay from nothing does not lead to. ``moving``: what had not come to rest within its time,
    ``copies``: nodes that differ from the others. ``parked``: ids of parked messages, ``poison`` those that had to be.
    ``exposed``: where something stands that must not be readable there. ``capacities`` by site and year, as the edition
    has them, and ``incumbents``, who are there already.
    """

    logs: Mapping[str, tuple[Commit, ...]]
    topics: tuple[Published, ...]
    consumes: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    replies: tuple[Reply, ...]
    letters: tuple[Letter, ...]
    capacities: Mapping[tuple[str, int], int]
    incumbents: Mapping[tuple[str, int], int] = field(default_factory=dict)
    places: int = 420
    identities: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    seen: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    stale: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    moving: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    parked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    poison: Mapping[str, frozenset[str]] = field(default_factory=dict)
    exposed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
