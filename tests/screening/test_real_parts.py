"""Screening as it runs: a real Kafka and MongoDB, officers over HTTP, a clock that is moved."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from fastapi import FastAPI

from kernel import mongo
from kernel.clock import RehearsalClock
from kernel.publishing import parse
from kernel.relay import KafkaProducer
from kernel.run import application
from kernel.settings import Settings
from kernel.testing.world import MASTER
from schemas.base import REGISTRY, Published
from services.screening.main import SPEC
from tests.screening.desk import CASE, SUBJECTS, know, message
from tests.screening.forms import (
    APPLICATION,
    company_form,
    form,
    named,
    papers,
    secondee,
    submitted,
    tokyo,
)

RUNS = itertools.count(1)


@dataclass
class Real:
    """A running screening and those around it."""

    app: FastAPI
    client: httpx.AsyncClient
    clock: RehearsalClock
    intake: KafkaProducer
    kafka: str
    prefix: str
    database: Any

    async def hear(self, *events: Published) -> None:
        """Intake publishes over Kafka."""
        await self.intake.send_all([message(event) for event in events])

    async def told(self, number: int) -> list[Published]:
        """What screening's topic holds, once there are so many."""
        topic = f"{self.prefix}.screening"
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.kafka, auto_offset_reset="earliest", enable_auto_commit=False
        )
        await consumer.start()
        try:
            consumer.assign([TopicPartition(topic, place) for place in range(4)])
            found: list[Any] = []
            async with asyncio.timeout(20):
                while len(found) < number:
                    batches = await consumer.getmany(timeout_ms=200)
                    found += [record for batch in batches.values() for record in batch]
        finally:
            await consumer.stop()
        read = [parse(r.topic, r.partition, r.offset, r.key, r.value, r.headers) for r in found]
        assert {each.key for each in read} == {APPLICATION}
        return [REGISTRY[each.name].model_validate_json(each.data) for each in read]

    async def until_waiting(self, status: str) -> dict[str, Any]:
        """The case on a work list, once it is there."""
        async with asyncio.timeout(20):
            while True:
                page = await self.client.get(f"/v1/screenings?status={status}", headers={"X-Officer": "o-1"})
                items: list[dict[str, Any]] = page.json()["items"]
                if items:
                    return items[0]
                await asyncio.sleep(0.1)

    async def declare(self) -> None:
        """The officer declares on the case, once it is there (C-SC-16): before that no list by status has it."""
        said = {"by": "o-1", "reason": "秘密の理由"}
        async with asyncio.timeout(20):
            while True:
                if (await self.client.post(f"{CASE}/no-interest", json=said)).status_code == 200:
                    return
                await asyncio.sleep(0.1)

    async def order(self, what: str, **body: Any) -> None:
        """An officer's command, given again on the newest version while messages still come in."""
        async with asyncio.timeout(20):
            while True:
                seen = (await self.client.get(CASE, headers={"X-Officer": "o-1"})).json()["version"]
                said = {"by": "o-1", "reason": "秘密の理由", "seen_version": seen, **body}
                answer = await self.client.post(f"{CASE}/{what}", json=said)
                if answer.status_code != 412 or "seen_version" in body:
                    break
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def real(mongo_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Real]:
    """Screening on the session's Kafka and MongoDB, under a prefix of its own."""
    prefix = f"rehearsal-screening-{next(RUNS)}"
    master = tmp_path / "master.key"
    master.write_bytes(MASTER)
    settings = Settings(
        kafka=kafka_bootstrap,
        mongo=mongo_url,
        prefix=prefix,
        clock="rehearsal",
        access="trusting",
        master_key_file=master,
    )
    client = mongo.connect(mongo_url)
    clock = RehearsalClock(mongo.database(client, settings.database("clock")))
    await clock.move(tokyo(2025, 11, 20))
    app = application(SPEC, settings)
    await know(mongo.database(client, settings.database("keyring"))["keys"], app.state.kernel.vault, *SUBJECTS)
    intake = KafkaProducer(kafka_bootstrap, prefix, "intake")
    transport = httpx.ASGITransport(app=app)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://screening"))
        database = mongo.database(client, settings.database("screening"))
        yield Real(app, http, clock, intake, kafka_bootstrap, prefix, database)
        await intake.stop()
    client.close()


async def moved(real: Real, to: datetime) -> None:
    """Time passes."""
    await real.clock.move(to)


@pytest.mark.clause("S-SC-9")
async def test_a_secondment_on_real_parts(real: Real) -> None:
    await real.hear(submitted(form()))
    item = await real.until_waiting("to_judge")
    await real.order("purpose", outcome="passed", seen_version=item["version"])
    await real.hear(named(secondee(toeic=729)), *papers(tokyo(2026, 2, 1).date(), without=("resume/original",)))
    await real.until_waiting("waiver")
    await real.order("waivers/S-SC-8", outcome="granted")
    await moved(real, tokyo(2026, 2, 25, 0, 0))
    await real.until_waiting("held")
    await real.order("papers", outcome="passed")
    told = [(each.NAME, getattr(each, "stage", None)) for each in await real.told(5)]
    assert told == [
        ("ScreeningPassed", "form"),
        ("WaiverAsked", "person"),
        ("ScreeningPassed", "person"),
        ("PapersMissing", None),
        ("ScreeningPassed", "papers"),
    ]
    again = await real.client.post("/operations/replay")
    assert again.json() == {"cases": []}


@pytest.mark.clause("C-SC-15")
async def test_a_company_on_real_parts(real: Real) -> None:
    await moved(real, tokyo(2026, 2, 10))
    await real.hear(submitted(company_form()))
    await real.declare()
    await real.until_waiting("to_judge")
    criteria = {code: {"met": False, "note": "秘密の所見"} for code in ("understanding", "motive", "management")}
    criteria |= {code: {"met": True, "note": "可"} for code in ("structure", "effect")}
    await real.order("stage-one", outcome="refused", criteria=criteria, strength={"met": True, "note": "可"})
    await moved(real, tokyo(2026, 2, 26, 9))  # the day on which whoever is not adopted hears of it
    (told,) = await real.told(1)
    assert told.NAME == "CompanyNotAdopted"
    for path in ("/operations/log", "/operations/log/screening-app-1"):
        assert (await real.client.get(path)).status_code == 403, "screening's own route goes before the kernel's"
    kept = await everything(real.database)
    assert stands_in("精密機械", kept), "what is not sealed is found, so the search works"
    assert not stands_in("秘密", kept)


def stands_in(text: str, kept: str) -> bool:
    """Whether a text is readable somewhere, as text or in bytes."""
    return text in kept or repr(text.encode())[2:-1] in kept


async def everything(database: Any) -> str:
    """All documents of a database, as one text."""
    names = await database.list_collection_names()
    return "\n".join([repr(document) for name in names async for document in database[name].find()])
