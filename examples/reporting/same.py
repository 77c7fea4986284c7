"""`python -m examples.reporting.same`: whether what was read is what the services' logs hold, as after a restore.

The chain of hashes that a service gives at `/operations/digest` is made anew here from what was read: SHA-256 over the
link before, the event's id, a line feed and the SHA-256 of its body, beginning with 32 zero bytes.
"""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from examples.reporting.tables import Tables

PORTS = {"intake": 8101, "screening": 8102, "placement": 8103, "billing": 8104, "notify": 8105}
Ask = Callable[[str, int], dict[str, Any]]
"""What a service says of its log up to a position."""


def chain(events: Iterable[tuple[str, bytes]]) -> dict[str, Any]:
    """How many events, and the last link."""
    link, count = bytes(32), 0
    for id, body in events:
        link, count = hashlib.sha256(link + id.encode() + b"\n" + body).digest(), count + 1
    return {"messages": count, "digest": link.hex()}


def differences(tables: Tables, sources: Iterable[str], ask: Ask) -> dict[str, str]:
    """For each publisher what is wrong, if anything is. Everything that is on the topics must have been read before."""
    found = {}
    for source in sources:
        last = tables.last(source)
        said = ask(source, last)
        if said["upto"] < last:
            found[source] = f"positions {said['upto'] + 1} to {last} were read and are not in its log"
        elif said["published"] != chain(tables.heard(source, said["upto"])):
            found[source] = f"up to position {last} something else was read than is in its log"
    return found


def main(
    to: Annotated[Path, typer.Option(help="SQLite file")] = Path("report.sqlite"),
    host: Annotated[str, typer.Option(help="where the services answer")] = "127.0.0.1",
    token: Annotated[str, typer.Option(envvar="MADOGUCHI_TOKEN", help="an operator's, as from `madoguchi token`")] = "",
) -> None:
    """Compare. Status 1 if anything differs: then begin with a new file."""

    def ask(source: str, upto: int) -> dict[str, Any]:
        service, _, shard = source.partition(".")
        url = f"http://{host}:{PORTS[service]}/operations/digest?upto={upto}&shard={shard or 0}"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
        with urllib.request.urlopen(request, timeout=120) as answer:
            said: dict[str, Any] = json.load(answer)
            return said

    try:
        tables = Tables(to)
        found = differences(tables, sorted({*PORTS} | tables.sources()), ask)
    except urllib.error.URLError as why:
        Console().print(f"[red]✗[/red] {why}. Is it running, and has the token the role operations?", highlight=False)
        raise typer.Exit(2) from None
    for source, what in found.items():
        Console().print(f"[red]✗[/red] {source}: {what}. Begin with a new file", highlight=False)
    if found:
        raise typer.Exit(1)
    Console().print("[green]✓[/green] What was read is what the logs hold.")


if __name__ == "__main__":
    typer.run(main)
