"""Forms accepted a second by one intake process, beside the same endpoint without storage.

The other process runs the same code: HTTP, validation, rules, sealing. Its log and its keys are in memory, nothing is
published, and no read model follows.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count

import uvloop

from benchmarks.bench import Bench
from benchmarks.posting import Sender
from benchmarks.result import JOURNALLED, Goal, Result, paired, percentiles
from benchmarks.system import running
from benchmarks.turns import in_turn

ROUNDS, SECONDS, CONNECTIONS = 3, 5.0, 64


async def measure(product: str, unstored: str, seconds: float) -> Result:
    """In turn; the process whose turn it is not has nothing to do but its standing work."""
    numbers = count(1)
    ours, beside = (Sender([url], numbers=numbers) for url in (product, unstored))
    for sender in (ours, beside):
        await sender.as_many(4, most=20)
    ours.taken.clear()

    async def rate(sender: Sender) -> float:
        return await sender.as_many(CONNECTIONS, until=time.time() + seconds)

    turns = await in_turn(ROUNDS, lambda: rate(ours), lambda: rate(beside))
    p50, p99 = percentiles([form.answered - form.sent for form in ours.taken])
    return Result(
        "forms accepted by one intake process", "forms/s", paired(turns), goal=Goal(0.5), durability=JOURNALLED,
        against="the same endpoint without storage", p50=p50, p99=p99,
    )  # fmt: skip


def run(bench: Bench) -> Iterator[Result]:
    """About a minute."""
    bench.say("forms: starting intake twice")
    with running(bench, "product", ["intake"]) as product, running(bench, "unstored", ["intake"]) as unstored:
        bench.say("forms accepted")
        ours, beside = (stack.addresses.services["intake"] for stack in (product, unstored))
        yield uvloop.run(measure(ours, beside, bench.seconds(SECONDS)))
