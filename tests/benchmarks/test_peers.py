"""What is measured beside: how its programs are started, asked and ended.

Nothing needs to be installed for it; `test_installed_peers.py` is about the programs themselves.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from benchmarks.peers.postgres import NOBODY, READY_WITHIN, Postgres
from benchmarks.peers.process import Library
from infra.local.faults import StackFault
from tests.benchmarks.library_suite import LibrarySuite
from tests.benchmarks.stand_ins import Installed, library_process, server
from tests.benchmarks.stand_ins import temporary as temporary

NO_TEXT = "\ud800"
"""Can be asked for and not be stored."""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    return Installed(tmp_path, monkeypatch)


def test_postgres_runs_as_no_root_on_the_loopback_address_with_all_its_durability(
    installed: Installed, temporary: Path
) -> None:
    installed.put()
    with Postgres() as running:
        line, uids = server(running).cmdline(), server(running).uids()
        assert running.version == "18"
    assert set(uids) == {os.geteuid() or NOBODY}
    assert {"--fsync=on", "--synchronous_commit=on", "--full_page_writes=on"} <= set(line)
    assert line[line.index("-h") + 1] == "127.0.0.1"
    assert line[line.index("-k") + 1] == ""


def test_the_end_of_one_postgres_leaves_another_alone_and_nothing_of_itself(
    installed: Installed, temporary: Path
) -> None:
    installed.put()
    with Postgres() as other:
        with Postgres() as running:
            pid = server(running).pid
        assert not psutil.pid_exists(pid)
        assert server(other).is_running()
        assert len(list(temporary.iterdir())) == 1
    assert not list(temporary.iterdir())


@pytest.mark.parametrize(
    ("programs", "line", "detail"),
    [
        ({"initdb": "#!/bin/sh\necho no space >&2\nexit 1\n"}, "data folder", ("no space",)),
        ({"server": "#!/bin/sh\nexit 1\n"}, "does not start", ()),
    ],
)
def test_a_postgres_that_does_not_start_is_told_at_once_and_nothing_is_left(
    installed: Installed, temporary: Path, programs: dict[str, str], line: str, detail: tuple[str, ...]
) -> None:
    installed.put(**programs)
    begun = time.monotonic()
    with pytest.raises(StackFault, match=line) as fault, Postgres():
        pass
    assert time.monotonic() - begun < READY_WITHIN / 2
    assert fault.value.detail == detail
    assert not list(temporary.iterdir())


@pytest.fixture
def library(installed: Installed, tmp_path: Path, temporary: Path) -> Iterator[Library]:
    installed.put()
    with Library(tmp_path / "library") as library:
        library.ask("append", threads=1, seconds=0, state="{}")
        yield library


def sql(installed: Installed, statement: str) -> list[tuple[int]]:
    with closing(sqlite3.connect(installed.events)) as db, db:
        return db.execute(statement).fetchall()


class TestLibraryOnSqlite(LibrarySuite):
    """The library itself in its own process, without a PostgreSQL."""

    __test__ = True

    @pytest.fixture(autouse=True)
    def _store(self, installed: Installed) -> None:
        self.installed = installed

    def kept(self, library: Library) -> int:
        return sql(self.installed, "SELECT count(*) FROM stored_events")[0][0]


def test_an_aggregate_is_rebuilt_from_the_log_and_from_all_of_it(library: Library, installed: Installed) -> None:
    asked = {"id": library.ask("write", events=10, note="x")["id"], "events": 10, "times": 1}
    assert len(library.ask("rebuild", **asked)["seconds"]) == 1
    sql(installed, "DELETE FROM stored_events WHERE originator_version = 10")
    with pytest.raises(StackFault, match="asked to rebuild") as fault:
        library.ask("rebuild", **asked)
    assert fault.value.detail[-1] == "AssertionError: all events were applied"


def test_an_error_of_one_of_its_threads_is_raised_here_with_its_message(library: Library) -> None:
    with pytest.raises(StackFault, match="ended with 1 when it was asked to append") as fault:
        library.ask("append", threads=2, seconds=0.1, state=NO_TEXT)
    assert fault.value.detail[-1].startswith("UnicodeEncodeError: ")


def test_that_it_has_died_is_told_however_often_it_is_asked(library: Library) -> None:
    library_process().kill()
    for _ in range(2):
        with pytest.raises(StackFault, match="ended with -9 when it was asked to write"):
            library.ask("write", events=1, note="x")


def test_the_library_and_its_postgres_end_together(installed: Installed, tmp_path: Path, temporary: Path) -> None:
    installed.put()
    with Library(tmp_path / "library") as library:
        processes = library_process(), server(library.postgres)
    assert not any(each.is_running() for each in processes)
    assert not list(temporary.iterdir())
