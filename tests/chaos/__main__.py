"""`make chaos`: the trials in full size. `ONLY=places` runs one of them, `SEED=7` another course of each."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.chaos.plan import Setting
from tests.chaos.trial import Outcome, run, waits

KILLS = ("intake",) * 8 + ("notify",) * 3 + ("screening",) * 2 + ("mongod",) * 2 + ("kafka",)
TRIALS = {
    "places": Setting("places", 2000, 100, kills=KILLS),
    "places-ever": Setting("places-ever", 400, 40, places=100, ever=True, kills=("intake",) * 4 + ("mongod", "notify")),
    "rush": Setting("rush", 2000, 100, lingers=0.0),
}
"""By name: 420 places under 2,000 applications and crashes; the other reading; the same load with nobody killed."""
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


def main() -> int:
    """Run what was asked for; 1 if anything was wrong."""
    wanted, seed = sys.argv[1:] or list(TRIALS), int(os.environ.get("SEED") or 1)
    if unknown := set(wanted) - TRIALS.keys():
        sys.exit(f"No such trial: {', '.join(sorted(unknown))}. There are: {', '.join(TRIALS)}.")
    console, wrong = Console(stderr=True), 0
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    for name in wanted:
        with tempfile.TemporaryDirectory(prefix="madoguchi-chaos-") as root, Progress(*columns, console=console) as bar:
            task = bar.add_task(f"{name}: starting")

            def tell(said: str, name: str = name, bar: Progress = bar, task: object = task) -> None:
                bar.update(task, description=f"{name}: {said}")  # type: ignore[arg-type]  # what add_task gave

            outcome = run(TRIALS[name], seed, Path(root), tell)
        show(console, outcome)
        wrong += len(outcome.violations)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
