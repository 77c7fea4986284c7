"""Where a drill plays: five services, a second process of intake, Kafka, MongoDB, mail, and a Prometheus that looks on.

All time is a rehearsal's, on a day on which the reception of the support is open; the clock stands still.
"""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from pymongo import MongoClient
from rich.console import Console

from infra.local import kafka
from infra.local.parts import kafka_jars
from infra.local.ports import HOST, SERVICES, Ports, free_ports
from infra.local.programs import Addresses, Program, service
from infra.local.prometheus import Watched, brought, is_ready, prepare
from infra.local.stack import PARTS_FOLDER, Stack
from kernel import mongo
from kernel.clock import RehearsalClock
from schemas.values import TOKYO
from tests.drill.disk import Disk, small_disk
from tests.drill.hastened import RULES, hastened
from tests.drill.monitor import Monitor
from tests.intake import forms

PREFIX = "rehearsal-drill"
AT = datetime(2026, 2, 10, 10, tzinfo=TOKYO)
STANDBY = "intake-2"
SECOND = "kafka-2"
ON_BOTH = "offsets.topic.replication.factor=2\n"
"""A cluster that is to outlive a broker keeps its groups' offsets twice."""
SCRAPED_WITHIN = 60.0
DISK = 1200
"""Megabytes of MongoDB's disk in a drill: its log of operations and journal fit, and little else."""


class Scene:
    """A running system under a watching Prometheus. Use as a context manager.

    ``full`` puts MongoDB on a disk of its own and gives Kafka a second broker: some faults take that.
    """

    def __init__(self, root: Path, *, full: bool = False) -> None:
        self.root, self.ports = root.resolve(), Ports.free()
        self._standby_port, self._prometheus_port, self._second_port = free_ports(3)
        self._full, self._token = full, self.root / "run" / "metrics.token"
        self.disk: Disk | None = None
        self.monitor = Monitor(f"http://{HOST}:{self._prometheus_port}")
        self.stack = Stack(self.root, self.ports, PREFIX, "rehearsal", extra=self._extra(), changed=self._changed)
        self._count = 0
        self.later = ExitStack()
        """What is to be closed after everything else: a disk, what a fault leaves running."""

    def __enter__(self) -> Scene:
        try:
            if self._full:
                self.disk = self.later.enter_context(small_disk(self.root / "data" / "mongod", DISK))
            self.stack.start()
            asyncio.run(_set_clock(self.at))
            self.monitor.until(lambda: is_ready(self._prometheus_port), SCRAPED_WITHIN, "Prometheus")
            self.monitor.until(self._all_seen, SCRAPED_WITHIN, "a scrape of every process")
            self.form()
        except BaseException:
            self._stop()
            raise
        self.http = httpx.Client(timeout=30)
        self.database: MongoClient[dict[str, Any]] = MongoClient(self.at.mongo, serverSelectionTimeoutMS=5000)
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self.database.close()
        self._stop()

    def _stop(self) -> None:
        self.monitor.close()
        self.stack.stop()
        self.later.close()

    @property
    def at(self) -> Addresses:
        """Where everything is reached."""
        return self.stack.addresses

    @property
    def prometheus(self) -> str:
        """URL of the Prometheus that looks on."""
        return f"http://{HOST}:{self._prometheus_port}"

    def form(self) -> httpx.Response:
        """Another company registers; a letter to it follows."""
        self._count += 1
        with httpx.Client(timeout=30) as http:
            return http.post(
                f"{self.at.services['intake']}/v1/support/2026/applications",
                json=forms.support(self._count),
                headers={"Idempotency-Key": f"drill-{self._count}"},
            )

    def address(self) -> str:
        """The address that the next company will be written to."""
        return str(forms.party(self._count + 1)["email"])

    @contextmanager
    def busy(self, pause: float = 0.3) -> Iterator[None]:
        """Companies register all the while, one after the other; their answers are the drill's business, not theirs."""
        over = threading.Event()

        def go_on() -> None:
            while not over.wait(pause):
                try:
                    self.form()
                except httpx.TransportError:
                    continue

        worker = threading.Thread(target=go_on, name="companies", daemon=True)
        worker.start()
        try:
            yield
        finally:
            over.set()
            worker.join()

    def _all_seen(self) -> bool:
        up = {each["metric"]["instance"] for each in self.monitor.query('up{job="madoguchi"} == 1')}
        leading = {each["metric"]["service"] for each in self.monitor.query("madoguchi_follows_log == 1")}
        return len(up) == len(SERVICES) + 1 and leading == set(SERVICES)

    def _extra(self) -> list[Program]:
        root = self.root
        rules = root / "run" / "rules.yml"
        rules.parent.mkdir(parents=True, exist_ok=True)
        self._token.write_text(secrets.token_hex())
        rules.write_text(hastened(RULES.read_text(encoding="utf-8")), encoding="utf-8")
        binary = brought(PARTS_FOLDER / "prometheus", Console(quiet=True)).prometheus
        targets = [(f"{HOST}:{self.ports.services[name]}", name) for name in SERVICES]
        targets.append((f"{HOST}:{self._standby_port}", "intake"))
        watched = Watched(targets, "1s", [rules], self._token)
        watching = prepare(binary, self._prometheus_port, root / "prometheus", watched)
        at = Addresses.of(self.ports, SERVICES, PREFIX, "rehearsal", root / "run" / "master.key")
        standby = dataclasses.replace(service("intake", at, self._standby_port, "INFO"), name=STANDBY)
        return [standby, watching, *([self._second_broker()] if self._full else [])]

    def _changed(self, program: Program) -> Program:
        if program.name in SERVICES or program.name == STANDBY:
            told = {"MADOGUCHI_METRICS_TOKEN_FILE": str(self._token)}
            told |= {"MADOGUCHI_TOPIC_REPLICAS": "2"} if self.disk is not None else {}
            return dataclasses.replace(program, environment={**program.environment, **told})
        if self.disk is None:
            return program
        if program.name == "mongod":
            return dataclasses.replace(program, command=self.disk.inside(program.command))
        if program.name == "kafka":
            with Path(program.command[-1]).open("a") as properties:
                properties.write(ON_BOTH)
        return program

    def _second_broker(self) -> Program:
        jars, data = kafka_jars(PARTS_FOLDER / "kafka", Console(quiet=True)), self.root / "data"
        kafka.prepare(jars, self.ports, data / "kafka", self.root / "run" / "kafka.properties")  # it names the cluster
        broker = kafka.prepare_broker(jars, self.ports, data / "kafka", self._second_port, data / SECOND)
        with Path(broker.command[-1]).open("a") as properties:
            properties.write(ON_BOTH)
        return broker


async def _set_clock(at: Addresses) -> None:
    client = mongo.connect(at.mongo)
    await RehearsalClock(mongo.database(client, f"{PREFIX}_clock")).move(AT)
    client.close()
