"""The library that the log is measured beside, in a process of its own that is asked in lines of JSON."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from benchmarks.peers import environment
from benchmarks.peers.postgres import DURABLE, USER, Postgres
from infra.local.faults import StackFault
from infra.local.programs import PROJECT

DURABILITY = f"PostgreSQL fsync={DURABLE['fsync']}, synchronous_commit={DURABLE['synchronous_commit']}"


class Library:
    """`eventsourcing` on PostgreSQL; see `benchmarks.peers.library` for what it can be asked.

    What it says besides its answers is in ``folder``; it ends at its first error, and a fault tells its last lines.
    """

    def __init__(self, folder: Path) -> None:
        self._said, self._open = folder / "library.log", ExitStack()
        self.postgres = Postgres()

    def __enter__(self) -> Library:
        self._open.enter_context(self.postgres)
        command = (str(environment.python()), "-m", "benchmarks.peers.library", str(self.postgres.port), USER)
        self._said.parent.mkdir(parents=True, exist_ok=True)
        with self._said.open("w") as said:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, cwd=PROJECT, text=True
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._open.close()

    def ask(self, do: str, **said: Any) -> dict[str, Any]:
        """Let it do something; what it measured. Raises `StackFault` if it has ended instead."""
        answer = self._answer(json.dumps({"do": do, **said}) + "\n")
        if not answer:
            status, lines = self._process.wait(), self._said.read_text().splitlines()
            raise StackFault(f"The library's process ended with {status} when it was asked to {do}.", lines[-6:])
        told: dict[str, Any] = json.loads(answer)
        return told

    def _answer(self, question: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):  # then it has ended, and there is no answer either
            self._process.stdin.write(question)
            self._process.stdin.flush()
        return self._process.stdout.readline()
