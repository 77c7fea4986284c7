"""The service as it runs: uvicorn, the real Kafka and MongoDB, its clock moved."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from aiokafka import AIOKafkaConsumer

from kernel import mongo
from kernel.clock import RehearsalClock, SystemClock
from kernel.ids import RandomIds
from kernel.mongolog import MongoLog
from kernel.repository import Repository
from kernel.run import application
from kernel.settings import Settings
from schemas.values import TOKYO
from services.intake.domain import Reception
from services.intake.main import SPEC
from tests.intake import forms
from tests.intake.support import DEADLINE, OPEN, SUPPORT_OPEN, officer

WITHIN = 30.0
"""Seconds."""


@dataclass
class Running:
    """A running intake: its HTTP, its clock, its databases, what it published."""

    http: httpx.AsyncClient
    clock: RehearsalClock
    db: Callable[[str], Any]
    settings: Settings

    async def sends(self, form: dict[str, Any], programme: str = "secondment", key: str = "") -> httpx.Response:
        headers = {"Idempotency-Key": key or uuid4().hex}
        return await self.http.post(f"/v1/{programme}/2026/applications", json=form, headers=headers)

    async def lays(self, where: str) -> httpx.Response:
        raw = forms.consent(where)
        headers = {"Idempotency-Key": uuid4().hex, "Content-Digest": forms.digest(raw)}
        return await self.http.post(f"{where}/papers", content=raw, params={"kind": "consent"}, headers=headers)

    async def topic(self, names: int) -> list[tuple[str, dict[str, Any]]]:
        """The first so many messages on intake's topic: name and data."""
        consumer = AIOKafkaConsumer(
            f"{self.settings.prefix}.intake", bootstrap_servers=self.settings.kafka, auto_offset_reset="earliest",
            isolation_level="read_committed",
        )  # fmt: skip
        await consumer.start()
        heard: list[tuple[str, dict[str, Any]]] = []
        try:
            async with asyncio.timeout(WITHIN):
                while len(heard) < names:
                    record = await consumer.getone()
                    heard.append((dict(record.headers)["ce_type"].decode(), json.loads(record.value)))
        finally:
            await consumer.stop()
        return heard


@asynccontextmanager
async def running(
    mongo_url: str,
    kafka: str,
    port: int,
    folder: Path,
    at: datetime,
    before: Callable[[Any], Awaitable[None]] | None = None,
    health: str = "ready",
) -> AsyncIterator[Running]:
    """Intake served on a port, in databases and topics of its own."""
    key = folder / "master.key"
    key.write_bytes(secrets.token_bytes(32))
    settings = Settings(
        kafka=kafka, mongo=mongo_url, prefix=f"rehearsal-{uuid4().hex[:8]}", clock="rehearsal", access="trusting",
        http_port=port, master_key_file=key, topic_partitions=2,
    )  # fmt: skip
    client = mongo.connect(mongo_url)
    clock = RehearsalClock(mongo.database(client, settings.database("clock")))
    await clock.move(at)
    if before is not None:
        await before(mongo.database(client, settings.database("intake")))
    server = uvicorn.Server(uvicorn.Config(application(SPEC, settings), port=port, log_config=None))
    task = asyncio.create_task(server.serve())
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=WITHIN) as http:
            await eventually(lambda: ready(http, health))
            yield Running(http, clock, lambda name: mongo.database(client, settings.database(name)), settings)
    finally:
        server.should_exit = True
        await task
        for name in await client.list_database_names():
            if name.startswith(settings.prefix):
                await client.drop_database(name)
        client.close()


async def ready(http: httpx.AsyncClient, health: str) -> bool:
    try:
        return (await http.get(f"/health/{health}")).status_code == 200
    except httpx.TransportError:
        return False


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it holds."""
    until = time.monotonic() + WITHIN
    while not await holds():
        assert time.monotonic() < until, "it did not come to hold"
        await asyncio.sleep(0.05)


@pytest.mark.clause("G-8")
@pytest.mark.clause("S-IN-1")
async def test_fifty_at_once_then_the_deadline(
    mongo_url: str, kafka_bootstrap: str, unused_port: Callable[[], int], tmp_path: Path
) -> None:
    async with running(mongo_url, kafka_bootstrap, unused_port(), tmp_path, OPEN) as intake:
        sent = await asyncio.gather(*(intake.sends(forms.secondment(n), key=f"k{n}") for n in range(1, 51)))
        assert {answer.status_code for answer in sent} == {201}
        assert sorted(a.json()["receipt_number"] for a in sent) == [f"S2026-{n:04d}" for n in range(1, 51)]
        again = await asyncio.gather(*(intake.sends(forms.secondment(n), key=f"k{n}") for n in range(1, 51)))
        assert [a.json()["id"] for a in again] == [a.json()["id"] for a in sent]
        late = await asyncio.gather(*(intake.sends(forms.secondment(60), key="same") for _ in range(5)))
        assert len({answer.json()["id"] for answer in late}) == 1

        await intake.clock.move(DEADLINE)
        refused = await intake.sends(forms.secondment(70))
        assert (refused.status_code, refused.json()["errors"][0]["clause"]) == (409, "S-IN-1")
        heard = await intake.topic(53)
        assert [name for name, _ in heard].count("ApplicationSubmitted.v1") == 51
        closed = [data for name, data in heard if name == "ReceptionClosed.v1"]
        assert closed == [{"programme": "secondment", "fiscal_year": 2026, "reason": "deadline", "standing": 51}]
        late = refused.json()["instance"]
        seen = (await intake.http.get(late)).json()["version"]
        admitted = await intake.http.post(f"{late}/late-admission", json=officer(seen_version=seen))
        assert admitted.json()["receipt_number"] == "S2026-0052"

        log = [document async for document in intake.db("intake")["log"].find().sort("_id", 1)]
        versions: dict[str, list[int]] = {}
        for event in (event for document in log for event in document.get("e", ())):
            versions.setdefault(event["s"], []).append(event["v"])
        assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
        work = await intake.http.get("/v1/secondment/2026/applications?status=submitted&size=5&sort=-receipt_number")
        assert work.json()["total"] in {51, 52}
        assert (await intake.http.post("/operations/replay")).json() == {p.name: [] for p in SPEC.projections}


async def five_places(db: Any) -> None:
    """A reception that was opened with five places before the service began."""
    log = MongoLog(db)
    await log.prepare()
    reception = Reception.open(
        "support", 2026, edition="support/2026", opens_at=SUPPORT_OPEN - timedelta(days=8), closes_at=None, places=5,
        at=SUPPORT_OPEN,
    )  # fmt: skip
    await Repository(log, SystemClock(), RandomIds()).save(reception)
    await log.close()


@pytest.mark.clause("C-IN-3")
@pytest.mark.clause("C-IN-1")
async def test_exactly_the_places_there_are(
    mongo_url: str, kafka_bootstrap: str, unused_port: Callable[[], int], tmp_path: Path
) -> None:
    async with running(mongo_url, kafka_bootstrap, unused_port(), tmp_path, SUPPORT_OPEN, five_places) as intake:
        sent = await asyncio.gather(*(intake.sends(forms.support(n), "support") for n in range(1, 13)))
        laid = await asyncio.gather(*(intake.lays(answer.headers["location"]) for answer in sent))
        assert sorted(answer.status_code for answer in laid) == [201] * 5 + [409] * 7
        let_in = next(answer for answer in laid if answer.status_code == 201)
        await intake.http.post(f"{let_in.headers['location']}/withdrawal")
        assert (await intake.http.get("/v1/support/2026/reception")).json()["places_left"] == 1
        assert (await intake.sends(forms.support(20), "support")).status_code == 201
        boxes = [document async for document in intake.db("intake")["boxes"].find()]
        assert len(boxes) == 5
        assert all(b"%PDF" not in bytes(box["sealed"]) for box in boxes)


@pytest.mark.clause("G-8")
async def test_forms_are_taken_before_kafka_is_there(
    mongo_url: str, unused_port: Callable[[], int], tmp_path: Path
) -> None:
    nobody = f"127.0.0.1:{unused_port()}"
    async with running(mongo_url, nobody, unused_port(), tmp_path, OPEN, health="live") as intake:
        sent = await asyncio.gather(*(intake.sends(forms.secondment(n)) for n in range(1, 4)))
        assert [answer.status_code for answer in sent] == [201] * 3
        assert (await intake.http.get("/health/ready")).status_code == 503


async def test_the_rehearsal_clock_tells_tokyo_time(
    mongo_url: str, kafka_bootstrap: str, unused_port: Callable[[], int], tmp_path: Path
) -> None:
    early = datetime(2025, 11, 3, 23, 59, tzinfo=TOKYO)
    async with running(mongo_url, kafka_bootstrap, unused_port(), tmp_path, early) as intake:
        assert (await intake.sends(forms.secondment(1))).status_code == 409
        await intake.clock.move(early + timedelta(minutes=1))
        assert (await intake.sends(forms.secondment(1))).status_code == 201
