"""One trial from beginning to end: a stack of its own, clients, kills, rest, and then the judge."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from infra.local.ports import Ports
from infra.local.programs import PROJECT, Addresses
from infra.local.stack import Stack
from kernel import mongo
from kernel.clock import RehearsalClock, SystemClock
from kernel.ids import RandomIds
from kernel.mongolog import MongoLog
from kernel.repository import Repository
from madoguchi.rehearsal.system import Restless, System
from policies.editions import load
from policies.support.edition import SupportEdition
from schemas.values import TOKYO
from services.intake.domain import Reception
from tests.chaos.judge import judge, reading
from tests.chaos.judge.evidence import Answer, Evidence
from tests.chaos.judge.violations import Violation
from tests.chaos.killing import Killer
from tests.chaos.plan import Applicant, Setting, applicants, kills
from tests.intake import forms

PREFIX, SERVICES = "rehearsal-trial", ("intake", "screening", "notify")
AT = datetime(2026, 2, 10, 10, tzinfo=TOKYO)
"""The rehearsal's moment: a day on which reception of the support is open."""
SOON = 1.5
"""Seconds that client processes get to be up before all of them begin."""
REST_WITHIN = 200.0
Tell = Callable[[str], None]


@dataclass
class Outcome:
    """What a trial did and what the judge says."""

    setting: Setting
    seed: int
    evidence: Evidence
    violations: list[Violation]
    killed: dict[str, int]
    seconds: dict[str, float] = field(default_factory=dict)


def run(setting: Setting, seed: int, root: Path, tell: Tell = lambda said: None) -> Outcome:
    """The trial. Raises `StackFault` if the stack itself cannot go on."""
    ports, seconds, begun = Ports.free(), dict[str, float](), time.monotonic()
    if setting.places is not None:
        _open_reception(root, ports, setting)
    with Stack(root, ports, PREFIX, "rehearsal", services=SERVICES) as stack:
        asyncio.run(_set_clock(stack.addresses))
        seconds["start"] = time.monotonic() - begun
        crowd, latecomers = applicants(setting, seed)
        tell(f"{len(crowd)} companies apply at once")
        with _killed(stack, kills(setting, seed), tell) as killer:
            begun = time.monotonic()
            histories = _rush(stack.addresses, root, setting, crowd, "crowd")
            seconds["crowd"] = time.monotonic() - begun
            tell(f"{len(latecomers)} latecomers")
            histories += _rush(stack.addresses, root, setting, latecomers, "latecomers")
            killer.join()
        begun = time.monotonic()
        tell("waiting for rest")
        asyncio.run(_rest(stack.addresses))
        seconds["rest"] = time.monotonic() - begun
        tell("judging")
        evidence = _evidence(stack.addresses, setting, [*crowd, *latecomers], histories)
    if killer.fault is not None:
        raise killer.fault
    return Outcome(setting, seed, evidence, judge(evidence), dict(killer.killed), seconds)


@contextmanager
def _killed(stack: Stack, plan: Sequence[tuple[float, str]], tell: Tell) -> Iterator[Killer]:
    killer = Killer(stack, plan, tell, after=SOON)
    killer.start()
    try:
        yield killer
    finally:
        killer.stop()


def _open_reception(root: Path, ports: Ports, setting: Setting) -> None:
    """Open the reception with so many places before any service begins: the database alone is up."""
    with Stack(root, ports, PREFIX, "rehearsal", services=(), parts=("mongod",)) as stack:
        asyncio.run(_opened(stack.addresses, setting))


async def _opened(addresses: Addresses, setting: Setting) -> None:
    client = mongo.connect(addresses.mongo)
    log = MongoLog(mongo.database(client, f"{PREFIX}_intake"))
    await log.prepare()
    reception = Reception.open(
        "support", 2026, edition="support/2026", opens_at=AT - timedelta(days=1), closes_at=None, places=setting.places,
        counted="complete_ever" if setting.ever else "complete_and_standing", at=AT,
    )  # fmt: skip
    await Repository(log, SystemClock(), RandomIds()).save(reception)
    await log.close()
    client.close()


async def _set_clock(addresses: Addresses) -> None:
    client = mongo.connect(addresses.mongo)
    await RehearsalClock(mongo.database(client, f"{PREFIX}_clock")).move(AT)
    client.close()


def _rush(addresses: Addresses, root: Path, setting: Setting, crowd: Sequence[Applicant], name: str) -> list[Path]:
    """All of them at once, through several client processes; what each process was told, as files."""
    at, running = time.time() + SOON, []
    for place in range(setting.clients):
        mine = [each.plain() for each in crowd[place :: setting.clients]]
        task = {"base": addresses.services["intake"], "connections": setting.connections, "at": at, "applicants": mine}
        history = root / f"{name}-{place}.jsonl"
        command = (sys.executable, "-m", "tests.chaos.client")
        with history.open("wb") as told:
            client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=told, cwd=PROJECT)
        assert client.stdin is not None
        client.stdin.write(json.dumps(task).encode())
        client.stdin.close()
        running.append((client, history))
    try:
        for client, _ in running:
            assert client.wait() == 0, "a client process broke"
    finally:
        for client, _ in running:
            client.kill()
    return [history for _, history in running]


async def _rest(addresses: Addresses) -> None:
    until = time.monotonic() + REST_WITHIN
    services = dict(addresses.services)
    async with System(services, addresses.kafka, addresses.mongo, addresses.mail, addresses.prefix) as system:
        while True:
            try:
                await system.settle()
                return
            except Restless:
                if time.monotonic() > until:
                    raise


def _evidence(
    addresses: Addresses, setting: Setting, everybody: Sequence[Applicant], histories: Sequence[Path]
) -> Evidence:
    edition = load("support", 2026)
    assert isinstance(edition, SupportEdition)
    left = reading.Places(addresses.mongo, addresses.kafka, addresses.mail, addresses.prefix)
    records, dead = asyncio.run(reading.records(left))
    return Evidence(
        places=setting.places or edition.reception.companies_most.first,
        ever=setting.ever,
        wanting=sum(1 for each in everybody if each.withdraws is None),
        addresses={forms.number(each.count): forms.party(each.count)["email"] for each in everybody},
        commits=reading.commits(left),
        records=records,
        mails=reading.mails(left),
        answers=reading.answers(histories),
        parked=reading.parked(left, addresses.services),
        dead_letters=dead,
    )


def waits(answers: Sequence[Answer]) -> tuple[float, float]:
    """The median and the 99th percentile of the seconds from a request's first try to its answer."""
    found = sorted(answer.ended - answer.begun for answer in answers)
    return found[len(found) // 2], found[min(len(found) - 1, len(found) * 99 // 100)]
