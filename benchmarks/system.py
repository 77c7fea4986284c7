"""The five services as a measurement starts them: on the parts of the run, in a mode of `benchmarks.serve`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from benchmarks.bench import Bench
from infra.local.ports import SERVICES, Ports
from infra.local.programs import Program, python
from infra.local.stack import Stack
from schemas.values import TOKYO

OPEN = datetime(2025, 11, 10, 10, tzinfo=TOKYO)
"""A moment at which the reception of 2026's secondment is open."""


@contextmanager
def running(bench: Bench, mode: str, services: Sequence[str] = SERVICES) -> Iterator[Stack]:
    """The services, ready, with databases and topics of their own, and a mail catcher."""
    prefix, addresses = f"rehearsal-{uuid4().hex[:8]}", bench.parts.addresses
    aside = OPEN.timestamp() - time.time()
    stack = Stack(
        bench.folder / prefix, Ports.free(), prefix, "system", services, parts=("mail",), changed=served(mode, aside),
        given={"kafka": addresses.kafka, "mongo": addresses.mongo}, log_level="WARNING",
    )  # fmt: skip
    with stack:
        yield stack


def served(mode: str, aside: float) -> Callable[[Program], Program]:
    """The program as it runs in that mode."""

    def change(program: Program) -> Program:
        if program.name not in SERVICES:
            return program
        return replace(program, command=python("benchmarks.serve", program.name, mode, str(aside)))

    return change
