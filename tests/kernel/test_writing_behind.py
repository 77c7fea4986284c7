"""A read model's batch is written while the next one is folded: nothing counts as done before it is written."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kernel.checkpoints import StoredCheckpoints
from kernel.follower import Follower
from kernel.mongo import PyMongoError
from kernel.projector import Projector, rebuild_and_compare
from kernel.repository import Repository
from tests.kernel.conftest import Place
from tests.kernel.test_projections import DESK, repository

__all__ = ["repository"]  # the fixture: three books, nine commits


class Slow:
    """A collection whose writes take their time, and may fail."""

    def __init__(self, collection: Any) -> None:
        self._collection, self.fails, self.free = collection, 0, 0
        self.go, self.under_way, self.most, self.waits = asyncio.Event(), 0, 0, asyncio.Event()

    def find(self, *query: Any) -> Any:
        """See the driver."""
        return self._collection.find(*query)

    async def bulk_write(self, writes: Any, **options: Any) -> None:
        """See the driver: what a caller gives up goes on in a thread of its own."""
        await asyncio.shield(asyncio.create_task(self._written(writes, options)))

    async def begun(self) -> None:
        """Return when a write waits that was not let through."""
        await asyncio.wait_for(self.waits.wait(), 5)

    async def _written(self, writes: Any, options: dict[str, Any]) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            if self.free:
                self.free -= 1
            else:
                self.waits.set()
                await self.go.wait()
            if self.fails:
                self.fails -= 1
                raise PyMongoError("away")
            await self._collection.bulk_write(writes, **options)
        finally:
            self.under_way -= 1


def followed(place: Place) -> tuple[Slow, Follower, StoredCheckpoints]:
    """The read model as a service follows it, two commits at a time."""
    slow, checkpoints = Slow(place.db[DESK.collection]), StoredCheckpoints(place.db["checkpoints"])
    folds = Projector(DESK, slow)
    return slow, Follower("desk", place.log, checkpoints, folds.begin, most=2, far=2, pending=folds), checkpoints


async def test_the_next_batch_is_folded_on_what_is_being_written_and_written_after_it(
    repository: Repository, place: Place
) -> None:
    slow, follower, checkpoints = followed(place)
    running = asyncio.create_task(follower.run(1, poll=0.05))
    await slow.begun()
    assert (slow.under_way, follower.position, await checkpoints.read("desk")) == (1, 0, 0)
    slow.go.set()
    await asyncio.wait_for(follower.reached(9), 5)
    assert slow.most == 1, "one write after the other"
    assert await rebuild_and_compare(place.log, DESK, place.db) == []
    running.cancel()


async def test_who_waits_for_a_place_sees_what_was_written_by_then(repository: Repository, place: Place) -> None:
    slow, follower, _ = followed(place)
    slow.go.set()
    running = asyncio.create_task(follower.run(1, poll=0.05))
    await asyncio.wait_for(follower.reached(9), 5)
    found = await place.db[DESK.collection].find_one({"_id": "ice"})
    assert (found["_position"], found["lendings"]) == (9, 3)
    running.cancel()


@pytest.mark.parametrize("failures", [1, 2, 3])
async def test_what_could_not_be_written_is_folded_again(repository: Repository, place: Place, failures: int) -> None:
    """Nothing that only this process had in mind is taken for what is there."""
    slow, follower, checkpoints = followed(place)
    slow.fails = failures
    slow.go.set()
    for _ in range(failures):
        with pytest.raises(PyMongoError):
            await follower.run(1, poll=0.05)
        assert follower.position == await checkpoints.read("desk") == 0
    running = asyncio.create_task(follower.run(1, poll=0.05))
    await asyncio.wait_for(follower.reached(9), 5)
    assert await rebuild_and_compare(place.log, DESK, place.db) == []
    running.cancel()


async def test_a_write_of_before_that_arrives_late_turns_nothing_back(repository: Repository, place: Place) -> None:
    slow, follower, _ = followed(place)
    slow.free = 1
    running = asyncio.create_task(follower.run(1, poll=0.05))
    await slow.begun()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert slow.under_way == 1, "the database carries it out all the same"
    other, again, _ = followed(place)
    other.go.set()
    running = asyncio.create_task(again.run(2, poll=0.05))
    await asyncio.wait_for(again.reached(9), 5)
    slow.go.set()
    await asyncio.sleep(0.1)
    assert slow.under_way == 0
    assert await rebuild_and_compare(place.log, DESK, place.db) == []
    running.cancel()
