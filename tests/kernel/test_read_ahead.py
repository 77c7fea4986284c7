"""A follower that is far behind asks for its next batch while it deals with the one it has."""

from __future__ import annotations

import asyncio

import pytest

from kernel.checkpoints import StoredCheckpoints
from kernel.follower import Follower
from kernel.log import CommitAt
from kernel.memory import MemoryLog
from kernel.testing import MemoryDatabase
from tests.kernel.commits import commit, event


class Told(MemoryLog):
    """A log that notes what is asked of it, and whose answers take their time."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, int]] = []
        self.broken_off = 0

    async def follow(self, after: int, limit: int) -> list[CommitAt]:
        """See `EventLog.follow`."""
        self.asked.append((after, limit))
        found = await super().follow(after, limit)
        try:
            await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            self.broken_off += 1
            raise
        return found


async def filled(commits: int) -> Told:
    """So many commits of one event."""
    log = Told()
    for number in range(1, commits + 1):
        await log.append(commit(event("a", number)))
    return log


def checkpoints() -> StoredCheckpoints:
    return StoredCheckpoints(MemoryDatabase()["checkpoints"])


async def test_it_asks_for_the_next_batch_before_it_has_dealt_with_this_one() -> None:
    log, asked_by_then, seen = await filled(20), list[int](), list[int]()

    async def apply(batch: list[CommitAt]) -> None:
        await asyncio.sleep(0.02)
        asked_by_then.append(len(log.asked))
        seen.extend(at.position for at in batch)

    follower = Follower("f", log, checkpoints(), apply, most=4, far=8)
    running = asyncio.create_task(follower.run(1, poll=30.0))
    await asyncio.wait_for(follower.reached(20), 5)
    assert asked_by_then[:2] == [2, 3]
    assert seen == list(range(1, 21))
    assert log.asked[:3] == [(0, 4), (4, 8), (12, 8)]
    assert follower.holes == 0
    running.cancel()


async def test_what_came_while_it_read_ahead_is_seen_without_waiting() -> None:
    """The answer to what was asked ahead may be empty, and older than what was appended since."""
    log, seen = await filled(4), list[int]()

    async def apply(batch: list[CommitAt]) -> None:
        if not seen:
            await asyncio.sleep(0.05)
            await log.append(commit(event("b", 1)))
        seen.extend(at.position for at in batch)

    follower = Follower("f", log, checkpoints(), apply, most=4)
    running = asyncio.create_task(follower.run(1, poll=30.0))
    await asyncio.wait_for(follower.reached(5), 5)
    assert seen == [1, 2, 3, 4, 5]
    running.cancel()


async def test_whoever_could_not_go_on_begins_again_with_little_and_forgets_what_was_read_ahead() -> None:
    log, kept, seen, broken = await filled(30), checkpoints(), list[int](), list[int]()

    async def apply(batch: list[CommitAt]) -> None:
        await asyncio.sleep(0.002)
        if len(seen) == 4 and not broken:
            broken.append(len(batch))
            raise TimeoutError
        seen.extend(at.position for at in batch)

    follower = Follower("f", log, kept, apply, most=4, far=16)
    with pytest.raises(TimeoutError):
        await follower.run(1, poll=30.0)
    await asyncio.sleep(0)
    assert log.broken_off == 1
    count = len(log.asked)
    running = asyncio.create_task(follower.run(1, poll=30.0))
    await asyncio.wait_for(follower.reached(30), 5)
    assert log.asked[count][1] == 4
    assert list(dict.fromkeys(seen)) == list(range(1, 31)), "what its checkpoint had not reached came again"
    assert broken == [16]
    running.cancel()


async def test_nothing_is_left_under_way_by_one_who_stops() -> None:
    log, stuck = await filled(20), asyncio.Event()

    async def apply(batch: list[CommitAt]) -> None:
        stuck.set()
        await asyncio.sleep(30)

    running = asyncio.create_task(Follower("f", log, checkpoints(), apply, most=4).run(1))
    await asyncio.wait_for(stuck.wait(), 5)
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await asyncio.sleep(0)
    assert log.broken_off == 1
    assert [each for each in asyncio.all_tasks() if each.get_name() == "read ahead"] == []
