"""What a trial left behind, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Stored:
    """An event in intake's log: aggregate, version, written-down name, content."""

    stream: str
    version: int
    name: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Commit:
    """A document of intake's log. ``keys`` are what caused it: consumer and message."""

    position: int
    size: int
    keys: tuple[tuple[str, str], ...]
    events: tuple[Stored, ...]


@dataclass(frozen=True)
class Record:
    """A record on intake's topic."""

    id: str
    name: str
    position: int
    key: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Mail:
    """A mail that was caught; the same one again under its Message-ID counts as a further delivery."""

    message_id: str
    to: str
    subject: str
    deliveries: int


@dataclass(frozen=True)
class Answer:
    """What a client was told in the end, after so many tries; status 0 where it never was. Times are in seconds."""

    company: str
    what: str
    key: str
    status: int
    body: Mapping[str, Any]
    tries: int
    begun: float
    ended: float

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that a refusal names."""
        return tuple(error["clause"] for error in self.body.get("errors", ()))

    @property
    def application(self) -> str:
        """The application that it is about; empty where it names none."""
        named: str = self.body.get("application_id") or self.body.get("id") or ""
        return named or str(self.body.get("instance") or "").rpartition("/")[2]


@dataclass(frozen=True)
class Evidence:
    """All of it. ``ever``: withdrawn applications count as well. ``wanting``: as many companies wanted a place."""

    places: int
    ever: bool
    wanting: int
    addresses: Mapping[str, str]
    commits: tuple[Commit, ...]
    records: tuple[Record, ...]
    mails: tuple[Mail, ...]
    answers: tuple[Answer, ...]
    parked: Mapping[str, int] = field(default_factory=dict)
    dead_letters: int = 0
