"""The whole system for tests: all five services on real parts, a small script played on them, the command line."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local.ports import Ports
from infra.local.programs import PROJECT, Addresses
from infra.local.stack import Stack
from madoguchi.rehearsal.outcome import Outcome, outcome
from madoguchi.rehearsal.play import Played, Player, Told
from madoguchi.rehearsal.script import Script, Step, read
from madoguchi.rehearsal.system import System
from madoguchi.rehearsal.topics import listen
from madoguchi.signing_in import Signing

FOLDER = Path(__file__).parent / "script"
EXPECTED = FOLDER / "outcome.json"
PREFIX = "rehearsal-small"


@dataclass
class Whole:
    """A running system on which the script was played."""

    root: Path
    stack: Stack
    script: Script
    played: Played = field(default_factory=Played)
    outcome: Outcome = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def addresses(self) -> Addresses:
        """Where everything is reached."""
        return self.stack.addresses

    @property
    def signing(self) -> Signing:
        """How people of the rehearsal say who they are."""
        return Signing(self.addresses.client_file)

    def application(self, case: str) -> str:
        """The id of a case's application, by ``programme/case``."""
        programme, _, name = case.partition("/")
        return self.played.applications[programme, name]

    def madoguchi(self, *words: str, answer: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command line as an operator would, its output wide enough not to be folded."""
        ports = {
            f"MADOGUCHI_{name.upper()}_PORT": url.rpartition(":")[2] for name, url in self.addresses.services.items()
        }
        environment = {**os.environ, **self.addresses.environment(), **ports, "COLUMNS": "250"}
        environment |= {"MADOGUCHI_MAIL": self.addresses.mail, "MADOGUCHI_OFFICER": "officer-05"}
        command = (sys.executable, "-c", "from madoguchi.cli import app; app()", *words)
        return subprocess.run(
            command,
            input=answer,
            capture_output=True,
            text=True,
            env=environment,
            cwd=PROJECT,
            timeout=180,
            check=False,
        )


def built(root: Path, *, tokens: bool = False) -> Stack:
    """A stack of all five services on free ports under `root`; not started."""
    return Stack(root, Ports.free(), PREFIX, "rehearsal", tokens=tokens)


def play(
    addresses: Addresses, script: Script, told: Callable[[Step, System], None] | None = None
) -> tuple[Played, Outcome]:
    """Play the script and gather what came of it. ``told`` hears of each step before it is done."""
    return asyncio.run(_play(addresses, script, told or (lambda step, system: None)))


async def _play(addresses: Addresses, script: Script, told: Callable[[Step, System], None]) -> tuple[Played, Outcome]:
    services = dict(addresses.services)
    signing = Signing(addresses.client_file)
    async with System(services, addresses.kafka, addresses.mongo, addresses.mail, addresses.prefix, signing) as system:
        hear: Told = lambda step, number, total: told(step, system)  # noqa: E731  # reads as one
        played = await Player(system, script, hear).play()
        heard = await listen(addresses.kafka, addresses.prefix)
        return played, outcome(script, played, heard, await system.counts(), await system.mailbox())


def started(root: Path) -> Whole:
    """A started system with the script played, everybody in it known by a token."""
    whole = Whole(root, built(root, tokens=True), read(FOLDER))
    whole.stack.start()
    try:
        begun = time.monotonic()
        whole.played, whole.outcome = play(whole.addresses, whole.script)
        whole.seconds = time.monotonic() - begun
    except BaseException:
        whole.stack.stop()
        raise
    return whole


def expected() -> Outcome:
    """The outcome on record."""
    found: dict[str, Any] = json.loads(EXPECTED.read_text(encoding="utf-8"))
    return found
