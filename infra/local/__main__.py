"""`python -m infra.local run [--once] [--year 2027 | --empty]`, `parts`, `lock`."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from infra.local.faults import StackFault
from infra.local.parts import kafka_jars, write_lock
from infra.local.run import run
from infra.local.stack import PARTS_FOLDER


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
    commands.add_parser("parts", help="bring Kafka's jars, if they are not there")
    commands.add_parser("lock", help="resolve Kafka's jars anew and write kafka.lock")
    said = parser.parse_args()
    if said.command == "run":
        return run(said.once, year=said.year, empty=said.empty)
    return _parts(said.command, Console())


def _parts(command: str, console: Console) -> int:
    try:
        if command == "lock":
            console.print(f"{write_lock(PARTS_FOLDER / 'kafka')} jars locked.")
        else:
            console.print(f"{len(kafka_jars(PARTS_FOLDER / 'kafka', console))} jars are there.")
    except StackFault as fault:
        console.print(f"[red]{fault}[/red]")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
