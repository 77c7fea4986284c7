"""Prometheus is found, or brought, or it is said in one line what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from infra.local.faults import StackFault
from infra.local.prometheus import REMEDY, Watched, brought, found, prepare

QUIET = Console(quiet=True)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path of commands that holds nothing yet."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def command(folder: Path, name: str, script: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def test_what_is_on_the_path_is_taken_before_what_was_brought(path: Path, tmp_path: Path) -> None:
    assert found(tmp_path) is None
    own = [command(tmp_path / "usr" / "bin", name) for name in ("prometheus", "promtool")]
    there = found(tmp_path)
    assert there is not None
    assert [there.prometheus, there.promtool] == own
    command(path, "prometheus")
    assert found(tmp_path) == there, "one of the two alone is not enough"
    command(path, "promtool")
    assert brought(tmp_path, QUIET).prometheus == path / "prometheus"


def test_where_there_is_no_apt_it_is_said_what_to_do(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StackFault, match="neither is apt-get") as fault:
        brought(tmp_path / "prometheus", QUIET)
    assert REMEDY in str(fault.value)


def test_what_apt_says_is_shown(path: Path, tmp_path: Path) -> None:
    command(path, "apt-get", "echo E: no network; exit 100")
    command(path, "dpkg-deb")
    with pytest.raises(StackFault, match="cannot be brought by apt-get") as fault:
        brought(tmp_path / "prometheus", QUIET)
    assert fault.value.detail == ("E: no network",)


def test_a_package_without_the_programs_is_noticed(path: Path, tmp_path: Path) -> None:
    command(path, "apt-get")
    command(path, "dpkg-deb")
    with pytest.raises(StackFault, match="holds no promtool"):
        brought(tmp_path / "prometheus", QUIET)


def test_the_package_is_unpacked_where_it_is_looked_for(path: Path, tmp_path: Path) -> None:
    command(path, "apt-get", '[ "$5" != download ] && [ "$4" != download ] || : > prometheus_2_amd64.deb')
    unpack = "/bin/mkdir -p usr/bin && for n in prometheus promtool; do : > usr/bin/$n; /bin/chmod +x usr/bin/$n; done"
    command(path, "dpkg-deb", unpack)
    assert brought(tmp_path / "prometheus", QUIET).promtool == tmp_path / "prometheus" / "usr" / "bin" / "promtool"
    assert not list((tmp_path / "prometheus").glob("*.deb"))


def test_a_local_one_listens_on_the_loopback_address_alone(tmp_path: Path) -> None:
    program = prepare(Path("prometheus"), 9999, tmp_path, Watched([("127.0.0.1:8101", "intake")], "1s", []))
    assert "--web.listen-address=127.0.0.1:9999" in program.command
