"""`madoguchi backup` and `keys`: one clear line where something is wrong, before anything is done."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kernel import masterkeys
from madoguchi import recovery
from madoguchi.addresses import Deployment
from madoguchi.cli import app


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place with a file of master keys, and nothing that answers."""
    masterkeys.write(tmp_path / "master.key", masterkeys.MasterKeys.fresh())
    for name, value in {
        "MADOGUCHI_MASTER_KEY_FILE": tmp_path / "master.key",
        "MADOGUCHI_BACKUP_FOLDER": tmp_path / "backups",
        "MADOGUCHI_KEY_BACKUP_FOLDER": tmp_path / "keys",
        "MADOGUCHI_MONGO": "mongodb://127.0.0.1:9/?replicaSet=none&serverSelectionTimeoutMS=200",
    }.items():
        monkeypatch.setenv(name, str(value))
    return tmp_path


def told(*words: str) -> tuple[int, str]:
    ended = CliRunner().invoke(app, words)
    return ended.exit_code, ended.output


def test_a_folder_that_is_no_backup_is_said_to_be_none(here: Path) -> None:
    for command in ("check", "show", "restore"):
        code, said = told("backup", command, str(here / "none"))
        assert (code, "manifest.json" in said, "G-8" in said) == (1, True, True), said


@pytest.mark.parametrize("keys", [".", "backups", "backups/keys", "other/../backups/keys"])
async def test_keys_are_not_kept_with_what_they_open(here: Path, keys: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_KEY_BACKUP_FOLDER", str(here / keys))
    with pytest.raises(recovery.Together):
        await recovery.take(Deployment(), datetime.now(UTC), lambda *_: None)


def test_a_key_file_that_cannot_be_used_is_named_with_its_remedy(here: Path) -> None:
    (here / "master.key").write_text("{}")
    code, said = told("keys", "show")
    assert (code, "マスター鍵のファイルを読み取れません" in said) == (1, True), said
    (here / "master.key").unlink()
    code, said = told("keys", "rotate")
    assert (code, "MADOGUCHI_MASTER_KEY_FILE" in said) == (1, True), said


def test_a_key_file_that_cannot_be_written_is_said_so(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mounted Secret is for reading alone."""

    def refused(path: Path, keys: masterkeys.MasterKeys) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(masterkeys, "write", refused)
    code, said = told("keys", "new")
    assert (code, "書き込めません" in said, "MADOGUCHI_MASTER_KEY_FILE" in said) == (1, True, True), said


def test_a_former_key_stays_while_a_service_does_not_wrap_by_the_new_one(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was started anew with the file of before, say: what it seals next would be lost."""
    before = masterkeys.read(here / "master.key")
    masterkeys.write(here / "master.key", turned := before.announced().turned())
    said_by = {"notify": before.current}

    def ask(name: str, path: str) -> dict[str, str]:
        return {"current": said_by.get(name, turned.current)}

    async def none_left(keys: masterkeys.MasterKeys) -> int:
        return 0

    monkeypatch.setattr("madoguchi.cli.keys.ask", ask)
    monkeypatch.setattr("madoguchi.cli.keys._left", none_left)
    code, said = told("keys", "retire")
    assert (code, "notify" in said, "intake" in said) == (1, True, False), said
    assert masterkeys.read(here / "master.key") == turned
    said_by.clear()
    ended = CliRunner().invoke(app, ["keys", "retire"], input="y\n")
    assert (ended.exit_code, masterkeys.read(here / "master.key")) == (0, turned.alone()), ended.output


def test_there_is_nothing_to_rotate_to_without_a_new_key(here: Path) -> None:
    before = (here / "master.key").read_bytes()
    for words in (("keys", "rotate"), ("keys", "retire")):
        assert told(*words)[0] == 1
    assert (here / "master.key").read_bytes() == before


def test_a_database_that_does_not_answer_leaves_no_half_backup(here: Path) -> None:
    code, said = told("backup", "take")
    assert (code, "MADOGUCHI_MONGO" in said) == (1, True), said
    assert [each for each in (here / "backups").iterdir() if not each.name.startswith(".")] == []
    assert list((here / "keys").iterdir()) == []
