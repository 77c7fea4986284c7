"""The environment of what is measured beside: what is locked and nothing else, made once for each lock."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from benchmarks.peers import environment
from infra.local.faults import StackFault
from tests.benchmarks.stand_ins import Installed


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(environment, "LOCK", tmp_path / "requirements.txt")
    return tmp_path / "requirements.txt"


def wheel(folder: Path) -> Path:
    """A package of its own that pip installs from a file, without any registry."""
    made = folder / "lone_peer-1-py3-none-any.whl"
    with ZipFile(made, "w") as packed:
        packed.writestr("lone_peer.py", "NAME = 'lone'\n")
        packed.writestr("lone_peer-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: lone-peer\nVersion: 1\n")
        packed.writestr("lone_peer-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr("lone_peer-1.dist-info/RECORD", "")
    return made


def test_what_is_locked_without_a_hash_is_refused_and_with_it_installed(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path / "peers")
    monkeypatch.setattr(environment, "STAMP", tmp_path / "peers" / ".packages-from")
    package = wheel(tmp_path)
    lock.write_text(f"lone-peer @ {package.as_uri()}\n")
    with pytest.raises(StackFault, match="cannot be installed") as fault:
        environment.python()
    assert "--require-hashes" in " ".join(fault.value.detail)
    assert not list(tmp_path.glob("peers/lib/*/site-packages/lone_peer.py"))
    _take_it_for_the_next(environment.VENV.rename(tmp_path / "bare"), monkeypatch)
    lock.write_text(
        f"lone-peer @ {package.as_uri()} --hash=sha256:{hashlib.sha256(package.read_bytes()).hexdigest()}\n"
    )
    said = subprocess.check_output((environment.python(), "-c", "import lone_peer; print(lone_peer.__file__)"))
    assert Path(said.decode().strip()) == environment.packages() / "lone_peer.py"


def _take_it_for_the_next(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To make one from nothing takes seconds."""
    run = environment._run

    def quickly(*command: str) -> None:
        if "venv" in command:
            bare.rename(environment.VENV)
        else:
            run(*command)

    monkeypatch.setattr(environment, "_run", quickly)


def test_the_environment_is_made_once_for_each_lock_and_interpreter(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = Installed(tmp_path, monkeypatch)
    lock.write_text("a==1\n")
    environment.python()
    assert str(lock) in installed.commands[-1]
    left = installed.venv / "left"
    left.touch()
    assert environment.python() == installed.venv / "bin" / "python"
    assert left.exists()
    lock.write_text("a==2\n")
    environment.python()
    assert not left.exists()
    monkeypatch.setattr(sys, "version", "another")
    environment.python()
    assert len(installed.commands) == 3 * 2


def test_an_environment_that_was_not_made_to_its_end_is_made_anew(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = Installed(tmp_path, monkeypatch)
    lock.write_text("a==1\n")
    installed.breaks = True
    for begun in (1, 2):
        with pytest.raises(StackFault):
            environment.python()
        assert len(installed.commands) == begun
    installed.breaks = False
    environment.python().unlink()
    environment.python()
    assert len(installed.commands) == 2 + 2 * 2
