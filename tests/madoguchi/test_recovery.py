"""Backup and restore as the command line does them, on a real MongoDB and Kafka that hold next to nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kernel import masterkeys, mongo
from kernel.backup import keyring, taking
from kernel.backup.chain import LogChain
from kernel.backup.files import BadBackup, Writer, documents
from kernel.backup.manifest import read
from kernel.log import Commit, StoredEvent
from kernel.masterkeys import KeyFile, MasterKeys
from kernel.mongolog import MongoLog
from kernel.vault import Vault
from madoguchi import recovery
from madoguchi.addresses import SERVICES, Deployment
from tests.kernel.commits import AT

pytestmark = [pytest.mark.clause("G-8"), pytest.mark.timeout(180)]
NOW = datetime(2027, 4, 1, tzinfo=UTC)


def quiet(what: str, done: int, total: int) -> None:
    """Nobody looks."""


@pytest.fixture
async def town(mongo_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Deployment]:
    """A deployment of which one service has said two things, and that has one key."""
    prefix, client = f"recovered{uuid4().hex[:8]}", mongo.connect(mongo_url)
    made = Deployment(
        mongo=mongo_url, kafka=kafka_bootstrap, prefix=prefix, master_key_file=tmp_path / "master.key",
        backup_folder=tmp_path / "backups", key_backup_folder=tmp_path / "keys",
    )  # fmt: skip
    masterkeys.write(made.master_key_file, MasterKeys.fresh())
    log = MongoLog(mongo.database(client, f"{prefix}_intake"))
    await log.prepare()
    for number in (1, 2):
        event = StoredEvent(f"told-{number}", 1, "tests.told", b"{}")
        await log.append(Commit(id=event.stream, at=AT, events=(event,)))
    ring = mongo.database(client, f"{prefix}_keyring")["keys"]
    await Vault(ring, KeyFile(made.master_key_file), ["personal"]).sealer("ann")
    yield made
    for name in await client.list_database_names():
        if name.startswith(prefix):
            await client.drop_database(name)
    client.close()


async def emptied(town: Deployment) -> None:
    client = mongo.connect(town.mongo)
    for name in (*SERVICES, "keyring"):
        await client.drop_database(f"{town.prefix}_{name}")
    client.close()


async def restored(town: Deployment, taken: recovery.Taken) -> recovery.Restored:
    return await recovery.restore(town, taken.folder, taken.keys, NOW, quiet)


def forge(folder: Path) -> None:
    """Leave the last commit of a log out, and make size, checksum, count and chain of the manifest fit."""
    made = read(folder)
    part = made.services["intake"].log
    chain, kept = LogChain(), [*documents(folder, part.file)][:-1]
    with Writer(folder, part.file.name) as writer:
        for content in kept:
            chain.add(taking.commit_of(content))
            writer.add(content)
    said: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    file = {"name": part.file.name, "sha256": writer.part.sha256, "size": writer.part.size, "documents": 1}
    told = {"file": file, "upto": 1, "commits": 1, "events": 1, "digest": chain.digest}
    said["services"]["intake"]["log"] = told
    (folder / "manifest.json").write_text(json.dumps(said))


async def test_a_manifest_that_was_made_to_fit_is_refused_before_anything_is_written(town: Deployment) -> None:
    """Whoever may write to the folder could else take an erasure, or an invoice, out of a log."""
    taken = await recovery.take(town, NOW, quiet)
    assert (await check(taken, town)).upto == 2
    forge(taken.folder)
    await emptied(town)
    with pytest.raises(BadBackup, match="manifest") as refused:
        await restored(town, taken)
    assert "目録" in refused.value.ja
    client = mongo.connect(town.mongo)
    assert [each for each in await client.list_database_names() if each.startswith(town.prefix)] == []
    client.close()


async def check(taken: recovery.Taken, town: Deployment) -> Any:
    return recovery.checked(town, taken.folder, quiet).services["intake"].log


async def test_it_comes_back_also_after_the_master_key_was_changed(town: Deployment) -> None:
    """The manifest is proved by what no rotation changes."""
    keys = masterkeys.read(town.master_key_file)
    taken = await recovery.take(town, NOW, quiet)
    masterkeys.write(town.master_key_file, keys.announced().turned())
    await emptied(town)
    done = await restored(town, taken)
    assert (done.manifest, done.lost, done.held) == (taken.manifest, 0, 0)


@pytest.mark.parametrize("by", [timedelta(days=-1), timedelta(days=1)])
async def test_a_key_ring_of_another_backup_is_taken_if_it_is_newer_and_else_by_word_alone(
    town: Deployment, by: timedelta
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    taken, other = await recovery.take(town, now, quiet), await recovery.take(town, now + by, quiet)
    assert taken.manifest.made_at - now < timedelta(minutes=1)
    await emptied(town)
    if by < timedelta(0):
        with pytest.raises(recovery.Older):
            await recovery.restore(town, taken.folder, other.keys, now, quiet)
        done = await recovery.restore(town, taken.folder, other.keys, now, quiet, older_keys=True)
    else:
        done = await recovery.restore(town, taken.folder, other.keys, now, quiet)
    assert (done.manifest, done.head) == (taken.manifest, other.head)


async def test_hashes_that_derive_from_another_secret_are_noticed(town: Deployment) -> None:
    """The right master keys beside a wrong secret of the hashes: organisations would not be known again."""
    taken, keys = await recovery.take(town, NOW, quiet), masterkeys.read(town.master_key_file)
    masterkeys.write(town.master_key_file, MasterKeys(keys.current, keys.keys, bytes(32)))
    await emptied(town)
    with pytest.raises(BadBackup, match="manifest"):
        await restored(town, taken)


async def test_a_rotation_that_goes_by_while_logs_are_copied_does_no_harm(town: Deployment) -> None:
    keys = masterkeys.read(town.master_key_file).announced().turned()

    def rotates(what: str, done: int, total: int) -> None:
        masterkeys.write(town.master_key_file, keys)

    taken = await recovery.take(town, NOW, rotates)
    assert taken.head.master == keys.current


async def test_it_is_for_its_owner_alone(town: Deployment) -> None:
    """What is sealed is; who has sent how much when is in the logs all the same."""
    taken = await recovery.take(town, NOW, quiet)
    assert [path.stat().st_mode & 0o077 for path in (taken.folder, taken.keys, taken.keys.parent)] == [0, 0, 0]


@pytest.mark.clause("G-7")
async def test_an_expired_key_ring_goes_also_where_the_backup_fails(town: Deployment) -> None:
    taken = await recovery.take(town, NOW, quiet)
    later = NOW + timedelta(days=town.key_backup_days)
    client = mongo.connect(town.mongo)
    await mongo.database(client, f"{town.prefix}_intake")["new-thing"].insert_one({"_id": 1})
    client.close()
    with pytest.raises(taking.Undecided):
        await recovery.take(town, later, quiet)
    assert not taken.keys.exists()
    with pytest.raises(BadBackup):
        keyring.head_of(taken.keys)


async def test_a_second_one_of_the_same_second_is_said_to_be_that(town: Deployment) -> None:
    await recovery.take(town, NOW, quiet)
    with pytest.raises(recovery.SameMoment) as refused:
        await recovery.take(town, NOW, quiet)
    assert "もう一度" in refused.value.ja
