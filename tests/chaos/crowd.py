"""The client processes of a trial of the whole system."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.programs import PROJECT, python
from infra.local.stack import Stack

SHARES = 2


class Crowd:
    """A client process."""

    def __init__(self, task: Mapping[str, Any]) -> None:
        command = python("tests.chaos.people")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT, text=True)
        self._say(json.dumps(task))

    def ask(self, wave: int) -> None:
        """Let it do its share of a wave."""
        self._say(str(wave))

    def hear(self, wave: int) -> None:
        """Wait until it has."""
        assert self.process.stdout is not None
        said = self.process.stdout.readline().strip()
        assert said == str(wave), f"a client process broke in wave {wave}"

    def end(self) -> None:
        """It goes no further."""
        self.process.kill()
        self.process.communicate()

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()


@contextmanager
def people_of(stack: Stack, root: Path, task: Mapping[str, Any]) -> Iterator[tuple[list[Crowd], list[Path]]]:
    histories = [root / f"people-{share}.jsonl" for share in range(SHARES)]
    own = {"services": dict(stack.addresses.services), "shares": SHARES, **task}
    tasks = [own | {"share": share, "history": str(path)} for share, path in enumerate(histories)]
    people = [Crowd(each) for each in tasks]
    try:
        yield people, histories
    finally:
        for each in people:
            each.end()
