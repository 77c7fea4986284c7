"""Standing work: done again after whatever stopped it, so that one that is stuck holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from kernel.checkpoints import Fenced
from kernel.clock import ClockNotSet
from kernel.metrics import Metrics

logger = structlog.get_logger(__name__)
PAUSE = 1.0
"""Seconds until work that broke off begins again."""


async def steadily(name: str, work: Callable[[], Awaitable[None]], metrics: Metrics) -> None:
    """Do the work, and again from its checkpoint after whatever stopped it. Raises `Fenced` alone."""
    metrics.stopped.labels(name)  # told from the beginning: a counter that appears with 1 has not grown
    while True:
        try:
            await work()
        except Fenced:
            raise
        except ClockNotSet:
            logger.info("waiting for the rehearsal's clock", work=name)
        except Exception as broken:  # noqa: BLE001  # told, and tried again
            logger.error("stopped, starting again", work=name, why=type(broken).__name__)
            metrics.stopped.labels(name).inc()
        await asyncio.sleep(PAUSE)
