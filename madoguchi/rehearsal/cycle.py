"""A whole rehearsal: plays a folder's script on a running system, prints what happened, judges the outcome."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from madoguchi.folding import wide_console
from madoguchi.rehearsal import report
from madoguchi.rehearsal.outcome import differences, outcome
from madoguchi.rehearsal.play import Played, Player
from madoguchi.rehearsal.script import Script, Step, read
from madoguchi.rehearsal.system import System
from madoguchi.rehearsal.topics import listen
from madoguchi.signing_in import Signing
from schemas.values import TOKYO

EXPECTED = "outcome.json"


class Addresses(Protocol):
    """Where the running system is."""

    @property
    def kafka(self) -> str: ...
    @property
    def mongo(self) -> str: ...
    @property
    def mail(self) -> str: ...
    @property
    def services(self) -> Mapping[str, str]: ...
    @property
    def prefix(self) -> str: ...
    @property
    def client_file(self) -> Path: ...


def play(addresses: Addresses, folder: Path, *, keep: bool = False, console: Console | None = None) -> bool:
    """Play everything; whether the outcome is the one in the folder. ``keep`` writes it there as the one expected.

    Raises `BadScript`, and `Restless` where the system does not come to rest.
    """
    return asyncio.run(_play(addresses, folder, keep, console or wide_console()))


async def _play(addresses: Addresses, folder: Path, keep: bool, console: Console) -> bool:
    script, kept = read(folder), folder / EXPECTED
    services = dict(addresses.services)
    signing = Signing(addresses.client_file, getattr(addresses, "token", ""))
    async with System(services, addresses.kafka, addresses.mongo, addresses.mail, addresses.prefix, signing) as system:
        played = await _steps(system, script, console)
        heard = await listen(addresses.kafka, addresses.prefix)
        found = outcome(script, played, heard, await system.counts(), await system.mailbox())
    report.show(console, script, played, found)
    if keep:
        kept.write_text(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        console.print(f"Kept as the expected outcome: {kept.name}")
    expected = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    differing = differences(expected, found)
    report.judge(console, played, differing)
    return not differing and not any(answer.unexpected for answer in played.answers)


async def _steps(system: System, script: Script, console: Console) -> Played:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("予行", total=len(script.steps))

        def told(step: Step, number: int, total: int) -> None:
            day = f"{step.at.astimezone(TOKYO):%Y-%m-%d}"
            progress.update(
                task, completed=number, description=f"{day} {step.programme} {step.case or '担当者'} {step.do}"
            )

        return await Player(system, script, told).play()
