"""A backup that is taken under load is one moment of all logs; what is restored of it is just that."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kernel import gates, mongo
from kernel.backup import files, manifest, restoring, taking
from kernel.backup.chain import LogChain
from kernel.backup.files import BadBackup
from kernel.backup.restoring import NotEmpty, UnderWay
from kernel.documents import decoded, encoded
from kernel.log import Cause, Commit, StoredEvent
from kernel.mongolog import MongoLog
from kernel.relay import KafkaProducer
from kernel.settings import Settings
from kernel.shards import ShardedLog, named
from kernel.splitting import must_be_split_into
from kernel.topics import ensure
from tests.kernel.commits import AT
from tests.kernel.desk import call

pytestmark = [pytest.mark.clause("G-8"), pytest.mark.timeout(180)]
SHARDS = {"left": 1, "middle": 1, "right": 2}
"""Services, and into how many shards the log of each is split."""
SERVICES = tuple(SHARDS)


def quiet(what: str, done: int, total: int) -> None:
    """Nobody looks."""


@pytest.fixture
async def client(mongo_url: str) -> AsyncIterator[Any]:
    made = mongo.connect(mongo_url)
    yield made
    made.close()


@pytest.fixture
async def prefix(client: Any) -> AsyncIterator[str]:
    """A deployment's prefix; its databases are dropped afterwards."""
    name = f"backup{uuid4().hex[:8]}"
    yield name
    for database in await client.list_database_names():
        if database.startswith(name):
            await client.drop_database(database)


class Town:
    """Services that answer each other's events without a pause, round and round."""

    def __init__(self, client: Any, prefix: str) -> None:
        self.shards = {name: [log_of(client, f"{prefix}_{name}", n) for n in range(SHARDS[name])] for name in SERVICES}
        self.logs = {name: ShardedLog(shards, str) for name, shards in self.shards.items()}
        self.acknowledged: set[tuple[str, str]] = set()
        self._numbers = itertools.count()

    @asynccontextmanager
    async def busy(self, rounds: int = 12) -> AsyncIterator[None]:
        for log in (log for shards in self.shards.values() for log in shards):
            await log.prepare()
        tasks = [asyncio.create_task(self._round(number)) for number in range(rounds)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            for split in self.logs.values():
                await split.close()
        assert all(isinstance(end, asyncio.CancelledError) for end in ends), ends

    async def _round(self, start: int) -> None:
        heard = None
        for turn in itertools.count(start):
            name = SERVICES[(turn * (1 if start % 2 else 2)) % 3]
            stream = f"{name}-{next(self._numbers)}"
            event = StoredEvent(stream, 1, "tests.told", json.dumps({"heard": heard}).encode())
            causes = (Cause(name, heard),) if heard else ()
            await self.logs[name].append(Commit(id=stream, at=AT, events=(event,), causes=causes))
            self.acknowledged.add((name, stream))
            heard = f"{stream}/1"


def told(folder: Path, made: manifest.Manifest) -> dict[str, list[Any]]:
    """The commits of a backup, by log, from its files."""
    return {
        named(name, shard): [taking.commit_of(content) for content in files.documents(folder, part.file)]
        for name, service in made.services.items()
        for shard, part in enumerate(service.logs)
    }


def log_of(client: Any, database: str, shard: int) -> MongoLog:
    """A shard of a service's log."""
    return MongoLog(mongo.database(client, database), named("log", shard))


async def take(client: Any, prefix: str, folder: Path, others: tuple[str, ...] = ()) -> manifest.Manifest:
    await asyncio.to_thread(folder.mkdir)
    return await taking.take(client, prefix, SERVICES, others, folder, id="b-1", progress=quiet)


async def test_no_log_of_a_backup_knows_what_another_has_not_said(
    client: Any, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing that was acknowledged before it began is missing. Between the looks at two logs much happens."""
    look = taking.Cut.upto

    async def late(cut: taking.Cut, service: str, log: str) -> int:
        await asyncio.sleep(0.05)
        return await look(cut, service, log)

    monkeypatch.setattr(taking.Cut, "upto", late)
    town, lengths = Town(client, prefix), []
    async with town.busy():
        for number in range(12):
            await asyncio.sleep(0.1)
            before = set(town.acknowledged)
            made = await take(client, prefix, folder := tmp_path / f"b{number}")
            commits = told(folder, made)
            said = {e.id for each in commits.values() for at in each for e in at.commit.events}
            heard = {cause.message for each in commits.values() for at in each for cause in at.commit.causes}
            assert heard <= said, "a consumer's log is ahead of its publisher's"
            copied = {(name, e.stream) for name, each in commits.items() for at in each for e in at.commit.events}
            assert before <= {(name.partition(".")[0], stream) for name, stream in copied}
            for name, each in commits.items():
                service, _, shard = name.partition(".")
                upto = made.services[service].logs[int(shard or 0)].upto
                assert [at.position for at in each] == list(range(1, upto + 1)) != []
            lengths.append(len(said))
    assert lengths == sorted(set(lengths)), "it was not busy"
    assert lengths[-1] > 500


async def test_what_is_restored_is_what_was_copied(
    client: Any, prefix: str, tmp_path: Path, kafka_bootstrap: str
) -> None:
    town, events = Town(client, prefix), list[str]()
    async with town.busy():
        await asyncio.sleep(0.3)
        left = mongo.database(client, f"{prefix}_left")
        await left["boxes"].insert_one({"_id": "paper-1", "sealed": b"\x00\x01"})
        await left["parked"].insert_many([{"_id": "t/0/1", "dropped": {"by": "o-1"}}, {"_id": "t/0/2", "name": "Told"}])
        await mongo.database(client, f"{prefix}_clock")["clock"].insert_one({"_id": "now", "at": AT})
        made = await take(client, prefix, tmp_path / "b", ("clock",))
    assert made.events > 50
    assert (made.format, [len(part.logs) for part in made.services.values()]) == (manifest.SPLIT, [*SHARDS.values()])
    to, seen = f"{prefix}-again", restoring.checked(tmp_path / "b", quiet)
    assert seen == made
    for name in ("left", "right"):
        for shard in range(3):  # as infra.rights leaves it, told of more shards than there were
            await log_of(client, f"{to}_{name}", shard).prepare()
    await restoring.begin(client, kafka_bootstrap, to, made)
    await restoring.restore(client, to, tmp_path / "b", made, lambda name, event: events.append(event.id), quiet)
    await restoring.finish(client, to, AT)
    await restoring.must_not_be_under_way(mongo.database(client, f"{to}_keyring"))
    for name, service in made.services.items():
        await must_be_split_into(SHARDS[name], mongo.database(client, f"{to}_{name}"))
        for shard, part in enumerate(service.logs):
            log, chain = log_of(client, f"{to}_{name}", shard), LogChain()
            for at in await log.read(0, 100_000):
                chain.add(at)
            assert (chain.digest, chain.upto, chain.events) == (part.digest, part.upto, part.events)
            assert await log.tail() == part.upto + 1
    assert len(events) == made.events
    again = mongo.database(client, f"{to}_left")
    assert await again["boxes"].find_one({"_id": "paper-1"}) == {"_id": "paper-1", "sealed": b"\x00\x01"}
    assert [each["_id"] async for each in again["parked"].find()] == ["b-1:t/0/1"]
    assert (await mongo.database(client, f"{to}_clock")["clock"].find_one({"_id": "now"}))["at"] == AT
    with pytest.raises(NotEmpty, match="MongoDB"):
        await restoring.begin(client, kafka_bootstrap, to, made)


async def test_a_restore_that_broke_off_keeps_services_out_and_is_begun_anew(
    client: Any, prefix: str, tmp_path: Path, kafka_bootstrap: str
) -> None:
    town = Town(client, prefix)
    async with town.busy():
        await asyncio.sleep(0.3)
        made = await take(client, prefix, tmp_path / "b")
    to, numbers = f"{prefix}-again", itertools.count()

    class Broken(Exception):
        pass

    def break_off(name: str, event: StoredEvent) -> None:
        if next(numbers) == 20:
            raise Broken

    await restoring.begin(client, kafka_bootstrap, to, made)
    with pytest.raises(Broken):
        await restoring.restore(client, to, tmp_path / "b", made, break_off, quiet)
    with pytest.raises(UnderWay):
        await restoring.must_not_be_under_way(mongo.database(client, f"{to}_keyring"))
    await restoring.begin(client, kafka_bootstrap, to, made)
    await restoring.restore(client, to, tmp_path / "b", made, lambda *_: None, quiet)
    await restoring.finish(client, to, AT)
    await restoring.must_not_be_under_way(mongo.database(client, f"{to}_keyring"))


async def test_services_stay_out_also_while_an_unfinished_restore_is_cleared(
    client: Any, prefix: str, tmp_path: Path, kafka_bootstrap: str
) -> None:
    """It breaks off again after each database that it clears: none is left behind without the word that it is half."""
    town = Town(client, prefix)
    async with town.busy():
        await asyncio.sleep(0.2)
        made = await take(client, prefix, tmp_path / "b")
    to = f"{prefix}-again"
    keyring = mongo.database(client, f"{to}_keyring")
    await restoring.begin(client, kafka_bootstrap, to, made)
    await restoring.restore(client, to, tmp_path / "b", made, lambda *_: None, quiet)
    await keyring["keys"].insert_one({"_id": "of the first attempt"})
    for left in itertools.count(1):
        try:
            await restoring.begin(BreaksOff(client, after=left), kafka_bootstrap, to, made)
        except BrokeOff:
            with pytest.raises(UnderWay):
                await restoring.must_not_be_under_way(keyring)
            continue
        break
    assert left > 1
    assert await keyring["keys"].count_documents({}) == 0
    with pytest.raises(UnderWay):
        await restoring.must_not_be_under_way(keyring)
    await restoring.restore(client, to, tmp_path / "b", made, lambda *_: None, quiet)


class BrokeOff(Exception):
    """The machine went down."""


class BreaksOff:
    """A client that is gone after so many droppings."""

    def __init__(self, client: Any, after: int) -> None:
        self._client, self._left = client, after

    async def drop_database(self, name: str) -> None:
        self._left -= 1
        await self._client.drop_database(name)
        if self._left == 0:
            raise BrokeOff

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


async def test_a_deployment_whose_prefix_goes_on_is_another_one(
    client: Any, prefix: str, tmp_path: Path, kafka_bootstrap: str
) -> None:
    """Neither is it in the way of a restore, nor is it cleared with one that broke off."""
    town, other = Town(client, prefix), mongo.database(client, f"{prefix}-again_other_left")
    async with town.busy():
        await asyncio.sleep(0.1)
        made = await take(client, prefix, tmp_path / "b")
    await other["log"].insert_one({"_id": 1})
    for _ in range(2):
        await restoring.begin(client, kafka_bootstrap, f"{prefix}-again", made)
    assert await other["log"].count_documents({}) == 1


async def test_a_topic_that_holds_something_is_not_written_over(
    client: Any, prefix: str, tmp_path: Path, kafka_bootstrap: str
) -> None:
    town = Town(client, prefix)
    async with town.busy():
        await asyncio.sleep(0.1)
        made = await take(client, prefix, tmp_path / "b")
    to = f"{prefix}-again"
    await ensure(kafka_bootstrap, [f"{to}.{call(1, 'a', 'one').topic}"], partitions=2, replicas=1)
    await restoring.begin(client, kafka_bootstrap, to, made)  # topics without a record do no harm
    await client.drop_database(f"{to}_keyring")
    producer = KafkaProducer(kafka_bootstrap, to, "tests")
    await producer.send_all([call(1, "a", "one")])
    await producer.stop()
    with pytest.raises(NotEmpty, match="Kafka"):
        await restoring.begin(client, kafka_bootstrap, to, made)


async def test_a_collection_that_nobody_decided_on_stops_the_backup(client: Any, prefix: str, tmp_path: Path) -> None:
    await mongo.database(client, f"{prefix}_left")["new-thing"].insert_one({"_id": 1})
    with pytest.raises(taking.Undecided, match="new-thing"):
        await take(client, prefix, tmp_path / "b")


async def test_what_a_deployment_with_every_gate_has_is_decided_on(client: Any, prefix: str, tmp_path: Path) -> None:
    """Forms that are signed leave the ids of requests in the service's database for a while (G-6)."""
    town, left = Town(client, prefix), mongo.database(client, f"{prefix}_left")
    await gates.prepare(Settings(form_secrets_file=tmp_path / "secrets"), left)
    async with town.busy():
        await asyncio.sleep(0.1)
        await take(client, prefix, tmp_path / "b")
    assert gates.SEEN in await left.list_collection_names()


@pytest.fixture
async def spoilt(client: Any, prefix: str, tmp_path: Path) -> Path:
    """A backup's folder."""
    town = Town(client, prefix)
    async with town.busy():
        await asyncio.sleep(0.2)
        await take(client, prefix, tmp_path / "b")
    return tmp_path / "b"


def spoil(folder: Path, how: str) -> None:
    """Do one of its files harm."""
    path = folder / "left.log.bson.gz"
    content = path.read_bytes()
    half = len(content) // 2
    match how:
        case "flipped":
            path.write_bytes(content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :])
        case "cut":
            path.write_bytes(content[:-20])
        case "missing":
            path.unlink()
        case "manifest":
            (folder / "manifest.json").write_text("{}")


@pytest.mark.parametrize("how", ["flipped", "missing", "cut", "manifest"])
async def test_a_backup_that_is_not_what_was_written_is_refused_before_anything_is(spoilt: Path, how: str) -> None:
    spoil(spoilt, how)
    with pytest.raises(BadBackup, match="Use another backup") as refused:
        restoring.checked(spoilt, quiet)
    assert "別の控え" in refused.value.ja


@pytest.mark.parametrize("how", ["one is missing", "one says something else"])
async def test_a_log_that_is_whole_and_another_is_refused(
    spoilt: Path, client: Any, prefix: str, kafka_bootstrap: str, how: str
) -> None:
    """Its checksum was made to fit: the chain still tells."""
    made = manifest.read(spoilt)
    part = made.services["left"].log
    documents = list(files.documents(spoilt, part.file))
    with files.Writer(spoilt, part.file.name) as writer:
        for number, content in enumerate(documents):
            if number != 5:
                writer.add(content)
            elif how == "one says something else":
                writer.add(encoded(decoded(content) | {"c": "another"}))
    text = (spoilt / "manifest.json").read_text()
    for old, new in zip(
        (part.file.sha256, f'"size": {part.file.size}', f'"documents": {part.file.documents}'),
        (writer.part.sha256, f'"size": {writer.part.size}', f'"documents": {writer.part.documents}'),
        strict=True,
    ):
        text = text.replace(old, new, 1)
    (spoilt / "manifest.json").write_text(text)
    made = restoring.checked(spoilt, quiet)
    await restoring.begin(client, kafka_bootstrap, f"{prefix}-again", made)
    with pytest.raises(BadBackup, match="not the one of the manifest"):
        await restoring.restore(client, f"{prefix}-again", spoilt, made, lambda *_: None, quiet)


def test_a_file_that_ends_within_a_document_is_refused(tmp_path: Path) -> None:
    with files.Writer(tmp_path, "x") as writer:
        writer.add(b"\x10\x00\x00\x00half")
    with pytest.raises(BadBackup):
        exhaust(files.documents(tmp_path, writer.part))


def exhaust(each: Iterator[bytes]) -> list[bytes]:
    return list(each)


async def test_a_shard_in_which_nothing_is_written_yet_is_restored_as_one(
    client: Any, prefix: str, tmp_path: Path, kafka_bootstrap: str
) -> None:
    """Or the service would not start, and with fewer shards would look for streams where they are not."""
    logs = [log_of(client, f"{prefix}_right", shard) for shard in range(3)]
    for log in logs:
        await log.prepare()
    await logs[0].append(Commit(id="c-1", at=AT, events=(StoredEvent("right-1", 1, "tests.told", b"{}"),)))
    made, to = await take(client, prefix, tmp_path / "b"), f"{prefix}-again"
    await restoring.begin(client, kafka_bootstrap, to, made)
    await restoring.restore(client, to, tmp_path / "b", made, lambda *_: None, quiet)
    await must_be_split_into(3, mongo.database(client, f"{to}_right"))


async def test_the_manifest_of_a_log_that_is_whole_is_as_it_always_was(
    client: Any, prefix: str, tmp_path: Path
) -> None:
    made = await take(client, prefix, tmp_path / "b")
    said = json.loads((tmp_path / "b" / manifest.NAME).read_text())
    assert all({*part} == {"log", "boxes", "parked"} for part in said["services"].values())
    assert made == manifest.read(tmp_path / "b")
