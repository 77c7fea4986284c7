"""How the stack's own tests start a part of it, here or from a command of its own, and wait."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psutil

from infra.local.ports import Ports, variable
from infra.local.stack import Stack

WITHIN = 20.0  # seconds


def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition, not for a time."""
    limit = time.monotonic() + WITHIN
    while not holds():
        assert time.monotonic() < limit, "it did not come to hold"
        time.sleep(0.02)


def stack(folder: Path, *parts: str, ports: Ports | None = None, **more: Any) -> Stack:
    return Stack(folder, ports or Ports.free(), "test", "system", services=(), parts=parts, **more)


def gone(pids: dict[str, int]) -> bool:
    return not any(psutil.pid_exists(pid) for pid in pids.values())


def run_command(folder: Path, *parts: str) -> tuple[str, ...]:
    """The run command with these parts alone, and nothing to play."""
    words = f"run(False, Path({str(folder)!r}), services=(), parts={parts!r}, play=lambda addresses: True)"
    return (
        sys.executable,
        "-c",
        f"import sys; from pathlib import Path; from infra.local.run import run; sys.exit({words})",
    )


@contextmanager
def started_elsewhere(folder: Path, *parts: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, int]]]:
    """A run command of its own process group that is up, with the process ids of its programs."""
    ports = {variable(name): str(port) for name, port in Ports.free().each()}
    command = run_command(folder, *parts)
    environment = {**os.environ, **ports}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as parent:
        try:
            assert parent.stdout is not None
            until_line(parent.stdout, "Everything is up")
            children = psutil.Process(parent.pid).children(recursive=True)
            yield parent, {str(child.pid): child.pid for child in children}
        finally:
            parent.kill()


def until_line(output: IO[str], wanted: str) -> None:
    """Read until a line that contains this; fail if the output ends before."""
    assert any(wanted in line for line in output), "it ended before it was up"
