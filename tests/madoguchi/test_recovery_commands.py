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
