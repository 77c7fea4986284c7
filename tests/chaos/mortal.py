"""Runs a service that dies where it is told: `python -m tests.chaos.mortal SERVICE FOLDER`.

The service is the product's own. What stands at its edge – the log's insert, the producer's send, the acknowledgement,
a checkpoint, the lease, a read model's write, the mail server – is wrapped here, so nothing of this is in the product.
``FOLDER/SERVICE.plan`` lists points, a line each: `append before 2`. At each start those not yet reached are armed, and
the first that is reached brings SIGKILL before or after the n-th time of its step; it is kept in ``SERVICE.reached``.
"""

from __future__ import annotations

import asyncio
import importlib
import itertools
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import aiosmtplib
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from kernel import projector
from kernel.checkpoints import Lease, StoredCheckpoints
from kernel.mongolog import MongoBackend
from kernel.run import serve
from kernel.timers import Timers
from kernel.vault import Vault

STEPS: dict[str, tuple[Any, str]] = {
    "append": (MongoBackend, "insert"),
    "send": (AIOKafkaProducer, "send_batch"),
    "acknowledge": (AIOKafkaConsumer, "commit"),
    "checkpoint": (StoredCheckpoints, "write"),
    "lease": (Lease, "take"),
    "fold": (projector, "keep_newest"),
    "schedule": (Timers, "apply"),
    "key": (Vault, "sealer"),
    "mail": (aiosmtplib.SMTP, "send_message"),
}
"""Each durable step of a service, as the class or module and the function in it through which it goes."""
MAILS = ("notify",)
"""Services that hand letters to a mail server."""
SIDES = ("before", "after")
OVER = "steps.over"
"""A file in the folder from which on nobody dies any more: whoever judges makes services take steps, too."""


@dataclass(frozen=True)
class Point:
    """Where to die: on which side of the how manieth time of a step."""

    step: str
    side: str
    times: int

    @classmethod
    def of(cls, line: str) -> Point:
        """As a plan writes it."""
        step, side, times = line.split()
        return cls(step, side, int(times))

    def __str__(self) -> str:
        return f"{self.step} {self.side} {self.times}"


def steps_of(service: str) -> list[str]:
    """The durable steps that a service takes."""
    return [step for step in STEPS if step != "mail" or service in MAILS]


def plan_of(folder: Path, service: str) -> Path:
    """The file in which a service's points are written."""
    return folder / f"{service}.plan"


def reached(folder: Path, service: str) -> list[str]:
    """Where it has died so far."""
    file = folder / f"{service}.reached"
    return file.read_text().splitlines() if file.is_file() else []


def end(folder: Path) -> None:
    """Nobody dies from now on."""
    (folder / OVER).touch()


def dying(wrapped: Callable[..., Any], points: Sequence[Point], die: Callable[[Point], None]) -> Callable[..., Any]:
    """The step, and death on its planned side. After: when it has been done, and before anybody can know."""
    count = itertools.count(1)

    @wraps(wrapped)
    async def step(*arguments: Any, **options: Any) -> Any:
        times = next(count)
        now = {point.side: point for point in points if point.times == times}
        if "before" in now:
            die(now["before"])
        done = await wrapped(*arguments, **options)
        if "after" in now:
            if isinstance(done, asyncio.Future):
                await done  # a send that was buffered is done when the brokers have it
            die(now["after"])
        return done

    return step


def arm(service: str, folder: Path) -> None:
    """Wrap each step that the service has still to die at."""
    done = set(reached(folder, service))
    left = [Point.of(line) for line in plan_of(folder, service).read_text().splitlines() if line not in done]

    def die(point: Point) -> None:
        if (folder / OVER).exists():
            return
        with (folder / f"{service}.reached").open("a") as file:
            file.write(f"{point}\n")
            file.flush()
            os.fsync(file.fileno())
        os.kill(os.getpid(), signal.SIGKILL)

    for step, (owner, name) in STEPS.items():
        points = [point for point in left if point.step == step]
        if points:
            setattr(owner, name, dying(getattr(owner, name), points, die))


def main() -> None:
    """Arm what is left, then serve."""
    service, folder = sys.argv[1], Path(sys.argv[2])
    arm(service, folder)
    serve(importlib.import_module(f"services.{service}.main").SPEC)


if __name__ == "__main__":
    main()
