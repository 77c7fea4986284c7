"""`make drill`: every fault in turn on one running system; `ONLY=kafka-gone` causes one of them alone.

`SEED=7` causes them in another order. `MINUTES=10` begins no further one after so many minutes, and says which are
left.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from infra.local.faults import StackFault
from tests.drill.drill import Outcome, drill
from tests.drill.faults import FAULTS, Fault
from tests.drill.scene import Scene

STOPPED_BY_HAND = 130


def figures(outcome: Outcome) -> dict[str, object]:
    """What came of a fault, for machines."""
    fired = {name: round(seconds, 1) for name, seconds in outcome.fired.items()}
    return {
        "fault": outcome.fault.name,
        "alerts": {name: fired.get(name) for name in outcome.fault.alerts},
        "silent": None if outcome.silent is None else round(outcome.silent, 1),
        "also": sorted(outcome.also),
        "amiss": outcome.amiss,
    }


def show(console: Console, outcomes: list[Outcome]) -> None:
    """The table: fault, alert, seconds until it fired, seconds from the healing until all was silent."""
    table = Table(title="drill")
    for heading in ("fault", "alert", "fires after s", "silent after s", "also"):
        table.add_column(heading, overflow="fold")
    for each in outcomes:
        for place, name in enumerate(each.fault.alerts):
            fired = f"{each.fired[name]:.1f}" if name in each.fired else "[red]–[/red]"
            silent = "[red]–[/red]" if each.silent is None else f"{each.silent:.1f}"
            first = (each.fault.name, silent, ", ".join(sorted(each.also))) if place == 0 else ("", "", "")
            table.add_row(first[0], name, fired, *first[1:])
    console.print(table)
    for each in outcomes:
        if each.amiss:
            console.print(f"[red]✗[/red] {each.fault.name}: {each.amiss}", soft_wrap=True)


def ordered(faults: Sequence[Fault], seed: int) -> list[Fault]:
    """The faults as they are listed, or in the order of a seed: what one leaves behind may be in the next one's way."""
    return random.Random(seed).sample(faults, len(faults)) if seed else list(faults)


def run(wanted: list[Fault], console: Console, until: float) -> list[Outcome]:
    """Cause them one after the other, while there is time to begin another."""
    outcomes = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with tempfile.TemporaryDirectory(prefix="madoguchi-drill-") as root, Progress(*columns, console=console) as bar:
        task = bar.add_task("starting the system")
        with Scene(Path(root), full=True) as scene:
            for place, fault in enumerate(wanted, 1):
                if time.monotonic() >= until:
                    break
                head = f"{place}/{len(wanted)} {fault.name}"
                outcome = drill(scene, fault, lambda said, head=head: bar.update(task, description=f"{head}: {said}"))  # type: ignore[misc]  # mypy and default arguments
                outcomes.append(outcome)
                bar.console.print(f"{'✗' if outcome.amiss else '✓'} {fault.name} {outcome.amiss}", soft_wrap=True)
                print(json.dumps(figures(outcome), ensure_ascii=False), flush=True)
    return outcomes


def main() -> int:
    """Run what was asked for; 1 if an alert stayed away or did not fall silent."""
    asked = sys.argv[1:]
    if unknown := set(asked) - {each.name for each in FAULTS}:
        sys.exit(f"No such fault: {', '.join(sorted(unknown))}. There are: {', '.join(f.name for f in FAULTS)}.")
    console, begun = Console(stderr=True), time.monotonic()
    seed, minutes = int(os.environ.get("SEED") or 0), float(os.environ.get("MINUTES") or "inf")
    wanted = ordered([each for each in FAULTS if not asked or each.name in asked], seed)
    for ending in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell's background ignores it
        signal.signal(ending, signal.default_int_handler)
    try:
        outcomes = run(wanted, console, begun + minutes * 60)
    except StackFault as fault:
        console.print(f"[red]make drill: {fault}[/red]", soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return STOPPED_BY_HAND
    show(console, outcomes)
    if left := wanted[len(outcomes) :]:
        console.print(f"[yellow]No time for: {', '.join(fault.name for fault in left)}.[/yellow]")
    console.print(f"{len(outcomes)} faults in {time.monotonic() - begun:.0f} s.")
    return 1 if any(each.amiss for each in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
