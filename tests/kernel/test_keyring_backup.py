"""The key ring's backup: apart, sealed by the master key, with a day; and what was erased does not come back by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kernel import mongo
from kernel.backup import keyring
from kernel.backup.files import BadBackup, keep
from kernel.backup.keyring import Expired, Head
from kernel.backup.restoring import fill_keyring, renew_lost
from kernel.ciphers import seal
from kernel.masterkeys import Fixed, MasterKeys
from kernel.sealing import NotSealed, Personal
from kernel.vault import ERASED, Erased, Vault

pytestmark = pytest.mark.clause("G-7")
MADE = datetime(2027, 4, 1, tzinfo=UTC)
EXPIRES = MADE + timedelta(days=30)
MASTERS = MasterKeys.fresh()


def vault(keys: Any) -> Vault:
    return Vault(keys, Fixed(MASTERS), ["personal"])


async def sealed(keys: Any, subject: str) -> Personal:
    made = (await vault(keys).sealer(subject)).personal("name", f"name of {subject}")
    return Personal(seal(made, "book/1"))


async def copy(db: Any, path: Path, masters: MasterKeys = MASTERS) -> Head:
    return await keyring.take(db["keys"], masters, path, backup="b-1", prefix="p", made_at=MADE, expires_at=EXPIRES)


def read(path: Path) -> bytes:
    return path.read_bytes()


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / f"one{keyring.ENDING}"


async def test_it_holds_nothing_that_can_be_read_and_is_for_its_owner_alone(db: Any, path: Path) -> None:
    await sealed(db["keys"], "secondee-ann")
    document = await db["keys"].find_one({"_id": "secondee-ann"})
    head = await copy(db, path)
    assert keyring.head_of(path) == head
    assert (head.keys, head.master) == (1, MASTERS.current)
    content = read(path)
    assert b"secondee-ann" not in content
    assert bytes(document["wrapped"]) not in content
    assert mode(path) == 0o600
    assert keyring.opened(path, MASTERS, MADE) == [document]


async def test_past_its_day_it_is_refused_whatever_its_head_says(db: Any, path: Path) -> None:
    await sealed(db["keys"], "ann")
    await copy(db, path)
    last = EXPIRES - timedelta(milliseconds=1)
    assert keyring.opened(path, MASTERS, last)
    with pytest.raises(Expired) as refused:
        keyring.opened(path, MASTERS, EXPIRES)
    assert (refused.value.clause, "期限" in refused.value.ja) == ("G-7", True)
    write(path, read(path).replace(b"2027-05-01", b"2099-05-01", 1))
    assert keyring.head_of(path).expires_at.year == 2099
    with pytest.raises(BadBackup):
        keyring.opened(path, MASTERS, EXPIRES)


async def test_those_past_their_day_are_found_and_destroyed(db: Any, tmp_path: Path) -> None:
    old, new = tmp_path / "old.keyring", tmp_path / "new.keyring"
    await copy(db, old)
    head = await keyring.take(
        db["keys"], MASTERS, new, backup="b-2", prefix="p", made_at=MADE, expires_at=EXPIRES + timedelta(days=1)
    )
    assert keyring.discard_expired(tmp_path, EXPIRES - timedelta(milliseconds=1)).gone == ()
    assert keyring.discard_expired(tmp_path, EXPIRES).gone == (old.name,)
    assert names(tmp_path) == ["new.keyring"]
    assert keyring.discard_expired(tmp_path, head.expires_at) == keyring.Discarded((new.name,), ())


async def test_it_opens_with_the_master_key_that_sealed_it_and_with_no_other(db: Any, path: Path) -> None:
    await sealed(db["keys"], "ann")
    await copy(db, path)
    turned = MASTERS.announced().turned()
    assert keyring.opened(path, turned, MADE)
    with pytest.raises(BadBackup, match=MASTERS.current):
        keyring.opened(path, turned.alone(), MADE)


async def test_one_that_was_taken_within_a_rotation_is_refused_once_that_is_over(db: Any, path: Path) -> None:
    """Its head names the new master key, and some keys in it are still wrapped by the former one."""
    await sealed(db["keys"], "ann")
    turned = MASTERS.announced().turned()
    await copy(db, path, turned)
    assert keyring.opened(path, turned, MADE)
    with pytest.raises(BadBackup, match=MASTERS.current) as refused:
        keyring.opened(path, turned.alone(), MADE)
    assert "1個" in refused.value.ja


async def test_a_file_that_cannot_be_read_or_is_only_a_link_does_not_keep_the_others(db: Any, tmp_path: Path) -> None:
    """What is past its day is destroyed all the same, and what a link leads to is nobody's to overwrite."""
    far, folder = tmp_path / "far", tmp_path / "keys"
    folder.mkdir()
    await copy(db, far)
    (folder / "a.keyring").write_bytes(b"damaged")
    (folder / "b.keyring").symlink_to(far)
    await copy(db, folder / "c.keyring")
    (folder / ".d.keyring.part").write_bytes(b"of a backup that broke off")
    before = read(far)
    done = keyring.discard_expired(folder, EXPIRES)
    assert (done.gone, done.left) == ((".d.keyring.part", "c.keyring"), ("a.keyring", "b.keyring"))
    assert names(folder) == ["a.keyring", "b.keyring"]
    assert read(far) == before


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """A file of before, whoever made it, neither lends its mode nor leads elsewhere."""
    (tmp_path / "elsewhere").write_bytes(b"kept")
    (tmp_path / ".one.part").symlink_to(tmp_path / "elsewhere")
    keep(tmp_path / "one", b"new", mode=0o600)
    assert [read(tmp_path / name) for name in ("elsewhere", "one")] == [b"kept", b"new"]
    assert mode(tmp_path / "one") == 0o600


@pytest.mark.parametrize("moment", ["2099-01-01T00:00:00", "never"])
async def test_a_head_whose_moments_make_no_sense_is_none(db: Any, path: Path, moment: str) -> None:
    await copy(db, path)
    write(path, read(path).replace(b"2027-05-01T00:00:00Z", moment.encode(), 1))
    with pytest.raises(BadBackup, match="no key ring"):
        keyring.opened(path, MASTERS, MADE)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"backup": 1}\nxx', b'{"backup": "\xff"}\n'])
def test_another_file_is_none(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(BadBackup, match="no key ring"):
        keyring.opened(path, MASTERS, MADE)


async def test_what_the_restored_log_says_is_erased_does_not_come_back_by_an_older_key_ring(
    db: Any, path: Path, mongo_url: str
) -> None:
    values = {name: await sealed(db["keys"], name) for name in ("ann", "bob", "cid")}
    await vault(db["keys"]).erase("cid", at=MADE)
    await copy(db, path)
    await vault(db["keys"]).erase("ann", at=MADE + timedelta(days=1))  # after the copy: its key is in it
    at, prefix = MADE + timedelta(days=2), f"again{uuid4().hex[:8]}"
    client = mongo.connect(mongo_url)
    try:
        held = await fill_keyring(client, prefix, keyring.opened(path, MASTERS, at), ["ann", "cid", "dan"], at)
        keys = mongo.database(client, f"{prefix}_keyring")["keys"]
        assert held == 1
        again = vault(keys)
        assert await again.open(values["bob"]) == "name of bob"
        for gone in ("ann", "cid", "dan"):
            with pytest.raises(Erased):
                await again.sealer(gone)
        assert await keys.find_one({"_id": "cid"}) == {"_id": "cid", "erased_at": MADE}
        assert await keys.find_one({"_id": "ann"}) == {"_id": "ann", "erased_at": at}
        with pytest.raises(Erased):
            await again.open(values["ann"])
    finally:
        await client.drop_database(f"{prefix}_keyring")
        client.close()


async def test_a_key_that_no_backup_has_is_renewed_and_what_it_sealed_reads_as_erased(
    db: Any, path: Path, mongo_url: str
) -> None:
    await sealed(db["keys"], "ann")
    await copy(db, path)
    later, prefix = await sealed(db["keys"], "bob"), f"again{uuid4().hex[:8]}"
    raw = await vault(db["keys"]).enclose("bob", "paper", b"bytes")
    client = mongo.connect(mongo_url)
    try:
        await fill_keyring(client, prefix, keyring.opened(path, MASTERS, MADE), [], MADE)
        await renew_lost(client, prefix, MASTERS, ["bob"], MADE)
        keys = mongo.database(client, f"{prefix}_keyring")["keys"]
        assert await vault(keys).shown([later, await sealed(keys, "bob")]) == [ERASED, "name of bob"]
        with pytest.raises(Erased):
            await vault(keys).disclose("bob", "paper", raw)
        await keys.update_one({"_id": "bob"}, {"$unset": {"lost_at": ""}})
        with pytest.raises(NotSealed):  # without that mark it is a mistake
            await vault(keys).open(later)
    finally:
        await client.drop_database(f"{prefix}_keyring")
        client.close()
