"""Memory of each service, at rest and under load: resident pages of its process; the greatest of the five counts."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator

import psutil
import uvloop

from benchmarks.bench import Bench
from benchmarks.posting import Sender
from benchmarks.result import JOURNALLED, Figures, Goal, Result, Spread
from benchmarks.road import CONNECTIONS, rest
from benchmarks.system import running
from infra.local.ports import SERVICES
from infra.local.stack import Stack

RESTING, LOADED = 5.0, 10.0
"""Seconds."""
EVERY = 0.25


def resident(stack: Stack) -> dict[str, float]:
    """Megabytes by service."""
    pids = stack.pids()
    return {name: psutil.Process(pids[name]).memory_info().rss / 2**20 for name in SERVICES}


class Watched:
    """The most that each service had while the context was entered."""

    def __init__(self, stack: Stack) -> None:
        self.most: dict[str, float] = defaultdict(float)
        self._stack, self._over = stack, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            for name, now in resident(self._stack).items():
                self.most[name] = max(self.most[name], now)


def run(bench: Bench) -> Iterator[Result]:
    """About half a minute."""
    bench.say("memory: starting the services")
    with running(bench, "product") as stack:
        bench.say("memory at rest")
        time.sleep(bench.seconds(RESTING))
        yield _result("memory of each service at rest", resident(stack), 120)
        bench.say("memory under load")
        with Watched(stack) as watched:
            sender = Sender([stack.addresses.services["intake"]], amends=True)
            uvloop.run(sender.as_many(CONNECTIONS, until=time.time() + bench.seconds(LOADED)))
            rest(stack)
        yield _result("memory of each service under load", watched.most, 300)


def _result(name: str, megabytes: dict[str, float], most: float) -> Result:
    values = list(megabytes.values())
    greatest = Spread(max(values), min(values), max(values))
    return Result(
        name, "MB", Figures(greatest), goal=Goal(most, least=False), durability=JOURNALLED, more=dict(megabytes)
    )
