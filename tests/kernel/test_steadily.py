"""Standing work goes on after whatever stopped it, and how often it broke off is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from kernel import steadily as standing
from kernel.checkpoints import Fenced
from kernel.clock import ClockNotSet
from kernel.metrics import Metrics
from kernel.steadily import steadily


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> Metrics:
    monkeypatch.setattr(standing, "PAUSE", 0.0)
    return Metrics("tests")


def broke_off(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("madoguchi_work_stopped_total", {"work": "relay"})


async def until_fenced(metrics: Metrics, ends: Iterator[Exception]) -> None:
    async def work() -> None:
        raise next(ends)

    async with asyncio.timeout(5):
        with pytest.raises(Fenced):
            await steadily("relay", work, metrics)


async def test_what_broke_off_is_counted_and_done_again(metrics: Metrics) -> None:
    await until_fenced(metrics, iter([LookupError(), TimeoutError(), Fenced("relay")]))
    assert broke_off(metrics) == 2


async def test_work_that_never_broke_off_tells_a_zero(metrics: Metrics) -> None:
    await until_fenced(metrics, iter([Fenced("relay")]))
    assert broke_off(metrics) == 0


async def test_a_rehearsal_that_has_not_begun_is_no_fault(metrics: Metrics) -> None:
    await until_fenced(metrics, iter([ClockNotSet(), Fenced("relay")]))
    assert broke_off(metrics) == 0
