"""What every benchmark gets: its size, the parts that it measures on, the peers, and a way to say how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.peers.process import Library
from infra.local.ports import Ports
from infra.local.stack import Stack

PARTS = ("kafka", "mongod")


@dataclass
class Bench:
    """``scale`` 1 is the full size; a tenth is enough to see that everything runs. ``folder`` is thrown away."""

    scale: float
    folder: Path
    opened: ExitStack
    say: Callable[[str], None] = field(default=lambda what: None)

    def size(self, full: int, least: int = 1) -> int:
        """So many of something, by the scale."""
        return max(least, int(full * self.scale))

    def seconds(self, full: float) -> float:
        """So long, by the scale; never less than a tenth of a second."""
        return max(0.1, full * self.scale)

    @cached_property
    def parts(self) -> Stack:
        """A Kafka and a MongoDB of their own on free ports, for all benchmarks of this run."""
        self.say("starting MongoDB and Kafka")
        stack = Stack(self.folder / "parts", Ports.free(), prefix="bench", clock="system", services=(), parts=PARTS)
        return self.opened.enter_context(stack)

    @cached_property
    def library(self) -> Library:
        """`eventsourcing` on a PostgreSQL of its own, in a process of its own."""
        self.say("starting PostgreSQL")
        return self.opened.enter_context(Library(self.folder / "postgres"))

    @property
    def mongo(self) -> str:
        """MongoDB's URL."""
        return self.parts.addresses.mongo

    @property
    def kafka(self) -> str:
        """Kafka's host:port."""
        return self.parts.addresses.kafka


Benchmark = Callable[[Bench], Iterator[Any]]
"""Yields its results one by one."""
