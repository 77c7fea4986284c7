"""Real programs in the place of those that `make bench` installs, so that a fresh clone tests what handles them."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from benchmarks.peers import environment
from benchmarks.peers.postgres import PACKAGE, Postgres
from infra.local.faults import StackFault
from infra.local.programs import PROJECT

INITDB = '#!/bin/sh\necho 18 > "$2/PG_VERSION"\n'
POSTGRES = """#!/bin/sh
trap 'exit 0' INT
trap '' TERM # a PostgreSQL waits for its clients then
echo "$$ ready" > "$2/postmaster.pid"
left=1200
while [ $((left -= 1)) -gt 0 ]; do sleep 0.05; done
"""
LIBRARY = """#!{python}
import sys
sys.path.insert(0, {project!r})
from eventsourcing.application import Application
from benchmarks.peers import library
kept = {{"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": {file!r}}}
library.application = lambda port, user: Application(env=kept)
del sys.argv[:2]  # -m and the name of the module
library.main()
"""


class Installed:
    """An environment that counts as made from the lock; ``commands`` are those that would have made it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.venv, self.events = folder / "peers", folder / "events.sqlite"
        self.programs = self.venv / "lib" / "python3" / "site-packages" / PACKAGE / "pginstall18" / "bin"
        self.commands: list[tuple[str, ...]] = []
        self.breaks = False
        monkeypatch.setattr(environment, "VENV", self.venv)
        monkeypatch.setattr(environment, "STAMP", self.venv / ".packages-from")
        monkeypatch.setattr(environment, "_run", self._run)

    def put(self, initdb: str = INITDB, server: str = POSTGRES) -> None:
        """The programs, and the library on SQLite."""
        environment.python()
        self.programs.mkdir(parents=True)
        (self.programs.parents[2] / f"{PACKAGE}.libs").mkdir()
        self._program(self.programs / "initdb", initdb)
        self._program(self.programs / "postgres", server)
        text = LIBRARY.format(python=sys.executable, project=str(PROJECT), file=str(self.events))
        self._program(self.venv / "bin" / "python", text)

    def _run(self, *command: str) -> None:
        self.commands.append(command)
        if self.breaks:
            raise StackFault("It breaks.")
        self._program(self.venv / "bin" / "python", "")

    @staticmethod
    def _program(path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary folders are made; unlike pytest's own, whoever runs PostgreSQL may enter it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def server(of: Postgres) -> psutil.Process:
    """Its own process."""
    return _started("-D", str(of.port))


def library_process() -> psutil.Process:
    """In which the library is."""
    return _started("-m", "benchmarks.peers.library")


def _started(*words: str) -> psutil.Process:
    children = psutil.Process().children()
    (found,) = [child for child in children if {*words} <= {*child.as_dict(["cmdline"], [])["cmdline"]}]
    return found
