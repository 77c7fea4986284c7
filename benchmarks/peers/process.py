"""The library that the log is measured beside, in a process of its own that is asked in lines of JSON."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.peers import environment
from benchmarks.peers.postgres import DURABLE, USER, Postgres
from infra.local.programs import PROJECT

DURABILITY = f"PostgreSQL fsync={DURABLE['fsync']}, synchronous_commit={DURABLE['synchronous_commit']}"


class Library:
    """`eventsourcing` on PostgreSQL; see `benchmarks.peers.library` for what it can be asked."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._open = folder, ExitStack()
        self.postgres = Postgres()

    def __enter__(self) -> Library:
        self._open.enter_context(self.postgres)
        command = (str(environment.python()), "-m", "benchmarks.peers.library", str(self.postgres.port), USER)
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._open.close()

    def ask(self, do: str, **said: Any) -> dict[str, Any]:
        """Let it do something; what it measured."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **said}) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told
