"""What is wrong is said in one line that names the remedy, and nothing stays half started."""

from __future__ import annotations

import shutil
import socket
import sys
from pathlib import Path

import pytest

from infra.local.faults import Crash, StackFault
from infra.local.ports import HOST, Ports
from infra.local.programs import Program
from tests.infra.support import stack


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StackFault, match=rf"^Port {port}, which kafka needs, is taken: .*MADOGUCHI_KAFKA_PORT"):
            stack(tmp_path, "kafka", ports=Ports(kafka=port)).start()


def test_a_port_that_is_no_port() -> None:
    with pytest.raises(StackFault, match="MADOGUCHI_SMTP_PORT must be a port number"):
        Ports.from_environment({"MADOGUCHI_SMTP_PORT": "99999"})


def test_a_program_that_does_not_stay_up(tmp_path: Path) -> None:
    broken = Program("broken", (sys.executable, "-c", "raise SystemExit('the ledger is missing')"), last=True)
    failing = stack(tmp_path, extra=[broken])
    with pytest.raises(StackFault, match=r"^broken does not stay up\.") as fault:
        failing.start()
    assert "the ledger is missing" in fault.value.detail
    with pytest.raises(StackFault, match="not started"):
        failing.pids()


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing_left = shutil.disk_usage(tmp_path)._replace(free=1 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: nothing_left)
    with pytest.raises(StackFault, match=r"has 1 MB left .* free some space"):
        stack(tmp_path, "mail").start()


@pytest.mark.parametrize(
    ("sign", "remedy"),
    [
        ("error while loading shared libraries: libcurl.so.4", "apt-get install libcurl4"),
        ("error while loading shared libraries: libssl.so.3", "apt-get install libssl3"),
        ("java.io.IOException: No space left on device", "The disk is full"),
        ("something that nobody foresaw", "The reason is in log/mongod.log"),
    ],
)
def test_a_crash_with_its_remedy(sign: str, remedy: str) -> None:
    assert remedy in str(Crash("mongod", "log/mongod.log", (sign,)).fault())
