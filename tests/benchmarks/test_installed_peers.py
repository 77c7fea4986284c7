"""PostgreSQL, and the library on it: the very programs that are measured beside, installed where they are not yet."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from benchmarks.peers import environment
from benchmarks.peers.postgres import PACKAGE, USER, Postgres
from benchmarks.peers.process import Library
from infra.local.faults import StackFault
from infra.local.ports import HOST
from infra.local.programs import PROJECT
from tests.benchmarks.library_suite import LibrarySuite
from tests.benchmarks.stand_ins import server
from tests.benchmarks.stand_ins import temporary as temporary
from tests.infra.support import until


def psql(port: int, *arguments: str) -> tuple[str, ...]:
    programs = max((environment.packages() / PACKAGE).glob("pginstall*/bin"))
    return (str(programs / "psql"), "-h", HOST, "-p", str(port), "-U", USER, "-d", "postgres", "-At", *arguments)


def select(port: int, statement: str) -> str:
    return subprocess.check_output(psql(port, "-c", statement), text=True).strip()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("library")) as library:
        library.ask("append", threads=1, seconds=0, state="{}")
        yield library


@pytest.fixture
def running(library: Library) -> Postgres:
    return library.postgres


def test_postgres_answers_as_its_version_says_with_the_durability_that_is_told(running: Postgres) -> None:
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        assert select(running.port, f"SHOW {name}") == "on"
    assert select(running.port, "SHOW server_version").split(".")[0] == running.version


def test_postgres_listens_on_the_loopback_address_alone(running: Postgres) -> None:
    listening = [each for each in server(running).net_connections("all") if each.status == psutil.CONN_LISTEN]
    assert [each.laddr for each in listening] == [(HOST, running.port)]
    assert select(running.port, "SHOW unix_socket_directories") == ""


def test_postgres_is_stopped_at_once_though_somebody_is_still_connected(temporary: Path) -> None:
    with Postgres() as running:
        process = server(running)
        asking = subprocess.Popen(psql(running.port, "-c", "SELECT pg_sleep(60)"), stderr=subprocess.PIPE, text=True)
        until(lambda: select(running.port, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == "1")
    assert "administrator command" in asking.communicate(timeout=10)[1], "it was told, not cut off"
    assert not process.is_running()
    assert not list(temporary.iterdir())


def test_a_port_on_which_somebody_else_listens_is_not_taken_for_postgres(temporary: Path) -> None:
    refused = Postgres()
    with (
        socket.create_server((HOST, refused.port)),
        pytest.raises(StackFault, match="PostgreSQL does not start"),
        refused,
    ):
        pass
    assert not list(temporary.iterdir())


def test_postgres_ends_with_a_benchmark_that_is_killed(temporary: Path) -> None:
    script = "from benchmarks.peers.postgres import Postgres\nwith Postgres(): print(flush=True) or input()"
    command = (sys.executable, "-c", script)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT, env=os.environ | {"TMPDIR": str(temporary)}
    ) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        (process,) = psutil.Process(parent.pid).children()
        parent.kill()
    until(lambda: not process.is_running())


class TestLibraryOnPostgres(LibrarySuite):
    """As it is measured."""

    __test__ = True

    def kept(self, library: Library) -> int:
        return int(select(library.postgres.port, "SELECT count(*) FROM application_events"))
