"""Many seeds on all cores: whatever ends the run ends its workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil

from tests.infra.support import until

ROOT = Path(__file__).parents[2]
ENDS_WITHIN = 20
"""Seconds; a worker that still reads its modules looks for its parent after that."""


def test_workers_end_with_the_run_that_was_killed() -> None:
    told = os.environ | {"SEEDS": "100000", "PYTHONHASHSEED": "0"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-m", "tests.simulation"], cwd=ROOT, env=told, **quiet) as run:  # type: ignore[call-overload]  # the files
        parent = psutil.Process(run.pid)
        until(lambda: len(_workers(parent)) == (os.cpu_count() or 1))
        workers = _workers(parent)
        run.kill()
    _, left = psutil.wait_procs(workers, timeout=ENDS_WITHIN)
    for worker in left:
        worker.kill()
    assert left == []


def _workers(parent: psutil.Process) -> list[psutil.Process]:
    return [child for child in parent.children() if "spawn_main" in " ".join(child.cmdline())]
