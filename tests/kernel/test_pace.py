"""A turn that comes soon after the one before waits a little; after a rest it begins at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiokafka import ConsumerRecord

from kernel.checkpoints import StoredCheckpoints
from kernel.clock import FixedClock
from kernel.consume import CONSUMER_PACE, FEW, Batches, Offsets
from kernel.follower import Follower
from kernel.ids import CountedIds
from kernel.leading import Leading
from kernel.log import CommitAt
from kernel.memory import MemoryLog
from kernel.pace import Pace
from kernel.publishing import Message
from kernel.repository import Repository
from kernel.testing import MemoryDatabase
from tests.benchmarks.test_scale import message
from tests.kernel.desk import AT, Desk, Opened
from tests.kernel.test_relay import noted

PACE = 0.1


async def test_turns_begin_at_their_pace_and_the_first_at_once() -> None:
    pace, now = Pace(PACE), asyncio.get_running_loop().time
    begun = []
    for rest in (0.0, 0.0, PACE / 2, 3 * PACE):
        await asyncio.sleep(rest)
        before = now()
        await pace.turn()
        begun.append((before, now()))
    (_, first), (_, second), (_, third), (asked, fourth) = begun
    assert first - begun[0][0] < PACE / 2
    assert second - first >= PACE * 0.99
    assert third - second >= PACE * 0.99
    assert fourth - asked < PACE / 2, "after a rest nothing waits"


async def followed(log: MemoryLog, pace: float) -> tuple[Follower, list[int], asyncio.Task[None]]:
    """A follower that keeps up, and how many commits each of its turns had."""
    turns = list[int]()

    async def apply(batch: list[CommitAt]) -> None:
        turns.append(len(batch))

    follower = Follower("desk", log, StoredCheckpoints(MemoryDatabase()["kept"]), apply, pace=pace)
    running = asyncio.create_task(follower.run(1))
    await asyncio.wait_for(follower.reached(await log.tail() - 1), 5)
    turns.clear()
    return follower, turns, running


async def busy(log: MemoryLog) -> int:
    """Twenty commits within a tenth of a second; the last position."""
    repository, first = Repository(log, FixedClock(AT), CountedIds()), await log.tail()
    for number in range(first, first + 20):
        await repository.save(Desk.begin(Opened, id=f"busy {number}", at=AT))
        await asyncio.sleep(PACE / 20)
    return await log.tail() - 1


async def test_what_happens_meanwhile_is_one_turn() -> None:
    log = await noted(3)
    follower, turns, running = await followed(log, PACE)
    await asyncio.wait_for(follower.reached(await busy(log)), 5)
    assert sum(turns) == 20
    assert len(turns) <= 4, turns
    running.cancel()


async def test_without_a_pace_each_is_dealt_with_when_it_comes() -> None:
    log = await noted(3)
    follower, turns, running = await followed(log, 0.0)
    await asyncio.wait_for(follower.reached(await busy(log)), 5)
    assert len(turns) >= 10, turns
    running.cancel()


async def test_who_is_far_behind_does_not_wait() -> None:
    log, turns = await noted(40), list[int]()

    async def apply(batch: list[CommitAt]) -> None:
        turns.append(len(batch))

    follower = Follower("desk", log, StoredCheckpoints(MemoryDatabase()["kept"]), apply, most=4, far=4, pace=30.0)
    running = asyncio.create_task(follower.run(1))
    await asyncio.wait_for(follower.reached(await log.tail() - 1), 5)
    assert len(turns) == 10
    running.cancel()


class Taking:
    """A consumer that notes when it was given how many."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, int]] = []

    async def take(self, batch: Sequence[Message]) -> None:
        """See `Consumer.take`."""
        self.taken.append((asyncio.get_running_loop().time(), len(batch)))


def records(count: int) -> list[ConsumerRecord]:
    """As they come from a topic."""
    sent = [message("case", number, number) for number in range(1, count + 1)]
    return [
        ConsumerRecord("cases", 0, number, 0, 0, each.key.encode(), each.data, 0, 0, 0, tuple(each.headers()))
        for number, each in enumerate(sent)
    ]


async def test_small_batches_are_taken_at_a_pace_and_large_ones_at_once() -> None:
    taking = Taking()

    async def acknowledged(offsets: Offsets) -> None:
        """Nothing to do."""

    batches = Batches(taking, acknowledged)  # type: ignore[arg-type]  # it only takes
    returned = list[float]()
    for count in (1, 1, FEW, FEW, 1):
        await batches.deal_with(records(count))
        returned.append(asyncio.get_running_loop().time())
    at = [moment for moment, _ in taking.taken]
    assert [count for _, count in taking.taken] == [1, 1, FEW, FEW, 1]
    assert returned[0] - at[0] >= CONSUMER_PACE * 0.99, "what comes meanwhile is fetched with the next"
    assert at[1] - returned[0] < CONSUMER_PACE / 2, "what was fetched does not wait"
    assert returned[4] - at[4] >= CONSUMER_PACE * 0.99
    assert at[1] - at[0] >= CONSUMER_PACE * 0.99
    assert at[3] - at[2] < CONSUMER_PACE


async def test_who_leads_the_log_can_be_waited_for_and_who_does_not_is_not() -> None:
    """What is compared with the log is first as far as the log is."""
    log = await noted(3)
    leading = object.__new__(Leading)
    follower, _, running = await followed(log, PACE)
    running.cancel()
    await busy(log)
    leading.log, leading.followers, leading.leads = log, [follower], True  # type: ignore[assignment]  # in memory
    waiting = asyncio.create_task(leading.followed())
    await asyncio.sleep(PACE)
    assert not waiting.done()
    running = asyncio.create_task(follower.run(1))
    await asyncio.wait_for(waiting, 5)
    assert follower.position == await log.tail() - 1
    running.cancel()
    await busy(log)
    leading.leads = False
    await asyncio.wait_for(leading.followed(), PACE)
