"""`make chaos`: the trials in full size. `ONLY=places,steps` runs some of them, `SEED=7` another course of each.

`MINUTES=20` begins no further trial of the whole system after so many minutes, and says which ones are left.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from infra.local.faults import StackFault
from tests.chaos import reporting
from tests.chaos.campaign import Campaign, Trial
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.plan import Setting
from tests.chaos.scene import Scene, Tell
from tests.chaos.trial import Outcome, run, waits

KILLS = ("intake",) * 8 + ("notify",) * 3 + ("screening",) * 2 + ("mongod",) * 2 + ("kafka",)
TRIALS = {
    "places": Setting("places", 2000, 100, kills=KILLS),
    "places-ever": Setting("places-ever", 400, 40, places=100, ever=True, kills=("intake",) * 4 + ("mongod", "notify")),
    "rush": Setting("rush", 2000, 100, lingers=0.0),
}
"""By name: 420 places under 2,000 applications and crashes; the other reading; the same load with nobody killed."""
COPIES = 2
"""How many of each case go the whole road in a trial of the whole system."""
SHOWN = 20


def figures(outcome: Outcome) -> dict[str, object]:
    """What a trial did, for machines."""
    said = Counter(event.name.split(".")[1] for commit in outcome.evidence.commits for event in commit.events)
    answers = outcome.evidence.answers
    median, slowest = waits(answers)
    return {
        "trial": outcome.setting.name,
        "seed": outcome.seed,
        "applications": said["form_arrived"],
        "admitted": said["admitted"],
        "refused": said["found_full"],
        "withdrawn": said["application_withdrawn"],
        "places": outcome.evidence.places,
        "requests": len(answers),
        "sent_again": sum(answer.tries - 1 for answer in answers),
        "letters": len(outcome.evidence.mails),
        "killed": outcome.killed,
        "seconds": {name: round(value, 1) for name, value in outcome.seconds.items()},
        "p50_ms": round(median * 1000),
        "p99_ms": round(slowest * 1000),
        "violations": len(outcome.violations),
    }


def show(console: Console, outcome: Outcome) -> None:
    """The figures as a table, what is wrong, and a line of JSON."""
    made = figures(outcome)
    table = Table(title=outcome.setting.name, show_header=False)
    for name, value in made.items():
        shown = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else f"{value}"
        table.add_row(name.replace("_", " "), shown)
    console.print(table)
    for violation in outcome.violations[:SHOWN]:
        console.print(f"[red]✗[/red] {violation}", markup=True, soft_wrap=True)
    print(json.dumps(made, ensure_ascii=False), flush=True)


@contextmanager
def _progress(console: Console, name: str) -> Iterator[Tell]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(f"{name}: starting")

        def tell(said: str) -> None:
            bar.update(task, description=f"{name}: {said}")

        yield tell


def _of_the_reception(console: Console, names: Sequence[str], seed: int) -> int:
    """Trials of the reception, each on a stack of its own; how much was wrong."""
    wrong = 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix="madoguchi-chaos-") as root, _progress(console, name) as tell:
            outcome = run(TRIALS[name], seed, Path(root), tell)
        show(console, outcome)
        wrong += len(outcome.violations)
    return wrong


def _of_the_system(console: Console, faults: Sequence[Fault], seed: int, until: float) -> int:
    """Trials of the whole system, all on one cluster; how much was wrong."""
    trials, left, broken = list[Trial](), list(faults), 0
    with tempfile.TemporaryDirectory(prefix="madoguchi-chaos-") as root:
        with _progress(console, "cluster") as tell:
            scene = Scene(Path(root), disks=any(fault.disks for fault in faults))
            scene.__enter__()
            tell(f"three of each, {sum(scene.cluster.memory().values())} MB")
        try:
            while left and time.monotonic() < until:
                fault = left.pop(0)
                try:
                    with _progress(console, fault.name) as tell:
                        trials.append(Campaign(scene, COPIES, seed, tell).run(fault))
                    reporting.show(console, trials[-1])
                except StackFault as why:
                    broken += 1
                    console.print(f"[red]✗[/red] {fault.name} broke off: {why}", soft_wrap=True)
                    scene.heal()
        finally:
            scene.__exit__(None, None, None)
    reporting.table(console, trials)
    if left:
        console.print(f"[yellow]No time for: {', '.join(fault.name for fault in left)}.[/yellow]")
    return broken + sum(len(trial.violations) for trial in trials)


def main() -> int:
    """Run what was asked for; 1 if anything was wrong."""
    known = [*TRIALS, *FAULTS]
    wanted = [name for word in sys.argv[1:] for name in word.split(",") if name] or known
    if unknown := set(wanted) - set(known):
        sys.exit(f"No such trial: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
    seed, minutes = int(os.environ.get("SEED") or 1), float(os.environ.get("MINUTES") or "inf")
    console, until = Console(stderr=True), time.monotonic() + minutes * 60
    wrong = _of_the_reception(console, [name for name in wanted if name in TRIALS], seed)
    faults = [FAULTS[name] for name in wanted if name in FAULTS]
    if faults:
        wrong += _of_the_system(console, faults, seed, until)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
