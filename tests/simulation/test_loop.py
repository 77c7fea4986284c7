"""The loop: time jumps, order within a process, what is killed is silent, what stalls goes on."""

from __future__ import annotations

import asyncio
import gc
import random
from typing import Any

import pytest

from tests.simulation.loop import Deadlock, SimulatedLoop


def run(loop: SimulatedLoop, work: Any) -> Any:
    """What the work returns, run outside of every process."""
    try:
        return loop.run_until_complete(loop.create_task(work, context=loop.outside.context.copy()))
    finally:
        loop.end()


def test_time_jumps_to_the_next_timer_and_threads_are_turns() -> None:
    async def work() -> tuple[list[int], float]:
        async def late(number: int) -> int:
            await asyncio.sleep(1000 - number)
            return await asyncio.to_thread(lambda: number)

        found = await asyncio.gather(*map(late, range(3)))
        return found, asyncio.get_running_loop().time()

    found, at = run(SimulatedLoop(random.Random(1)), work())
    assert found == [0, 1, 2]
    assert 1000 <= at < 1001


@pytest.mark.parametrize("seed", range(5))
def test_within_a_process_first_in_is_first_out_and_between_processes_the_seed_chooses(seed: int) -> None:
    loop, said = SimulatedLoop(random.Random(seed)), list[str]()
    ours, theirs = loop.process("ours"), loop.process("theirs")

    async def work() -> None:
        for number in range(20):
            loop.call_soon(said.append, f"a{number:02}", context=ours.context.copy())
            loop.call_soon(said.append, f"b{number:02}", context=theirs.context.copy())
        await asyncio.sleep(0.1)

    run(loop, work())
    assert [each for each in said if each[0] == "a"] == sorted(each for each in said if each[0] == "a")
    assert [each for each in said if each[0] == "b"] == sorted(each for each in said if each[0] == "b")
    assert said != sorted(said, key=lambda each: each[1:])


def test_what_is_killed_cleans_nothing_up() -> None:
    loop, said = SimulatedLoop(random.Random(1)), list[str]()
    process = loop.process("victim")

    async def victim() -> None:
        try:
            while True:
                said.append("on")
                await asyncio.sleep(1)
        finally:
            said.append("cleaned up")

    async def work() -> list[str]:
        loop.create_task(victim(), context=process.context.copy())
        await asyncio.sleep(2.5)
        loop.kill(process)
        await asyncio.sleep(10)
        return list(said)

    assert run(loop, work()) == ["on"] * 3


def test_what_is_killed_as_it_was_about_to_go_on_cleans_nothing_up_either() -> None:
    """Nobody but the queue holds such a task."""
    loop, said = SimulatedLoop(random.Random(1)), list[str]()
    process = loop.process("victim")

    async def victim(ready: asyncio.Future[None]) -> None:
        try:
            await ready
        finally:
            said.append("cleaned up")

    async def work() -> list[str]:
        ready = loop.create_future()
        loop.create_task(victim(ready), context=process.context.copy())
        await asyncio.sleep(1)
        ready.set_result(None)
        loop.kill(process)
        await asyncio.sleep(1)
        gc.collect()
        return list(said)

    assert run(loop, work()) == []
    assert loop.broken == []


def test_what_stalls_finds_later_what_happened_meanwhile() -> None:
    loop, said = SimulatedLoop(random.Random(1)), list[float]()
    process = loop.process("sleeper")

    async def sleeper() -> None:
        for _ in range(3):
            await asyncio.sleep(1)
            said.append(loop.time())

    async def work() -> None:
        loop.create_task(sleeper(), context=process.context.copy())
        await asyncio.sleep(1.5)
        loop.stall(process, 5)
        await asyncio.sleep(20)

    run(loop, work())
    assert said == [1.0, 6.5, 7.5]


def test_a_wait_for_nothing_is_told() -> None:
    async def work() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(Deadlock):
        run(SimulatedLoop(random.Random(1)), work())
