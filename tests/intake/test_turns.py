"""Turns at the reception go on while the commit before is being written, and start again together when one is lost."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from kernel.clock import FixedClock
from kernel.groupcommit import Clash
from kernel.log import CommitAt
from kernel.memory import MemoryBackend
from schemas import intake as said
from schemas.forms import SupportApplication
from services.intake.app import IntakeApp
from services.intake.app.answers import Answer
from services.intake.domain import Reception
from tests.intake import forms
from tests.intake.support import SUPPORT_OPEN, Counter
from tests.intake.test_cap import filled
from tests.kernel.commits import assert_whole, everything


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Storage and clock that take their time, as real ones do: so turns go on while commits are under way."""
    quick, told = MemoryBackend.insert, FixedClock.now

    async def now(self: FixedClock) -> datetime:
        await asyncio.sleep(0.002)
        return await told(self)

    async def insert(self: MemoryBackend, batch: list[CommitAt]) -> tuple[int, Clash | None]:
        await asyncio.sleep(0.01)
        return await quick(self, batch)

    monkeypatch.setattr(MemoryBackend, "insert", insert)
    monkeypatch.setattr(FixedClock, "now", now)


async def registers(app: IntakeApp, count: int) -> Answer:
    return await app.counter.submit("support", 2026, SupportApplication.model_validate(forms.support(count)))


@pytest.mark.clause("C-IN-3")
@pytest.mark.clause("G-8")
async def test_two_processes_with_a_queue_each_take_everybody_and_leave_no_number_out() -> None:
    counter = await filled(Counter(SUPPORT_OPEN), less=100)
    one, other = counter.app, IntakeApp(counter.app.kernel)
    async with asyncio.timeout(60):
        answers = await asyncio.gather(*(registers((one, other)[n % 2], n) for n in range(1, 61)))
    assert sorted(each.receipt_number or "" for each in answers) == [f"C2026-{n:04d}" for n in range(1, 61)]
    await counter.company.run()
    assert len(counter.heard(said.ApplicationRegistered)) == 60
    assert_whole(await everything(counter.world.log))


@pytest.mark.clause("C-IN-3")
async def test_what_was_decided_upon_a_lost_turn_is_decided_again() -> None:
    counter = await filled(Counter(SUPPORT_OPEN), less=1)
    await registers(counter.app, 90)  # the desk holds the reception now
    elsewhere = await counter.world.repository.get(Reception, Reception.stream("support", 2026))
    elsewhere.admit("app-elsewhere", at=SUPPORT_OPEN)
    await counter.world.repository.save(elsewhere)
    answers = await asyncio.gather(*(registers(counter.app, n) for n in range(1, 31)))
    assert {each.status for each in answers} == {"refused"}
    assert_whole(await everything(counter.world.log))
