"""The file of master keys: what it may hold, and that another one in its place is noticed without a restart."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kernel.masterkeys import BadKeyFile, KeyFile, MasterKeys, key_id, read, write

OLD = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "master.key"
    made.write_bytes(OLD)
    return made


def test_a_bare_key_is_one_master_key(path: Path) -> None:
    assert read(path) == MasterKeys.of(OLD)


def test_a_rotation_goes_by_steps_and_keyed_hashes_stay(path: Path) -> None:
    before = read(path)
    announced = before.announced()
    assert (announced.current, announced.former) == (key_id(OLD), [])
    assert announced.announced() == announced
    turned = announced.turned()
    assert turned.current == announced.coming != key_id(OLD)
    assert turned.former == [key_id(OLD)]
    assert turned.turned() == turned
    alone = turned.alone()
    assert [*alone.keys] == [turned.current]
    write(path, alone)
    assert read(path) == alone
    assert len({each.derived("a") for each in (before, announced, turned, alone, read(path))}) == 1
    assert alone.derived("a") != alone.derived("b")


def test_a_new_deployment_hashes_with_a_secret_of_its_own() -> None:
    keys = MasterKeys.fresh()
    assert keys.hashing not in keys.keys.values()


def test_the_file_is_for_its_owner_alone_and_keeps_the_mode_it_had(path: Path, tmp_path: Path) -> None:
    write(tmp_path / "new.key", MasterKeys.fresh())
    assert (tmp_path / "new.key").stat().st_mode & 0o777 == 0o600
    path.chmod(0o440)
    write(path, MasterKeys.fresh())
    assert path.stat().st_mode & 0o777 == 0o440
    assert sorted(each.name for each in tmp_path.iterdir()) == ["master.key", "new.key"]


def test_another_file_is_noticed_at_the_next_look(path: Path) -> None:
    file = KeyFile(path)
    assert file.now() == MasterKeys.of(OLD)
    announced = file.now().announced()
    write(path, announced)
    assert file.now() == announced


def test_a_file_that_cannot_be_used_leaves_the_keys_as_they_were(path: Path) -> None:
    file = KeyFile(path)
    path.write_bytes(b"half a fi")
    assert file.now() == MasterKeys.of(OLD)
    path.unlink()
    assert file.now() == MasterKeys.of(OLD)
    write(path, MasterKeys.of(OLD).announced())
    assert file.now().coming is not None


@pytest.mark.parametrize("content", [b"", b"short", os.urandom(33), b"{}", b"[]", b'{"keys": 1}'])
def test_nonsense_is_refused_without_showing_it(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(BadKeyFile, match="32 bytes") as bad:
        read(path)
    assert bad.value.ja


@pytest.mark.parametrize("old", ["current", "coming"])
def test_names_must_agree_with_keys(path: Path, old: str) -> None:
    made = MasterKeys.of(OLD).announced()
    write(path, made)
    path.write_text(path.read_text().replace(f'"{old}": "mk-', f'"{old}": "mk-0', 1))
    with pytest.raises(BadKeyFile, match="do not agree"):
        read(path)
    write(path, made)
    path.write_text(path.read_text().replace(f'"{key_id(OLD)}": "', '"mk-000000000000": "', 1))
    with pytest.raises(BadKeyFile, match="do not agree"):
        read(path)
