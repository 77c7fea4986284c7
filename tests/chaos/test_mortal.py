"""Dying on time: each durable step that is named is one that the product takes, and death comes on its planned side."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path

import pytest

from infra.local.faults import StackFault
from infra.local.ports import SERVICES
from tests.chaos.campaign import must_have_died_everywhere
from tests.chaos.mortal import SIDES, STEPS, Point, dying, reached, steps_of


class Dead(BaseException):
    """Instead of SIGKILL."""


def die(point: Point) -> None:
    raise Dead


@pytest.mark.parametrize(("side", "done"), [("before", 1), ("after", 2)])
async def test_death_comes_on_the_planned_side_of_the_planned_time(side: str, done: int) -> None:
    steps: list[str] = []

    async def step(what: str) -> None:
        steps.append(what)

    mortal = dying(step, [Point("append", side, 2)], die)
    await mortal("first")
    with pytest.raises(Dead):
        await mortal("second")
    assert len(steps) == done


async def test_a_send_is_done_when_the_brokers_have_it() -> None:
    confirmed = asyncio.get_running_loop().create_future()

    async def send() -> asyncio.Future[None]:
        asyncio.get_running_loop().call_later(0.05, confirmed.set_result, None)
        return confirmed

    with pytest.raises(Dead):
        await dying(send, [Point("send", "after", 1)], die)()
    assert confirmed.done()


def test_each_step_is_a_method_of_the_product_or_of_its_clients() -> None:
    for owner, name in STEPS.values():
        assert inspect.iscoroutinefunction(getattr(owner, name)), (owner, name)


def test_a_plan_reads_as_it_is_written_and_only_notify_hands_letters_over(tmp_path: Path) -> None:
    for step in STEPS:
        for side in SIDES:
            assert Point.of(str(Point(step, side, 3))) == Point(step, side, 3)
    assert [name for name in SERVICES if "mail" in steps_of(name)] == ["notify"]
    assert reached(tmp_path, "intake") == []


def test_a_step_at_which_nobody_died_breaks_the_trial() -> None:
    died = {name: [f"{step} before 2" for step in steps_of(name)] for name in SERVICES}
    must_have_died_everywhere(died)
    spared = {name: [line for line in lines if not line.startswith("send")] for name, lines in died.items()}
    with pytest.raises(StackFault, match="Nobody died at: send"):
        must_have_died_everywhere(spared)
