"""A service whose log is split in two, on a real Kafka and MongoDB."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from kernel import run, topics
from kernel.gauges import Gauges
from kernel.leading import PAUSE
from kernel.progress import progress
from kernel.projector import rebuild_and_compare
from kernel.publishing import Message
from kernel.service import Service
from kernel.splitting import SplitOtherwise
from tests.kernel.bureau import DESKS, FORGET, LATER, SHARDS, SPEC, Bureau, of_shard, until
from tests.kernel.commits import assert_whole, everything
from tests.kernel.desk import AT, Desk, Opened
from tests.kernel.test_relay import arrived


@pytest.fixture
async def bureau(tmp_path: Path, mongo_url: str, kafka_bootstrap: str) -> AsyncIterator[Bureau]:
    made = Bureau(tmp_path, mongo_url, kafka_bootstrap)
    names = [f"{made.prefix}.{topic}{end}" for topic in SPEC.topics for end in ("", ".dead-letters")]
    await topics.ensure(kafka_bootstrap, names, partitions=PARTITIONS, replicas=1)
    yield made
    await made.drop()


async def noted(service: Service, count: int) -> None:
    """Wait until the read model tells so many notes, and everything has followed."""

    async def there() -> bool:
        documents = await service.db["view.desks.v1"].find().to_list(None)
        seen = await progress(service)
        still = all(position == seen["tail"] - 1 for position in seen["followers"].values())
        return sum(len(each["notes"]) for each in documents) == count and still and not seen["due"]

    await until(there)


SAID = ("one", LATER, "two", FORGET, "three", "nothing", "four", "five")
"""Calls at each desk: all but one are noted, and one is called back."""
PARTITIONS = 4
Take = Callable[[], Coroutine[Any, Any, int | None]]
NOTES = len(SAID) * len(DESKS)


async def test_what_comes_in_is_decided_told_folded_and_called_back_in_the_shard_of_its_desk(bureau: Bureau) -> None:
    async with bureau.process() as service:
        await bureau.hear(*((desk, what) for what in SAID for desk in DESKS))
        await noted(service, NOTES)
        for number, shard in enumerate(service.shards):
            commits = await everything(shard.log)
            assert_whole(commits)
            assert {event.stream for at in commits for event in at.commit.events} == {*of_shard(number)}
            timers = await shard.timers._timers.find().to_list(None)
            assert {(each["subject"], each["fired"]) for each in timers} == {(desk, True) for desk in of_shard(number)}
        first, second = service.shards
        assert await rebuild_and_compare(first.log, SPEC.projections[0], service.db, second.log) == []
        assert service.metrics.registry.get_sample_value("madoguchi_follows_log") == SHARDS
        there = {*await service.db.list_collection_names()}
        assert {"log", "log.1", "timers", "timers.1", "view.desks.v1"} <= there
        followers = {name for each in ("relay", "timers", "view.desks.v1") for name in (each, f"{each}.1")}
        assert (await service.checkpoints.positions()).keys() == followers
    told = await published(bureau)
    assert len(told) == NOTES
    assert_in_order(told)


async def published(bureau: Bureau) -> list[Message]:
    """All that is on the bureau's topic."""
    topic = f"{bureau.prefix}.bureau"
    async with AIOKafkaConsumer(bootstrap_servers=bureau.settings.kafka) as consumer:
        ends = await consumer.end_offsets([TopicPartition(topic, number) for number in range(PARTITIONS)])
    return await arrived(bureau.settings.kafka, topic, sum(ends.values()))


def assert_in_order(told: list[Message]) -> None:
    """Each desk's notes came once, from one shard, in the order of its calls."""
    assert len({message.id for message in told}) == len(told)
    for desk in DESKS:
        its = [message for message in told if message.key == desk]
        assert {message.source for message in its} == {"bureau" if desk in of_shard(0) else "bureau.1"}
        assert [message.position for message in its] == sorted(message.position for message in its)
        what = [json.loads(message.data)["what"] for message in its]
        assert [each for each in what if each != "called back"] == [each for each in SAID if each != "nothing"]


async def test_processes_that_start_together_share_the_shards_and_one_takes_over_what_the_other_leaves(
    bureau: Bureau,
) -> None:
    one, other = bureau.service(), bureau.service()
    async with one.running():
        async with other.running():

            async def shared() -> bool:
                return sorted(leads(one) + leads(other)) == [0, 1]

            await until(shared)
            assert len(leads(one)) == 1
            await bureau.hear(*((desk, what) for what in SAID[:4] for desk in DESKS))
            for service in (one, other):
                await noted(service, 5 * len(DESKS))
            await asyncio.sleep(1.5)  # longer than the pause after which one that leads looks for more
            assert len(leads(one)) == 1
            for shard in other.shards:  # as one that is killed: it says nothing, and its leases run out
                shard.lease.give_back = nothing  # type: ignore[method-assign]

        async def alone() -> bool:
            return leads(one) == [0, 1]

        await until(alone)
        await bureau.hear(*((desk, what) for what in SAID[4:] for desk in DESKS))
        await noted(one, NOTES)
        for shard in one.shards:
            assert_whole(await everything(shard.log))
    assert_in_order(distinct(await published(bureau)))


async def test_a_process_takes_each_further_shard_a_pause_later(bureau: Bureau) -> None:
    """Others that started with it come first."""
    service, taken = bureau.service(log_shards=3), dict[int, float]()
    for shard in service.shards:
        shard.lease.take = noting(shard.shard, shard.lease.take, taken)  # type: ignore[method-assign]
    async with service.running():

        async def all_of_them() -> bool:
            return leads(service) == [0, 1, 2]

        await until(all_of_them)
    first, second, third = sorted(taken.values())
    assert second - first > 0.9 * PAUSE
    assert third - second > 0.9 * PAUSE


def noting(shard: int, take: Take, taken: dict[int, float]) -> Take:
    """Takes the lease, and notes when it had it first."""

    async def noted() -> int | None:
        token = await take()
        if token is not None:
            taken.setdefault(shard, time.monotonic())
        return token

    return noted


def leads(service: Service) -> list[int]:
    """The shards that the process leads."""
    return [shard.shard for shard in service.shards if shard.leads]


def distinct(told: list[Message]) -> list[Message]:
    """Without what was said again because the one who had said it could not note that it had."""
    return list({message.id: message for message in reversed(told)}.values())[::-1]


async def nothing() -> None:
    """Do not."""


async def test_operations_see_all_shards(bureau: Bureau) -> None:
    async with bureau.process() as service:
        transport = httpx.ASGITransport(app=run.served(service))
        async with httpx.AsyncClient(transport=transport, base_url="http://bureau") as http:
            await bureau.hear(*((desk, "one") for desk in DESKS))
            await noted(service, len(DESKS))

            async def asked(path: str, **params: Any) -> Any:
                return (await http.get(f"/operations/{path}", params=params)).raise_for_status().json()

            seen = await asked("progress")
            tails = [await shard.log.tail() for shard in service.shards]
            assert seen["tail"] == 1 + sum(tail - 1 for tail in tails)
            assert [each["tail"] for each in seen["shards"]] == tails
            assert seen["followers"] == dict.fromkeys(("relay", "timers", "view.desks.v1"), seen["tail"] - 1)
            assert (await asked("counts"))["consumed"] == len(DESKS)
            pages = [await asked("log", shard=shard) for shard in range(SHARDS)]
            assert [{each["stream"] for each in page} for page in pages] == [{*of_shard(0)}, {*of_shard(1)}]
            digests = [await asked("digest", shard=shard) for shard in range(SHARDS)]
            assert [each["published"]["messages"] for each in digests] == [len(of_shard(0)), len(of_shard(1))]
            assert (await http.get("/operations/log?shard=2")).status_code == 404
            for shard in range(SHARDS):
                (stream,) = {each["stream"] for each in await asked(f"log/{of_shard(shard)[0]}")}
                assert stream == of_shard(shard)[0]
            last = {"_id": of_shard(1)[0]}
            await service.db["view.desks.v1"].update_one(last, {"$set": {"notes": []}})
            assert (await http.post("/operations/replay")).json() == {"desks": [last["_id"]]}


async def test_one_shard_that_stands_is_told_of_beside_one_that_goes_on(bureau: Bureau) -> None:
    """Positions of one shard say nothing of another's."""
    service = bureau.service()
    for shard in service.shards:
        await shard.log.prepare()
        for desk in of_shard(shard.shard)[: 2 - shard.shard]:
            await service.repository.save(Desk.begin(Opened, id=desk, at=AT))
    first, second = [await shard.log.tail() - 1 for shard in service.shards]
    assert (first, second) == (2, 1)
    for follower, position in {"relay": 2, "relay.1": 1, "timers": 2}.items():
        await service.checkpoints.write(follower, position, 1)
    moment = 100.0
    gauges = Gauges(service, service._ports.lag, lambda: moment)
    await gauges.storage()
    moment = 190.0
    await gauges.storage()
    told = service.metrics.registry.get_sample_value
    names = ("relay", "relay.1", "timers", "timers.1")
    behind = [told("madoguchi_follower_behind_seconds", {"follower": name}) for name in names]
    assert behind == [0, 0, 0, 90]
    assert told("madoguchi_log_tail") == 1 + first + second
    assert told("madoguchi_log_shards") == SHARDS
    await service.log.close()
    service._ports.close()


@pytest.mark.parametrize(("first", "then"), [(1, 2), (2, 1), (2, 3)])
async def test_the_number_of_shards_stays_once_something_is_written(bureau: Bureau, first: int, then: int) -> None:
    await write_one(bureau.service(log_shards=first))
    with pytest.raises(SplitOtherwise, match=f"MADOGUCHI_LOG_SHARDS to {first}"):
        await start(bureau.service(log_shards=then))
    await start(bureau.service(log_shards=first))


async def test_shards_in_which_nothing_is_written_yet_are_there_all_the_same(bureau: Bureau) -> None:
    await start(bureau.service())
    await start(bureau.service(log_shards=3))  # nothing is written: it may still be split further
    with pytest.raises(SplitOtherwise, match="that is empty"):
        await start(bureau.service())


async def start(service: Service) -> None:
    """As far as a start asks the logs."""
    try:
        for shard in service.shards:
            await shard.log.prepare()
    finally:
        service._ports.close()


async def write_one(service: Service) -> None:
    for shard in service.shards:
        await shard.log.prepare()
    await service.repository.save(Desk.begin(Opened, id=of_shard(0)[0], at=AT))
    await service.log.close()
    service._ports.close()
