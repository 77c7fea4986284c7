"""`make recovery`: the rehearsal of a disaster, with figures. Status 1 if anything that was acknowledged is lost."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.recovery.copying import measure
from tests.recovery.trial import Rehearsal, as_json, rehearse

FORMS, EVENTS = 600, 100_000


def show(console: Console, made: Rehearsal, copied: dict[str, float]) -> None:
    """The figures as a table."""
    table = Table(title="recovery", show_header=False)
    for name, seconds in made.seconds.items():
        table.add_row(name, f"{seconds:.1f} s")
    for name, count in made.counts.items():
        table.add_row(name, f"{count:,}")
    for name in ("backup", "restore"):
        table.add_row(f"{name} of {EVENTS:,} events alone", f"{copied[name]:.1f} s, {EVENTS / copied[name]:,.0f}/s")
    table.add_row("size of these", f"{copied['bytes'] / EVENTS:.0f} bytes an event")
    console.print(table)


def main() -> int:
    """Rehearse; the exit status."""
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="madoguchi-recovery-") as folder, console.status("…") as status:
        made = rehearse(Path(folder), FORMS, lambda what: status.update(f"{what} …"))
        status.update(f"copying {EVENTS:,} events …")
        copied = measure(Path(folder), EVENTS)
    show(console, made, copied)
    for each in made.wrong:
        console.print(f"[red]✗[/red] {each}")
    print(as_json(made))
    return 1 if made.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
