"""A batch is sent while the next one is looked at: none is sent before the one before it is confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from kernel.checkpoints import StoredCheckpoints
from kernel.follower import Follower
from kernel.memory import MemoryLog
from kernel.metrics import Metrics
from kernel.publishing import Message
from kernel.relay import Relay
from kernel.testing import MemoryDatabase
from tests.kernel.desk import publish
from tests.kernel.test_relay import noted

COUNT, END = 8, 13
"""Calls at five desks, and the last position: each desk was opened as well."""


class Broker:
    """Confirms a batch when it is told to; may fail instead."""

    def __init__(self) -> None:
        self.offered: list[list[str]] = []
        self.confirmed: list[str] = []
        self.go, self.more, self.fails = asyncio.Semaphore(0), asyncio.Condition(), 0
        self.closed = False

    async def send_all(self, batch: Sequence[Message]) -> None:
        """See `kernel.relay.Producer`."""
        async with self.more:
            self.offered.append([message.context.causation for message in batch])
            self.more.notify_all()
        try:
            await self.go.acquire()
        except asyncio.CancelledError:
            await asyncio.sleep(0.05)  # closing its connection
            self.closed = True
            raise
        if self.fails:
            self.fails -= 1
            raise TimeoutError
        self.confirmed += self.offered[-1]

    async def was_offered(self, batches: int) -> None:
        """Return when so many were."""
        async with asyncio.timeout(5), self.more:
            await self.more.wait_for(lambda: len(self.offered) >= batches)


class Seen:
    """A log that says how far it was read. From ``ends`` on it does not answer."""

    def __init__(self, log: MemoryLog) -> None:
        self._log, self.asked, self.ends = log, 0, END
        self.generation, self.written, self.appended = log.generation, log.written, log.appended

    async def follow(self, after: int, limit: int) -> object:
        """See `EventLog.follow`."""
        self.asked = max(self.asked, after)
        if after >= self.ends:
            await asyncio.Event().wait()
        return await self._log.read(after, limit)


async def followed() -> tuple[Broker, Seen, Follower, StoredCheckpoints]:
    """A relay far behind, two commits at a time."""
    broker, log = Broker(), Seen(await noted(COUNT))
    relay, checkpoints = Relay(broker, publish, "tests", Metrics("tests")), StoredCheckpoints(MemoryDatabase()["kept"])
    follower = Follower("relay", log, checkpoints, relay.begin, most=2, far=2, pending=relay)  # type: ignore[arg-type]  # it only follows
    return broker, log, follower, checkpoints


async def test_the_next_batch_is_read_but_not_sent_before_the_one_before_is_confirmed() -> None:
    broker, log, follower, checkpoints = await followed()
    running = asyncio.create_task(follower.run(1, poll=0.05))
    broker.go.release()  # the first: after it a checkpoint is kept, which waits for it
    await broker.was_offered(2)
    await asyncio.sleep(0.1)
    assert log.asked >= 8, "the third is there, and the one after that is asked for"
    assert (len(broker.offered), follower.position, await checkpoints.read("relay")) == (2, 4, 4)
    for _ in range(50):
        broker.go.release()
    await asyncio.wait_for(follower.reached(END), 5)
    assert broker.confirmed == [str(n) for n in range(COUNT)]
    running.cancel()


@pytest.mark.parametrize("failures", [1, 2])
async def test_what_was_not_confirmed_is_sent_again_and_nothing_before_it(failures: int) -> None:
    broker, _, follower, checkpoints = await followed()
    broker.fails = failures
    for number in range(1, failures + 1):
        broker.go.release()
        with pytest.raises(TimeoutError):
            await follower.run(1, poll=0.05)
        assert (follower.position, await checkpoints.read("relay")) == (0, 0)
        assert broker.offered == [["0", "1"]] * number
    for _ in range(50):
        broker.go.release()
    running = asyncio.create_task(follower.run(1, poll=0.05))
    await asyncio.wait_for(follower.reached(END), 5)
    assert broker.confirmed == [str(n) for n in range(COUNT)]
    running.cancel()


async def test_who_is_stopped_while_it_reads_sends_nothing_more() -> None:
    broker, log, follower, _ = await followed()
    log.ends = 8
    running = asyncio.create_task(follower.run(1, poll=0.05))
    broker.go.release()
    await broker.was_offered(2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert broker.closed, "what was under way has ended before the follower has"
    for _ in range(50):
        broker.go.release()
    await asyncio.sleep(0.05)
    assert (len(broker.offered), broker.confirmed) == (2, ["0", "1"])
