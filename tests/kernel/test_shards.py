"""A log split by stream: where what is written goes, and what a commit may not hold."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from kernel.clock import FixedClock
from kernel.ids import CountedIds
from kernel.log import AlreadyHandled, Cause, VersionConflict
from kernel.memory import MemoryLog
from kernel.projections import Projection
from kernel.repository import Repository
from kernel.shards import ShardedLog, named, shard_of
from kernel.testing import MemoryDatabase
from kernel.testing.homes import OneHome
from tests.kernel.commits import AT, commit, event
from tests.kernel.conftest import Place
from tests.kernel.desk import Called, call
from tests.kernel.office import Office
from tests.kernel.samples import Book

KEYS = [f"app-{number}" for number in range(12)]


def home(stream: str) -> str:
    """Of `x/app-1` and `y/app-1` it is `app-1`; of what was before homes nobody knows it."""
    return "" if stream.startswith("old") else stream.rpartition("/")[2]


def split(count: int) -> ShardedLog[MemoryLog]:
    return ShardedLog([MemoryLog() for _ in range(count)], home)


def key_of(shard: int, count: int, *, besides: Sequence[str] = ()) -> str:
    return next(key for key in KEYS if shard_of(key, count) == shard and key not in besides)


def test_a_home_is_in_one_shard_for_good() -> None:
    """What is written down here was so when the first log was split: another answer would look for it elsewhere."""
    assert [shard_of(key, 4) for key in ("app-1", "app-2", "app-3", "受付")] == [1, 3, 1, 1]
    assert {shard_of(key, 1) for key in KEYS} == {0}
    assert {shard_of(str(number), 64) for number in range(10_000)} == {*range(64)}


def test_the_first_shard_has_the_name_of_a_log_that_is_whole() -> None:
    assert [named("log", number) for number in (0, 1, 12)] == ["log", "log.1", "log.12"]


async def test_a_stream_is_written_and_read_in_the_shard_of_its_home() -> None:
    log = split(3)
    for key in KEYS:
        await log.append(commit(event(f"x/{key}", 1), event(f"y/{key}", 1)))
    held = [{e.stream for at in await shard.read(0, 100) for e in at.commit.events} for shard in log.shards]
    assert held == [{f"{kind}/{k}" for k in KEYS if shard_of(k, 3) == n for kind in "xy"} for n in range(3)]
    assert all(held)
    found = await log.streams([f"x/{key}" for key in (*KEYS, "unknown")])
    assert {stream: [e.version for e in events] for stream, events in found.items()} == {f"x/{k}": [1] for k in KEYS}
    assert [(r.event.stream, r.event.version) for r in await log.history("y/app-7")] == [("y/app-7", 1)]
    with pytest.raises(VersionConflict):
        await log.append(commit(event("x/app-7", 1)))


@pytest.mark.parametrize("count", [1, 3])
async def test_a_commit_of_two_homes_is_the_programs_fault_however_many_shards_there_are(count: int) -> None:
    log = split(count)
    with pytest.raises(ValueError, match="no shard is the home"):
        await log.append(commit(event("x/app-1", 1), event("x/app-2", 1)))
    with pytest.raises(ValueError, match="no shard is the home"):
        await log.append(commit(event("x/app-1", 1)), beside="app-2")
    assert [await shard.tail() for shard in log.shards] == [1] * count


async def test_what_was_before_homes_stays_in_a_log_that_is_whole() -> None:
    await split(1).append(commit(event("old-1", 1), event("x/app-1", 1)), beside="app-1")
    with pytest.raises(ValueError, match="old-1"):
        await split(2).append(commit(event("old-1", 1)))


async def test_a_cause_is_found_wherever_it_was_settled_and_settled_once_beside_its_key() -> None:
    log = split(3)
    for number, key in enumerate(KEYS):
        await log.append(commit(causes=[Cause("c", f"m-{number}")]), beside=key)
    found = await log.caused("c", [f"m-{number}" for number in range(len(KEYS))])
    assert found.keys() == {f"m-{number}" for number in range(len(KEYS))}
    for number, key in enumerate(KEYS):
        with pytest.raises(AlreadyHandled):
            await log.append(commit(event(f"x/{key}", 1), causes=[Cause("c", f"m-{number}")]), beside=key)


async def test_a_commit_that_belongs_to_nothing_goes_by_its_first_cause() -> None:
    log = split(3)
    for number in range(20):
        await log.append(commit(causes=[Cause("c", f"m-{number}"), Cause("c", f"n-{number}")]))
    for n, shard in enumerate(log.shards):
        told = {at.commit.causes[0].message for at in await shard.read(0, 100)}
        assert told == {f"m-{number}" for number in range(20) if shard_of(f"m-{number}", 3) == n}


@pytest.mark.parametrize("key", ["old", "app-1", ""])
async def test_what_leads_to_nothing_is_settled_where_its_key_is_counted_to_be(key: str) -> None:
    """Also where the key has no home: nobody may wait for it, and it goes with the causes of its own shard alone."""
    log = split(4)
    for shard in range(4):
        message = next(f"m{n}" for n in range(99) if shard_of(f"m{n}", 4) == shard)
        await log.append(commit(causes=[Cause("c", message)]), key)
    found = [await shard.tail() - 1 for shard in log.shards]
    assert found[log.number(key)] == sum(found) if key else found == [1, 1, 1, 1]


async def test_who_waits_is_woken_by_whichever_shard_grows() -> None:
    log = split(2)
    for shard in (0, 1):
        since = log.generation()
        waiting = asyncio.create_task(log.appended(since, 30))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        await log.append(commit(event(f"x/{key_of(shard, 2)}", 1)))
        await asyncio.wait_for(waiting, 1)
        assert log.generation() > since
        await asyncio.wait_for(log.appended(since, 30), 1)
    await log.close()


async def test_what_leads_to_nothing_is_settled_in_the_shard_in_which_it_would_have_acted() -> None:
    """Or a process that was slow could still act on it there, after what came later for the same key."""
    log = split(2)
    office = Office(Place(log, MemoryDatabase()))  # type: ignore[arg-type]  # commits() is not asked
    batch = [call(number, key, "nothing") for number, key in enumerate(KEYS)]
    await office.consumer.take(batch)
    held = [await shard.read(0, 100) for shard in log.shards]
    assert [len(commits) for commits in held] == [1, 1]
    for number, key in enumerate(KEYS):
        assert f"calls/{number}" in {cause.message for cause in held[shard_of(key, 2)][0].commit.causes}
    await office.consumer.take([call(20, key_of(1, 2), "poison")])
    (parked,) = await office.parking.listed()
    assert await office.consumer.drop(parked["_id"], by="unyo-01", reason="試験")
    assert [await shard.tail() for shard in log.shards] == [2, 3]


async def test_a_command_that_leads_to_nothing_is_settled_beside_its_aggregate() -> None:
    log = split(2)
    repository = Repository(log, FixedClock(AT), CountedIds())
    office = Office(Place(log, MemoryDatabase()))  # type: ignore[arg-type]  # commits() is not asked
    for shard in (0, 1):
        key = key_of(shard, 2)
        (desk,) = await office.desks.note(call_of(key))
        await repository.save(desk)
        before = await log.shards[shard].tail()
        for number in range(8):
            await repository.save(desk, causes=[Cause("http", f"{key}-again-{number}")])
        assert await log.shards[shard].tail() == before + 8


def call_of(key: str) -> Called:
    return Called(desk=key, what="two")


async def test_a_document_that_tells_of_two_homes_is_noticed() -> None:
    """So the stories of a service that declares homes show that its read models can be kept by several shards."""
    log = MemoryLog()
    repository = Repository(log, FixedClock(AT), CountedIds())
    for name in ("shelf/ice", "shelf/fire"):
        await repository.save(Book.acquire(name, id=name, at=AT))
    apart = Projection("books", 1, lambda event: event.originator_id, lambda document, event: document)
    whole = Projection("books", 1, lambda event: "all", lambda document, event: document)
    await OneHome(home, [apart]).apply(await log.read(0, 10))
    with pytest.raises(AssertionError, match="books all"):
        await OneHome(home, [whole]).apply(await log.read(0, 10))
