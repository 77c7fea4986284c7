"""Placement on a real Kafka and MongoDB: screening's messages in, a round by HTTP, proposals out on the topic."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from aiokafka import AIOKafkaConsumer
from fastapi import FastAPI

from kernel.ciphers import seal
from kernel.clock import RehearsalClock
from kernel.publishing import parse
from kernel.relay import KafkaProducer
from kernel.run import application
from kernel.settings import Settings
from kernel.vault import Vault
from schemas.base import REGISTRY, Published
from schemas.placement import PlacementAccepted, PlacementProposed, SecondmentStarted
from schemas.screening import CompanyAdopted, ScreeningPassed
from services.placement.main import SPEC
from tests.placement.senders import adopted, message, passed, request, screened, tokyo

OFFICER = {"by": "hr-01", "reason": "2026年度の調整"}


@contextlib.asynccontextmanager
async def placement(kafka: str, mongo_url: str, folder: Path) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """The whole service, as its process runs it, under a prefix of its own."""
    key = folder / "master.key"
    key.write_bytes(bytes(32))
    settings = Settings(
        kafka=kafka,
        mongo=mongo_url,
        prefix=f"rehearsal-{uuid4().hex[:8]}",
        clock="rehearsal",
        access="trusting",
        master_key_file=key,
    )
    app = application(SPEC, settings)
    await clock_of(app).move(tokyo(2025, 12, 20))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://placement") as client:
            yield app, client


def clock_of(app: FastAPI) -> RehearsalClock:
    """The rehearsal's clock."""
    clock = app.state.kernel.clock
    assert isinstance(clock, RehearsalClock)
    return clock


async def produce(settings: Settings, *events: Published) -> None:
    """Put events on their topics, as their services would."""
    producer = KafkaProducer(settings.kafka, settings.prefix, "screening")
    await producer.start()
    await producer.send_all([message(event) for event in events])
    await producer.stop()


async def on_topic(settings: Settings, *, until: type[Published], count: int) -> list[Published]:
    """What placement has published, once so many of a kind are there."""
    consumer = AIOKafkaConsumer(
        f"{settings.prefix}.placement", bootstrap_servers=settings.kafka, auto_offset_reset="earliest"
    )
    await consumer.start()
    found: list[Published] = []
    try:
        async with asyncio.timeout(30):
            while sum(isinstance(event, until) for event in found) < count:
                record = await consumer.getone()
                read = parse(record.topic, 0, record.offset, record.key, record.value, record.headers)
                found.append(REGISTRY[read.name].model_validate_json(read.data))
    finally:
        await consumer.stop()
    return found


async def eventually(client: httpx.AsyncClient, path: str, holds: Callable[[Any], bool]) -> dict[str, Any]:
    """The answer, once it is what is waited for."""
    async with asyncio.timeout(30):
        while True:
            answer = await client.get(path)
            body: dict[str, Any] = answer.json()
            if answer.status_code == 200 and holds(body):
                return body
            await asyncio.sleep(0.05)


def so_many(number: int) -> Callable[[Any], bool]:
    """A work list of that length."""
    return lambda body: bool(body["total"] == number)


async def seen(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """An officer's word on the version of what is there now."""
    return OFFICER | {"seen_version": (await client.get(path)).json()["version"]}


async def post(client: httpx.AsyncClient, path: str, **fields: Any) -> dict[str, Any]:
    """An officer's command that is taken, on the version read just before."""
    answer = await client.post(path, json=await seen(client, path.rpartition("/")[0]) | fields)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


E = TypeVar("E", ScreeningPassed, CompanyAdopted)


async def under_our_keys(app: FastAPI, event: E) -> E:
    """The event with its party's fields sealed under the deployment's own keys."""
    vault: Vault = app.state.kernel.vault
    sealer = await vault.sealer(event.party.organisation_id)
    texts = {
        "name": "架空商事株式会社",
        "kana": "カクウ",
        "person": "見本",
        "email": "a@example.jp",
        "address": "見本町",
    }
    fields: dict[str, Any] = {field: sealer.contact(field, text) for field, text in texts.items()}
    for value in fields.values():
        seal(value, "intake/1")
    return event.model_copy(update={"party": replace(event.party, **fields)})


async def test_a_round_from_screenings_messages_to_proposals_and_a_start(
    kafka_bootstrap: str, mongo_url: str, tmp_path: Path
) -> None:
    async with placement(kafka_bootstrap, mongo_url, tmp_path) as (app, client):
        settings: Settings = app.state.kernel.settings
        await nothing_was_recorded_yet(client)
        forms = [passed(n, request("osaka>bangkok", "osaka>hanoi", "osaka>seoul")) for n in range(1, 4)]
        await produce(settings, *[await under_our_keys(app, form) for form in forms])
        await eventually(client, "/v1/rounds/secondment/2026", lambda body: len(body["candidates"]) == 3)
        await post(client, "/v1/rounds/secondment/2026/seed")
        ran = await post(client, "/v1/rounds/secondment/2026/run")
        round = (await client.get("/v1/rounds/secondment/2026")).json()
        assert {check["verdict"] for check in round["run"]["checks"]} == {"passed"}
        assert round["candidates"][0]["party"]["name"] == "架空商事株式会社"
        blind = await client.post("/v1/rounds/secondment/2026/announce", json=OFFICER)
        assert (blind.status_code, [e["pointer"] for e in blind.json()["errors"]]) == (422, ["/seen_version"])
        stale = await client.post("/v1/rounds/secondment/2026/announce", json=OFFICER | {"seen_version": 1})
        assert (stale.status_code, stale.headers["content-type"]) == (412, "application/problem+json")
        await post(client, "/v1/rounds/secondment/2026/announce", seen_version=ran["version"])
        proposals = await on_topic(settings, until=PlacementProposed, count=3)
        assert sorted(p.rank or 0 for p in proposals if isinstance(p, PlacementProposed)) == [1, 2, 3]
        await eventually(client, "/v1/proposals?status=proposed", so_many(3))
        await post(client, "/v1/proposals/app-1.1/acceptance")
        await on_topic(settings, until=PlacementAccepted, count=1)
        await produce(settings, screened(1, "person"), screened(1, "papers"))
        await eventually(client, "/v1/secondments/app-1.1", lambda body: len(body["history"]) == 4)
        await clock_of(app).move(tokyo(2026, 3, 2))
        await post(client, "/v1/secondments/app-1.1/memorandum-sent", sent_on="2026-03-02")
        await post(client, "/v1/secondments/app-1.1/memorandum-returned", returned_on="2026-03-02")
        await clock_of(app).move(tokyo(2026, 4, 1, 0) + timedelta(seconds=1))
        (started,) = [
            e for e in await on_topic(settings, until=SecondmentStarted, count=1) if isinstance(e, SecondmentStarted)
        ]
        assert started.receipt_number == "S2026-0001"
        await eventually(client, "/v1/secondments?status=running", so_many(1))
        lapsed = await eventually(client, "/v1/proposals?status=lapsed", so_many(2))
        assert {item["id"] for item in lapsed["items"]} == {"app-2.1", "app-3.1"}
        await everything_else_by_http(app, client)
        same = (await client.post("/operations/replay")).json()
        assert same == {projection.name: [] for projection in SPEC.projections}


async def nothing_was_recorded_yet(client: httpx.AsyncClient) -> None:
    """A round and a site read as version 0 before their first word, which must have seen that."""
    round = (await client.get("/v1/rounds/secondment/2026")).json()
    assert (round["version"], round["state"], round["candidates"]) == (0, "open", [])
    assert (await client.get("/v1/rounds/secondment/2099")).status_code == 404
    sites = (await client.get("/v1/sites?fiscal_year=2026")).json()["items"]
    assert {site["version"] for site in sites} == {0}
    opened = OFFICER | {"fiscal_year": 2026, "places": 2}
    answers = [
        await client.post("/v1/sites/sendai/capacity", json=opened | {"seen_version": version}) for version in (1, 0, 0)
    ]
    assert [answer.status_code for answer in answers] == [412, 200, 412]


async def everything_else_by_http(app: FastAPI, client: httpx.AsyncClient) -> None:
    """Faults are listed with place and clause, values are not repeated; supports answer as well."""
    settings: Settings = app.state.kernel.settings
    wrong = await client.post("/v1/secondments/app-1.1/departure", json={"by": "hr-01", "departed_on": "2027-02-30"})
    assert wrong.status_code == 422
    assert {error["pointer"] for error in wrong.json()["errors"]} == {"/reason", "/seen_version", "/departed_on"}
    assert "2027-02-30" not in wrong.text
    told = await seen(client, "/v1/secondments/app-1.1")
    early = await client.post(
        "/v1/secondments/app-1.1/departure", json=told | {"departed_on": "2026-04-01", "visa_granted": False}
    )
    assert (early.status_code, early.json()["errors"][0]["clause"]) == (409, "S-LI-4")
    assert (await client.get("/v1/rounds/support/2026")).status_code == 404
    sites = (await client.get("/v1/sites?fiscal_year=2026")).json()
    (osaka,) = [site for site in sites["items"] if site["id"] == "osaka"]
    assert osaka["years"]["2026"] == {"capacity": 4, "taken": 2, "free": 2}
    company = adopted(9).model_copy(update={"adopted_on": date(2026, 3, 20)})
    await produce(settings, await under_our_keys(app, company))
    await eventually(client, "/v1/supports?status=assigned", so_many(1))
    busy = (await client.get("/v1/coordinators?fiscal_year=2026")).json()
    assert (busy["total"], sum(each["companies"] for each in busy["items"])) == (16, 1)
    kick = {"held_on": "2026-04-01", "until": "2027-03-31", "stage": "recruiting", "plan": "採用計画"}
    told = await seen(client, "/v1/supports/app-9")
    two = await client.post("/v1/supports/app-9/kick-off", json=told | kick | {"present": ["company", "jetro"]})
    assert (two.status_code, two.json()["errors"][0]["clause"]) == (422, "C-LI-1")
    await post(client, "/v1/supports/app-9/kick-off", **kick, present=["company", "jetro", "coordinator"])
    judged = await post(client, "/v1/supports/app-9/requests", kind="mandate")
    assert (judged["outcome"], judged["clause"]) == ("refused", "C-LI-4")
    headers, told = {"Idempotency-Key": "visit-1"}, await seen(client, "/v1/supports/app-9")
    fixed = [
        await client.post("/v1/supports/app-9/visits", json=told | {"on": "2026-06-20"}, headers=headers)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in fixed] == [200, 200]
    assert len((await client.get("/v1/supports/app-9")).json()["visits"]) == 1


async def test_capacity_holds_when_many_are_offered_the_last_place_at_once(
    kafka_bootstrap: str, mongo_url: str, tmp_path: Path
) -> None:
    async with placement(kafka_bootstrap, mongo_url, tmp_path) as (app, client):
        settings: Settings = app.state.kernel.settings
        forms = [passed(n, request("sendai", "naha", years=1)) for n in range(1, 9)]
        await produce(settings, *[await under_our_keys(app, form) for form in forms])
        await eventually(client, "/v1/rounds/secondment/2026", lambda body: len(body["candidates"]) == 8)
        for step in ("seed", "run", "announce"):
            await post(client, f"/v1/rounds/secondment/2026/{step}")
        await eventually(client, "/v1/proposals?status=not_possible", so_many(6))
        waiting = (await client.get("/v1/proposals?status=not_possible")).json()["items"]
        by_hand = [
            client.post(
                "/v1/rounds/secondment/2026/adjust",
                json=OFFICER
                | {"secondment_id": item["id"], "domestic": "okayama", "years": 1, "seen_version": item["version"]},
            )
            for item in waiting
        ]
        answers = await asyncio.gather(*by_hand)
        assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
        sites = (await client.get("/v1/sites?fiscal_year=2026")).json()["items"]
        assert all(year["taken"] <= year["capacity"] for site in sites for year in site["years"].values())
