"""One trial of the whole system: services of their own, the road, a fault meanwhile, rest, and then the judge."""

from __future__ import annotations

import asyncio
import dataclasses
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aiokafka.errors import KafkaError
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from infra.local.faults import StackFault
from infra.local.ports import HOST, SERVICES, Ports, free_ports
from infra.local.programs import Program, python, service
from infra.local.stack import Stack
from tests.chaos import evidence, mortal
from tests.chaos.causes import Stage
from tests.chaos.crowd import people_of
from tests.chaos.faults import Fault, Illness
from tests.chaos.judge.reading import Places
from tests.chaos.judge.system import judge
from tests.chaos.judge.system.evidence import Evidence
from tests.chaos.judge.system.moving import moving
from tests.chaos.judge.system.published import consumes
from tests.chaos.judge.violations import Violation
from tests.chaos.poison import Poison
from tests.chaos.road import Road, road
from tests.chaos.scene import Scene, Tell
from tests.chaos.witness import Witness

QUIET_WITHIN = 30.0
"""Seconds for everything to come to rest after the last fault has healed."""
GIVEN_UP_AFTER = 120.0
"""Seconds after which the rest is no longer waited for."""
RESTS_WITHIN = 40.0
"""Seconds that a wave of the whole office waits for rest, at most: a fault may hold all the while."""
LOOK_EVERY = 0.3
WAVE_WITHIN = 600.0
WARNED = ('"level": "warning"', '"level": "error"', '"logger": "aiokafka')
"""What a line says that warns: a service's own, or its Kafka client's."""


@dataclass
class Trial:
    """What a trial did and what the judge says. Seconds are of the machine's clock."""

    fault: Fault
    seed: int
    evidence: Evidence
    violations: list[Violation]
    quiet: float
    held: float
    seconds: dict[str, float] = field(default_factory=dict)
    died: dict[str, list[str]] = field(default_factory=dict)
    noticed: int = 0
    """How often a service warned: a fault that nobody notices has not held."""


class Campaign:
    """Runs trials on a scene. The road ends with the steps of the moment ``until``."""

    def __init__(self, scene: Scene, copies: int, seed: int, tell: Tell, *, until: datetime | None = None) -> None:
        self._scene, self._copies, self._seed, self._tell, self._until = scene, copies, seed, tell, until

    def run(self, fault: Fault) -> Trial:
        """The trial of a fault. Raises `StackFault` if the stack itself cannot go on."""
        self._scene.cluster.await_whole()
        root = self._scene.root / fault.name
        ports, seconds, begun = Ports.free(), dict[str, float](), time.monotonic()
        stack = self._stack(fault, root, ports)
        places = Places(self._scene.cluster.mongo, self._scene.cluster.kafka, stack.addresses.mail, _prefix(fault))
        with stack, Witness(places.mongo, places.prefix, SERVICES) as witness:
            seconds["start"], begun = time.monotonic() - begun, time.monotonic()
            stage = Stage(self._scene, stack, random.Random(f"{self._seed}:{fault.name}"))
            poison = Poison(places) if fault.poisoned else None
            whole = road(self._copies, self._seed, self._until)
            histories, held = self._travelled(fault, stage, whole, root, places, poison)
            seconds["load"], begun = time.monotonic() - begun, time.monotonic()
            mortal.end(root)  # the last fault heals: by now only what happens seldom is left to die at
            left, quiet = self._quiet(places)
            self._tell("judging")
            begun = time.monotonic()
            witness.stop()
            found = evidence.gather(self._scene, stack, places, whole, histories, poison, left, quiet <= QUIET_WITHIN)
            seconds["judged"] = time.monotonic() - begun
        found = dataclasses.replace(found, seen={name: tuple(seen) for name, seen in witness.seen.items()})
        died = {name: mortal.reached(root, name) for name in SERVICES} if fault.deadly else {}
        if fault.deadly:
            must_have_died_everywhere(died)
        return Trial(fault, self._seed, found, judge(found), quiet, held, seconds, died, _warnings(root))

    def _stack(self, fault: Fault, root: Path, ports: Ports) -> Stack:
        root.mkdir(parents=True, exist_ok=True)
        door = self._scene.mail_door(ports.smtp)
        if fault.deadly:
            _write_plans(root, self._seed)

        def changed(program: Program) -> Program:
            name = program.name.partition("+")[0]
            if name not in SERVICES:
                return program
            told = {"MADOGUCHI_TOPIC_REPLICAS": f"{self._scene.cluster.nodes}", "MADOGUCHI_SMTP": f"{HOST}:{door}"}
            command = python("tests.chaos.mortal", name, str(root)) if fault.deadly else program.command
            return dataclasses.replace(program, command=command, environment={**program.environment, **told})

        given = {"kafka": self._scene.cluster.kafka, "mongo": self._scene.cluster.mongo}
        stack = Stack(root, ports, _prefix(fault), "rehearsal", parts=("mail",), changed=changed, given=given)
        if not fault.standby:
            return stack
        second = [
            dataclasses.replace(service(name, stack.addresses, port, "INFO"), name=f"{name}+2")
            for name, port in zip(fault.standby, free_ports(len(fault.standby)), strict=True)
        ]
        return Stack(
            root, ports, _prefix(fault), "rehearsal", parts=("mail",), changed=changed, given=given, extra=second
        )

    def _travelled(
        self, fault: Fault, stage: Stage, whole: Road, root: Path, places: Places, poison: Poison | None
    ) -> tuple[list[Path], float]:
        """Everybody goes the road while the fault comes and goes; histories, and for how long it held."""
        starts = {(2 * n + 1) * len(whole.waves) // (2 * len(fault.episodes)): e for n, e in enumerate(fault.episodes)}
        ill = Illness(stage)
        with people_of(stage.stack, root, self._task()) as (people, histories):
            for number, wave in enumerate(whole.waves):
                self._tell(f"wave {number + 1} of {len(whole.waves)}{ill.told}")
                if poison is not None:
                    poison.drop_some(number)
                if wave.rests:
                    self._rest(places)
                _move_clock(places, wave.at)
                if number in starts:
                    ill.begin(starts[number])
                for each in people:
                    each.ask(number)
                for each in people:
                    each.hear(number)
            self._tell("waiting for the fault to heal")
            ill.over()
        return histories, ill.held

    def _task(self) -> dict[str, Any]:
        until = self._until.isoformat() if self._until else None
        return {"copies": self._copies, "seed": self._seed, "until": until}

    def _rest(self, places: Places) -> None:
        until = time.monotonic() + RESTS_WITHIN
        while _moving(places) and time.monotonic() < until:
            time.sleep(LOOK_EVERY)

    def _quiet(self, places: Places) -> tuple[list[str], float]:
        """What still moves at the end of patience, and after how many seconds nothing did."""
        begun = time.monotonic()
        while True:
            left, took = _moving(places), time.monotonic() - begun
            self._tell(f"coming to rest: {left[0] if left else 'done'}")
            if not left or took > GIVEN_UP_AFTER:
                return left, took
            time.sleep(LOOK_EVERY)


def _prefix(fault: Fault) -> str:
    return f"rehearsal-{fault.name}"


def must_have_died_everywhere(died: Mapping[str, Sequence[str]]) -> None:
    """Else a step goes another way by now, and nobody is killed at it. Raises `StackFault`."""
    spared = mortal.STEPS.keys() - {mortal.Point.of(line).step for lines in died.values() for line in lines}
    if spared:
        raise StackFault(
            f"Nobody died at: {', '.join(sorted(spared))}. The fault did not hold (tests/chaos/mortal.py)."
        )


def _write_plans(root: Path, seed: int) -> None:
    dice = random.Random(f"{seed}:steps")
    for name in SERVICES:
        points = [f"{step} {side} {dice.randint(2, 4)}" for step in mortal.steps_of(name) for side in mortal.SIDES]
        dice.shuffle(points)
        mortal.plan_of(root, name).write_text("\n".join(points))


def _warnings(root: Path) -> int:
    files = [
        path for path in (root / "log").glob("*.log*") if path.name.partition(".")[0].partition("+")[0] in SERVICES
    ]
    lines = (line for path in files for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
    return sum(any(sign in line for sign in WARNED) for line in lines)


def _moving(places: Places) -> list[str]:
    reads = {name: topics for name, (topics, _) in consumes(SERVICES).items()}
    try:
        return asyncio.run(moving(places, SERVICES, reads))
    except (PyMongoError, KafkaError, OSError, TimeoutError) as away:
        return [type(away).__name__]


def _move_clock(places: Places, at: datetime) -> None:
    """As `kernel.clock` keeps it. While no primary is there, the clock waits."""
    with MongoClient[dict[str, Any]](places.mongo, serverSelectionTimeoutMS=2000, socketTimeoutMS=5000) as client:
        clock = client.get_database(f"{places.prefix}_clock")["clock"]
        until = time.monotonic() + WAVE_WITHIN
        while time.monotonic() < until:
            try:
                clock.update_one({"_id": "now"}, {"$max": {"at": at}}, upsert=True)
                return
            except PyMongoError:
                time.sleep(LOOK_EVERY)
    raise TimeoutError("the clock cannot be moved")
