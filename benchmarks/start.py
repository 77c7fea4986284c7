"""`make run` the second time, until everything is ready."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.result import JOURNALLED, Figures, Goal, Result, Spread
from infra.local.ports import SERVICES, Ports, variable
from infra.local.programs import PROJECT

TIMES = 3
LAST = f"Service {SERVICES[-1]} is ready"
RUN = """
import sys
from pathlib import Path
from infra.local.run import run
sys.exit(run(True, Path(sys.argv[1]), empty=True))
"""
"""`make run EMPTY=1 ONCE=1` on data of its own."""


def started(folder: Path) -> float:
    """Seconds until the last service is ready, the looking after the environment included. Then all is stopped."""
    ports = {variable(name): str(port) for name, port in Ports.free().each()}
    begun, ready = time.perf_counter(), 0.0
    subprocess.run((sys.executable, "infra/environment.py"), cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    command = (sys.executable, "-u", "-c", RUN, str(folder))
    with subprocess.Popen(command, cwd=PROJECT, env=os.environ | ports, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if LAST in line:
                ready = time.perf_counter() - begun
    assert process.returncode == 0, "make run came up and stopped in order"
    assert ready, "the last service said that it was ready"
    return ready


def run(bench: Bench) -> Iterator[Result]:
    """About a minute."""
    bench.say("start: the first time")
    started(bench.folder / "start")
    seconds = []
    for number in range(times := bench.size(TIMES)):
        bench.say(f"start: again, {number + 1} of {times}")
        seconds.append(started(bench.folder / "start"))
    yield Result(
        "start: `make run` the second time, until ready", "s", Figures(Spread.of(seconds)),
        goal=Goal(20, least=False), durability=JOURNALLED,
    )  # fmt: skip
