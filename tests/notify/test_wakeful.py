"""The postman's rest: cut short by a log that grows, never in an outage."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest

from kernel.log import Cause, Commit
from kernel.memory import MemoryLog
from services.notify import sending


def _commit(number: int) -> Commit:
    return Commit(id=str(number), at=datetime(2026, 4, 1, tzinfo=UTC), causes=(Cause("test", str(number)),))


async def _slept(log: MemoryLog, seconds: float) -> float:
    begun = time.monotonic()
    resting = asyncio.ensure_future(sending.wakeful(log)(seconds))
    await asyncio.sleep(0)
    await log.append(_commit(1))
    await resting
    return time.monotonic() - begun


@pytest.mark.clause("S-NO-2")
async def test_a_letter_that_was_just_written_does_not_wait_for_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "IDLE", 60.0)
    assert await _slept(MemoryLog(), 60.0) < 30.0


async def test_an_outage_is_not_cut_short_by_new_letters() -> None:
    assert await _slept(MemoryLog(), 0.3) >= 0.3
