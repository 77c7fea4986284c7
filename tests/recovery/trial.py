"""One rehearsal: forms pour in, a backup is taken in the middle, everything is lost, the backup comes back."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from infra.local.ports import SERVICES, Ports
from infra.local.programs import Addresses
from infra.local.stack import Stack
from madoguchi import recovery
from madoguchi.addresses import Deployment
from madoguchi.rehearsal.system import System
from tests.intake import forms
from tests.intake.support import OPEN
from tests.system.reading import commits

PREFIX = "rehearsal-recovery"
AT_ONCE = 8
"""Connections of the senders."""
FORMS = "/v1/secondment/2026/applications"
Say = Callable[[str], None]


@dataclass
class Sent:
    """A form, when it was acknowledged (seconds since the beginning), and what was answered."""

    number: int
    acknowledged: float
    answer: dict[str, Any]


@dataclass
class Rehearsal:
    """What was done, how long each part took in seconds, and what the judge found."""

    sent: list[Sent] = field(default_factory=list)
    begun: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def rehearse(root: Path, number: int, say: Say) -> Rehearsal:
    """The whole rehearsal with so many forms."""
    made, first, second = Rehearsal(), root / "first", root / "second"
    say("starting a system")
    with Stack(first, Ports.free(), PREFIX, "rehearsal") as stack:
        taken = asyncio.run(_loaded(made, stack.addresses, root, number, say))
        master = root / "master.key"
        shutil.copy(stack.addresses.master_key_file, master)
        say("the disaster: all of it is killed and its data deleted")
        for program in stack.pids():
            stack.kill(program)
    shutil.rmtree(first)
    say("bringing it back")
    begun = time.monotonic()

    def restore(addresses: Addresses) -> None:
        made.seconds["empty parts ready"] = time.monotonic() - begun
        shutil.copy(master, addresses.master_key_file)
        now = datetime.now(UTC)
        work = recovery.restore(deployment(addresses, root), taken.folder, taken.keys, now, _quiet)
        made.counts["keys restored"] = asyncio.run(work).head.keys
        made.seconds["restored"] = time.monotonic() - begun

    with Stack(second, Ports.free(), PREFIX, "rehearsal", first=restore) as stack:
        made.seconds["services answer"] = time.monotonic() - begun
        asyncio.run(_rest(stack.addresses))
        made.seconds["topics filled, all at rest"] = time.monotonic() - begun
        asyncio.run(_judge(made, stack.addresses, taken))
    return made


async def _loaded(made: Rehearsal, addresses: Addresses, root: Path, number: int, say: Say) -> recovery.Taken:
    async with System(dict(addresses.services), *_parts(addresses)) as system:
        await system.set_clock(OPEN)
    say(f"{number} forms through {AT_ONCE} connections, and a backup when a third is in")
    start, left = time.monotonic(), iter(range(1, number + 1))
    third = asyncio.Event()
    async with httpx.AsyncClient(base_url=addresses.services["intake"], timeout=60) as client:
        senders = [asyncio.create_task(_sender(client, made, left, start, third, number)) for _ in range(AT_ONCE)]
        await third.wait()
        made.begun = time.monotonic() - start
        taken = await recovery.take(deployment(addresses, root), datetime.now(UTC), _quiet)
        made.seconds["backup"] = time.monotonic() - start - made.begun
        await asyncio.gather(*senders)
    made.seconds["load"] = time.monotonic() - start
    made.counts |= {"events backed up": taken.manifest.events, "forms": len(made.sent)}
    made.counts["bytes"] = sum(part.size for part in taken.manifest.parts())
    return taken


async def _sender(
    client: httpx.AsyncClient, made: Rehearsal, left: Any, start: float, third: asyncio.Event, number: int
) -> None:
    for count in left:
        answer = await _send(client, count)
        assert answer.status_code == 201, answer.text
        made.sent.append(Sent(count, time.monotonic() - start, answer.json()))
        if len(made.sent) * 3 >= number:
            third.set()


async def _send(client: httpx.AsyncClient, count: int) -> httpx.Response:
    return await client.post(FORMS, json=forms.secondment(count), headers={"Idempotency-Key": f"form-{count}"})


async def _judge(made: Rehearsal, addresses: Addresses, taken: recovery.Taken) -> None:
    """What was acknowledged before the backup began is there, word for word; no log knows what another does not."""
    lost = []
    async with httpx.AsyncClient(base_url=addresses.services["intake"], timeout=60) as client:
        for sent in made.sent:
            found = await client.get(f"{FORMS}/{sent.answer['id']}")
            same = found.status_code == 200 and found.json()["receipt_number"] == sent.answer["receipt_number"]
            if not same:
                lost.append(sent)
        made.counts["lost, acknowledged before the backup began"] = sum(s.acknowledged < made.begun for s in lost)
        made.counts["lost, acknowledged later"] = sum(s.acknowledged >= made.begun for s in lost)
        if made.counts["lost, acknowledged before the backup began"]:
            made.wrong.append("a form that was acknowledged before the backup began is not there")
        for sent in lost[:5]:
            if (await _send(client, sent.number)).status_code != 201:
                made.wrong.append("a sender that repeats its request is not taken")
    made.wrong += _contradictions(addresses)
    if sum(part.log.events for part in taken.manifest.services.values()) < len(made.sent):
        made.wrong.append("the backup was taken of an idle system")


def _contradictions(addresses: Addresses) -> list[str]:
    logs = {name: commits(addresses, name) for name in SERVICES}
    said = {f"{name}:{e['s']}/{e['v']}" for name, log in logs.items() for commit in log for e in commit.get("e", [])}
    heard = {
        cause["m"].partition("+")[0] for log in logs.values() for c in log for cause in c.get("k", [])
        if cause["c"] in SERVICES
    }  # fmt: skip
    return [f"{len(heard - said)} messages are known that nobody sent"] if heard - said else []


async def _rest(addresses: Addresses) -> None:
    async with System(dict(addresses.services), *_parts(addresses)) as system:
        await system.settle()


def _parts(addresses: Addresses) -> tuple[str, str, str, str]:
    return addresses.kafka, addresses.mongo, addresses.mail, addresses.prefix


def deployment(addresses: Addresses, root: Path) -> Deployment:
    """As the command line sees a stack."""
    return Deployment(
        kafka=addresses.kafka,
        mongo=addresses.mongo,
        prefix=addresses.prefix,
        master_key_file=addresses.master_key_file,
        backup_folder=root / "backups",
        key_backup_folder=root / "key-backups",
    )


def _quiet(what: str, done: int, total: int) -> None:
    """The rehearsal says by itself how far it is."""


def as_json(made: Rehearsal) -> str:
    """The figures on one line, for machines."""
    seconds = {name: round(value, 1) for name, value in made.seconds.items()}
    return json.dumps({"seconds": seconds, "counts": made.counts, "wrong": made.wrong}, ensure_ascii=False)
