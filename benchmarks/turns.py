"""Pairs are measured in turn – ours, the other, ours, the other – so that what else the machine does meets both."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

Measure = Callable[[], Awaitable[float]]


async def in_turn(rounds: int, ours: Measure, beside: Measure) -> list[tuple[float, float]]:
    """So many turns of each; every second pair the other one begins."""
    turns = []
    for number in range(rounds):
        if number % 2:
            other, mine = await beside(), await ours()
        else:
            mine, other = await ours(), await beside()
        turns.append((mine, other))
    return turns


async def until(done: Callable[[], bool], seconds: float) -> bool:
    """Wait for it, so long at most; noticed within half a millisecond. Whether it came."""
    end = time.perf_counter() + seconds
    while not done() and time.perf_counter() < end:  # noqa: ASYNC110  # an event would be set in what is measured
        await asyncio.sleep(0.0005)
    return done()
