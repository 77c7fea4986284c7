"""`python -m infra.local run [--once] [--year 2027 | --empty]`, `parts [kafka | prometheus]…`, `lock`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from infra.local.faults import StackFault
from infra.local.parts import kafka_jars, write_lock
from infra.local.prometheus import brought
from infra.local.run import run
from infra.local.stack import PARTS_FOLDER


def _kafka(folder: Path, console: Console) -> str:
    return f"{len(kafka_jars(folder, console))} jars are there."


def _prometheus(folder: Path, console: Console) -> str:
    brought(folder, console)
    return "Prometheus is there."


BRINGERS = {"kafka": _kafka, "prometheus": _prometheus}


def main() -> int:
    """Read the command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.local")
    commands = parser.add_subparsers(dest="command", required=True)
    runner = commands.add_parser("run", help="start everything, play the rehearsal, stay up")
    runner.add_argument(
        "--once", action="store_true", help="stop at the end; status 0 only if all came out as expected"
    )
    which = runner.add_mutually_exclusive_group()
    which.add_argument("--year", type=int, help="play another rehearsal of examples/, on data of its own")
    which.add_argument("--empty", action="store_true", help="play nothing: a rehearsal by hand, on data of its own")
    bringer = commands.add_parser("parts", help="bring what is not there: Kafka's jars, Prometheus")
    bringer.add_argument("names", nargs="*", type=_known, metavar="|".join(BRINGERS))
    commands.add_parser("lock", help="resolve Kafka's jars anew and write kafka.lock")
    said = parser.parse_args()
    if said.command == "run":
        return run(said.once, year=said.year, empty=said.empty)
    names = said.names or ["kafka"] if said.command == "parts" else []
    return _parts(said.command, names, Console())


def _known(name: str) -> str:
    """A part's name. `choices` would also look for the empty list among them, where none is said."""
    if name not in BRINGERS:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(BRINGERS)}")
    return name


def _parts(command: str, names: Sequence[str], console: Console) -> int:
    try:
        if command == "lock":
            console.print(f"{write_lock(PARTS_FOLDER / 'kafka')} jars locked.")
        for name in names:
            console.print(BRINGERS[name](PARTS_FOLDER / name, console))
    except StackFault as fault:
        for line in fault.detail:
            console.print(f"  [dim]{escape(line)}[/dim]", soft_wrap=True)
        console.print(f"[red]{escape(str(fault))}[/red]", soft_wrap=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
