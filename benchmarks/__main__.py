"""`make bench`: the rows of the table, or of one group (ONLY=append); `growth`, `scale`, `placement` by name alone.

SCALE=0.1 measures with a tenth of the size and writes nothing. CHECK=1 compares ratios with `docs/performance.json` and
writes nothing; status 1 where one became worse. Otherwise `docs/performance.md` is written anew.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from benchmarks import (
    append,
    check,
    forms,
    growth,
    machine,
    memory,
    placement,
    rebuild,
    relay,
    replay,
    report,
    road,
    scale,
    stage,
    start,
    table,
)  # fmt: skip
from benchmarks.bench import Bench, Benchmark
from infra.local.faults import StackFault
from kernel.interpreter import settle

ROWS: dict[str, Benchmark] = {
    "append": append.run,
    "rebuild": rebuild.run,
    "replay": replay.run,
    "relay": relay.run,
    "stage": stage.run,
    "road": road.run,
    "forms": forms.run,
    "start": start.run,
    "memory": memory.run,
}
BESIDES: dict[str, Benchmark] = {"growth": growth.run, "scale": scale.run}


@dataclass
class Measured:
    """What a run has found: rows of the table, what was measured besides by its name, the machine."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    besides: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=dict)


def measured(names: Sequence[str], scale: float, console: Console) -> Measured:
    """The named groups; each result is a line on standard output as soon as it is there."""
    found = Measured()
    settle()  # as a service does
    with (
        tempfile.TemporaryDirectory(prefix="madoguchi-bench-", ignore_cleanup_errors=True) as folder,
        ExitStack() as opened,
        console.status("…") as status,
    ):
        begun = time.monotonic()
        bench = Bench(
            scale, Path(folder), opened, lambda what: status.update(f"{time.monotonic() - begun:.0f} s: {what} …")
        )
        for name in names:
            for result in (ROWS | BESIDES)[name](bench):
                print(result.line(), flush=True)
                if name in ROWS:
                    found.rows.append(result.plain() | {"group": name})
                else:
                    found.besides.setdefault(name, []).append(result.plain())
        found.machine = machine.described(bench)
    return found


def checked(found: Measured, console: Console) -> int:
    """The status of the regression check."""
    committed = report.kept()["rows"]
    unknown = check.unknown(found.rows, committed)
    for name in unknown:
        console.print(f"Nothing is committed to compare with: {name}", style="red", markup=False)
    worse = check.worse(found.rows, committed)
    for line in worse:
        console.print(f"Worse than committed: {line}", style="red", markup=False)
    if not worse and not unknown:
        console.print(f"No ratio is worse than the committed one by over {check.TOLERANCE:.0%}.")
    return 1 if worse or unknown else 0


def main() -> int:
    """Measure, show, then write or check; the exit status."""
    names, scale, checks = sys.argv[1:], float(os.environ.get("SCALE") or 1), bool(os.environ.get("CHECK"))
    if unknown := set(names) - ROWS.keys() - BESIDES.keys() - {"placement"}:
        every = ", ".join([*ROWS, *BESIDES, "placement"])
        print(f"make bench: no such benchmark: {', '.join(sorted(unknown))}. There are: {every}.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is stopped then too
    logging.getLogger("aiokafka").setLevel(
        logging.CRITICAL
    )  # first joins and new topics make it talk; what fails raises
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 150, highlight=False)
    if "placement" in names:
        placement.main()
        names = [name for name in names if name != "placement"]
        if not names:
            return 0
    try:
        found = measured(names or list(ROWS), scale, console)
    except StackFault as fault:
        for line in fault.detail:
            console.print(f"  [dim]{escape(line)}[/dim]", soft_wrap=True)
        console.print(f"[red]make bench: {escape(str(fault))}[/red]", soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return 130
    if found.rows:
        table.show(console, found.rows)
    if checks:
        return checked(found, console)
    if scale == 1:
        report.write(found.machine, found.rows, found.besides, list(ROWS))
        console.print("Written: docs/performance.md, docs/performance.json, docs/performance/*.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
