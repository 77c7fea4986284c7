"""The file of master keys: what it may hold, and that another one in its place is noticed without a restart."""

from __future__ import annotations

import json
import os
from pathlib import Path
from stat import S_ISDIR

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


def test_a_file_whose_reading_fails_once_is_looked_at_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, coming, reads = KeyFile(path), MasterKeys.of(OLD).announced(), Path.read_bytes
    write(path, coming)

    def refused(self: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert file.now() == MasterKeys.of(OLD)
    monkeypatch.setattr(Path, "read_bytes", reads)
    assert file.now() == coming


def test_where_the_file_is_a_link_what_it_leads_to_is_written(path: Path, tmp_path: Path) -> None:
    """Services may know it by the other name."""
    (tmp_path / "link").symlink_to(path)
    write(tmp_path / "link", made := MasterKeys.fresh())
    assert (read(path), (tmp_path / "link").is_symlink()) == (made, True)


def test_the_file_stays_its_owners(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else services could not read it after a rotation that root did."""
    given, owner = list[tuple[int, int]](), path.stat()
    monkeypatch.setattr(os, "fchown", lambda file, user, group: given.append((user, group)))
    write(path, MasterKeys.fresh())
    assert given == [(owner.st_uid, owner.st_gid)]

    def refused(file: int, user: int, group: int) -> None:
        raise PermissionError

    before = path.read_bytes()
    monkeypatch.setattr(os, "fchown", refused)
    with pytest.raises(PermissionError):
        write(path, MasterKeys.fresh())
    assert path.read_bytes() == before


def test_it_is_on_the_disk_by_its_name_before_anything_is_wrapped_by_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loss of power must not put the file of before back, when the key ring is wrapped anew already."""
    done, sync, rename = list[str](), os.fsync, Path.replace

    def synced(file: int) -> None:
        done.append("folder" if S_ISDIR(os.fstat(file).st_mode) else "file")
        sync(file)

    def renamed(self: Path, to: Path) -> Path:
        done.append("renamed")
        return rename(self, to)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    write(path, MasterKeys.fresh())
    assert done == ["file", "renamed", "folder"]


@pytest.mark.parametrize("secret", ["", "AAAA"])
def test_a_secret_of_hashes_that_was_cut_short_is_refused(path: Path, secret: str) -> None:
    write(path, MasterKeys.fresh())
    path.write_text(json.dumps(json.loads(path.read_text()) | {"hashing": secret}))
    with pytest.raises(BadKeyFile, match="32 bytes"):
        read(path)


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
