"""One process follows a log at a time; one that slept through its lease cannot turn a follower back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from kernel.checkpoints import Fenced, Lease, StoredCheckpoints
from kernel.follower import Follower
from kernel.log import CommitAt
from kernel.memory import MemoryBackend, MemoryLog
from kernel.testing import MemoryDatabase
from tests.kernel.commits import commit, event
from tests.kernel.conftest import Place


async def test_a_checkpoint_is_read_back(place: Place) -> None:
    checkpoints = StoredCheckpoints(place.db["checkpoints"])
    assert await checkpoints.read("relay") == 0
    await checkpoints.write("relay", 7, token=1)
    await checkpoints.write("relay", 9, token=1)
    assert await checkpoints.read("relay") == 9
    assert await checkpoints.read("other") == 0


async def test_a_smaller_token_is_refused(place: Place) -> None:
    checkpoints = StoredCheckpoints(place.db["checkpoints"])
    await checkpoints.write("relay", 7, token=2)
    with pytest.raises(Fenced):
        await checkpoints.write("relay", 8, token=1)
    assert await checkpoints.read("relay") == 7


async def test_a_write_that_arrives_late_does_not_turn_a_checkpoint_back(place: Place) -> None:
    checkpoints = StoredCheckpoints(place.db["checkpoints"])
    await checkpoints.write("relay", 9, token=1)
    await checkpoints.write("relay", 7, token=1)
    assert await checkpoints.read("relay") == 9


async def test_one_holds_the_lease_until_it_ends(place: Place) -> None:
    first, second = (Lease(place.db["leases"], "log", name, seconds=1.0) for name in ("first", "second"))
    assert await first.take() == 1
    assert await second.take() is None
    assert await first.take() == 1
    await asyncio.sleep(1.1)
    assert await second.take() == 2
    assert await first.take() is None


async def test_a_lease_that_is_given_back_is_free_at_once(place: Place) -> None:
    first, second = (Lease(place.db["leases"], "log", name, seconds=30) for name in ("first", "second"))
    assert await first.take() == 1
    await second.give_back()
    assert await second.take() is None
    await first.give_back()
    assert await second.take() == 2


async def test_of_many_who_ask_at_once_one_gets_the_lease(place: Place) -> None:
    tokens = await asyncio.gather(*(Lease(place.db["leases"], "log", f"process {n}").take() for n in range(20)))
    assert [token for token in tokens if token is not None] == [1]


async def test_a_follower_goes_on_where_it_was(place: Place) -> None:
    log, checkpoints = MemoryLog(), StoredCheckpoints(place.db["checkpoints"])
    for version in range(1, 8):
        await log.append(commit(event("a", version), event("b", version)))
    seen: list[int] = []
    first = Follower("f", log, checkpoints, collect(seen), most=3)
    assert await first.step(token=1)
    assert seen == [1, 3, 5]
    running = asyncio.create_task(Follower("f", log, checkpoints, collect(seen), most=3).run(token=1))
    async with asyncio.timeout(5):
        await until(lambda: len(seen) == 7)
        await log.append(commit(event("a", 8)))
        await until(lambda: len(seen) == 8)
    running.cancel()
    assert seen == [1, 3, 5, 7, 9, 11, 13, 15]


async def test_a_follower_that_lost_its_lease_stops(place: Place) -> None:
    log, checkpoints, seen = MemoryLog(), StoredCheckpoints(place.db["checkpoints"]), list[int]()
    await log.append(commit(event("a", 1)))
    await checkpoints.write("f", 0, token=2)
    with pytest.raises(Fenced):
        await Follower("f", log, checkpoints, collect(seen)).run(token=1)


async def test_a_batch_that_failed_is_seen_again(place: Place) -> None:
    log, checkpoints, seen = MemoryLog(), StoredCheckpoints(place.db["checkpoints"]), list[int]()
    await log.append(commit(event("a", 1)))

    async def fails(batch: list[CommitAt]) -> None:
        seen.append(0)
        raise LookupError

    with pytest.raises(LookupError):
        await Follower("f", log, checkpoints, fails).run(token=1)
    await Follower("f", log, checkpoints, collect(seen)).step(token=1)
    assert seen == [0, 1]


async def until(done: Callable[[], bool]) -> None:
    """Wait for it."""
    while not done():  # noqa: ASYNC110  # what is waited for tells nobody
        await asyncio.sleep(0.005)


def collect(seen: list[int]) -> Any:
    """An apply that notes the positions."""

    async def apply(batch: list[CommitAt]) -> None:
        seen.extend(at.position for at in batch)

    return apply


async def test_whoever_waits_for_a_follower_goes_on_when_it_has_been_there(place: Place) -> None:
    """The timer wheel waits so for its schedule: one that is built anew still holds what was cancelled later."""
    for number in range(1, 4):
        await place.log.append(commit(event(f"s-{number}", 1)))

    async def nothing(batch: list[CommitAt]) -> None:
        """Follows alone."""

    follower = Follower("timers", place.log, StoredCheckpoints(place.db["checkpoints"]), nothing, most=1)
    waiting = asyncio.create_task(follower.reached(3))
    for _ in range(2):
        await follower.step(1)
        await asyncio.sleep(0)
        assert not waiting.done()
    await follower.step(1)
    await asyncio.wait_for(waiting, 1)
    await asyncio.wait_for(follower.reached(2), 1)


class Counted(StoredCheckpoints):
    """Notes what is written."""

    def __init__(self, collection: Any) -> None:
        super().__init__(collection)
        self.written: list[int] = []

    async def write(self, name: str, position: int, token: int) -> None:
        """See `Checkpoints.write`."""
        await super().write(name, position, token)
        self.written.append(position)


async def test_a_checkpoint_moves_on_seldom_while_there_is_more_to_follow_and_soon_when_there_is_not(
    place: Place,
) -> None:
    """How far behind a follower is is read off it; what a crash lets be seen again is what came after it."""
    checkpoints, seen = Counted(place.db["checkpoints"]), list[int]()
    follower = Follower("f", place.log, checkpoints, collect(seen))
    running = asyncio.create_task(follower.run(1, poll=30.0))
    try:
        async with asyncio.timeout(20):
            for number in range(1, 301):
                await place.log.append(commit(event(f"s-{number}", 1)))
                await asyncio.sleep(0.005)
            assert seen[-1] > 290, "it follows at once"
            assert 2 <= len(checkpoints.written) <= 20, "and does not write down each step"
            await until(lambda: checkpoints.written[-1] == 300)
            count = len(checkpoints.written)
            await asyncio.sleep(1.5)
            assert len(checkpoints.written) == count, "nothing is written where nothing happens"
    finally:
        running.cancel()


async def test_after_what_another_process_wrote_a_follower_looks_further_at_once() -> None:
    """It cannot know what more there is; after its own last commit it waits for the next."""
    backend = MemoryBackend()
    ours, others = MemoryLog(backend), MemoryLog(backend)
    for number in range(3):
        await others.append(commit(event(f"s-{number}", 1)))
    came = asyncio.Event()

    async def apply(batch: list[CommitAt]) -> None:
        if not came.is_set():
            came.set()
            await others.append(commit(event("while it was busy", 1)))

    follower = Follower("f", ours, StoredCheckpoints(MemoryDatabase()["checkpoints"]), apply)
    running = asyncio.create_task(follower.run(1, poll=30.0))
    try:
        await asyncio.wait_for(follower.reached(4), 5)
    finally:
        running.cancel()


async def test_what_another_process_wrote_is_seen_within_the_poll_while_a_checkpoint_is_due() -> None:
    backend = MemoryBackend()
    ours, others, seen = MemoryLog(backend), MemoryLog(backend), list[int]()
    follower = Follower("f", ours, StoredCheckpoints(MemoryDatabase()["checkpoints"]), collect(seen))
    running = asyncio.create_task(follower.run(1, poll=1.0))
    try:
        async with asyncio.timeout(10):
            await ours.append(commit(event("a", 1)))
            await follower.reached(1)
            await asyncio.sleep(0.05)
            await ours.append(commit(event("a", 2)))
            await follower.reached(2)
            await asyncio.sleep(0.05)
            await others.append(commit(event("b", 1)))
            begun = asyncio.get_running_loop().time()
            await follower.reached(3)
            assert asyncio.get_running_loop().time() - begun < 1.4
    finally:
        running.cancel()


async def test_a_step_that_could_not_be_done_is_taken_again() -> None:
    class Failing:
        """Cannot do the first thing that was begun."""

        failures = 1

        async def settle(self) -> None:
            """See `Pending.settle`."""
            if self.failures:
                self.failures -= 1
                raise LookupError

        async def forget(self) -> None:
            """See `Pending.forget`."""

    log, checkpoints, seen = MemoryLog(), StoredCheckpoints(MemoryDatabase()["checkpoints"]), list[int]()
    for version in range(1, 4):
        await log.append(commit(event("a", version)))
    follower = Follower("f", log, checkpoints, collect(seen), most=2, pending=Failing())
    with pytest.raises(LookupError):
        await follower.step(1)
    assert (follower.position, await checkpoints.read("f")) == (0, 0)
    await follower.step(1)
    assert (seen, await checkpoints.read("f")) == ([1, 2, 1, 2], 2)
