"""Billing and notify as their own processes on a real Kafka, MongoDB and mail server.

Placement's events go in on its topic; an invoice and its letter come out, once, whatever is killed on the way.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from infra.local.ports import Ports
from infra.local.stack import Stack
from kernel import mongo
from kernel.ciphers import seal
from kernel.clock import RehearsalClock
from kernel.masterkeys import KeyFile
from kernel.relay import KafkaProducer
from kernel.sealing import Personal
from kernel.vault import Vault
from schemas import placement, screening
from schemas.__main__ import example
from schemas.base import Published
from schemas.values import Party
from tests.notify.support import message, party_in, tokyo

SERVICES = ("billing", "notify")
RATE = {
    "by": "keiri-1",
    "reason": "着任日の相場",
    "currency": "USD",
    "day": "2027-04-05",
    "kind": "TTS",
    "yen_per_unit": "150.37",
    "bank": "見本銀行",
    "source": "見本銀行 外国為替公示相場",
}
WITHIN = 60.0


class Deployment:
    """The two services, and the hands of everybody around them."""

    def __init__(self, stack: Stack, client: Any, http: httpx.AsyncClient) -> None:
        self.at, self.http = stack.addresses, http
        self.clock = RehearsalClock(mongo.database(client, f"{self.at.prefix}_clock"))
        keys = mongo.database(client, f"{self.at.prefix}_keyring")["keys"]
        self.vault = Vault(keys, KeyFile(self.at.master_key_file), {"contact"})

    async def publishes(self, *events: Published) -> None:
        """On their topics, as their services' relays would."""
        producer = KafkaProducer(self.at.kafka, self.at.prefix, "test")
        await producer.start()
        await producer.send_all([message(event) for event in events])
        await producer.stop()

    async def get(self, service: str, path: str) -> Any:
        return (await self.http.get(f"{self.at.services[service]}{path}")).raise_for_status().json()

    async def post(self, service: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return (await self.http.post(f"{self.at.services[service]}{path}", json=body)).raise_for_status().json()

    async def total(self, service: str, path: str, wanted: int) -> None:
        """Wait until a work list is that long."""

        async def so_long() -> bool:
            return bool((await self.get(service, path))["total"] == wanted)

        await until(so_long)

    async def mail(self, subject: str) -> dict[str, Any]:
        """The one mail whose subject holds this, once it is there."""
        found: list[dict[str, Any]] = []

        async def there() -> bool:
            found[:] = (await self.http.get(f"{self.at.mail}/messages", params={"subject": subject})).json()
            return bool(found)

        await until(there)
        (mail,) = found
        return mail


@pytest.fixture
async def here(stack: Stack) -> AsyncIterator[Deployment]:
    client = mongo.connect(stack.addresses.mongo)
    async with httpx.AsyncClient(timeout=30) as http:
        yield Deployment(stack, client, http)
    client.close()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("billing-and-notify")
    with Stack(folder, Ports.free(), "rehearsal-letters", "rehearsal", services=SERVICES) as running:
        yield running


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a condition, not for a time."""
    limit = time.monotonic() + WITHIN
    while not await holds():
        assert time.monotonic() < limit, "it did not come to hold"
        await asyncio.sleep(0.1)


def departed(party: Party, application_id: str) -> placement.SecondeeDeparted:
    return placement.SecondeeDeparted(
        programme="secondment", fiscal_year=2026, application_id=application_id, secondment_id=f"{application_id}.1",
        party=party, receipt_number="S2026-000001", office="new-york", country="US", departed_on=date(2027, 4, 5),
        until=date(2028, 3, 31), edition="secondment/2026",
    )  # fmt: skip


def ended(party: Party, application_id: str, ground: Personal) -> placement.SecondmentEnded:
    return placement.SecondmentEnded(
        programme="secondment", fiscal_year=2026, application_id=application_id, secondment_id=f"{application_id}.1",
        party=party, receipt_number="S2026-000001", ended_on=date(2027, 9, 30), early=True, ground=ground,
    )  # fmt: skip


@pytest.mark.clause("S-BI-4")
@pytest.mark.clause("S-NO-2")
async def test_an_invoice_and_its_letter_arrive_once_whatever_is_killed(stack: Stack, here: Deployment) -> None:
    await here.clock.move(tokyo(2027, 4, 5))
    party = await party_in(here.vault)
    await here.publishes(departed(party, "app-1"))
    await here.total("billing", "/v1/invoices?status=held", 1)
    await here.post("billing", "/v1/exchange-rates", RATE)
    mail = await here.mail("ご請求書（適格請求書）INV-S2026-000001")
    assert "2,217,813円" in mail["body"]
    assert mail["recipients"] == ["jinji@kakuu.example.jp"]
    (listed,) = (await here.get("billing", "/v1/invoices?status=open"))["items"]
    assert (listed["recipient"], listed["total"]) == ("架空商事株式会社", 2_217_813)

    killed = {name: stack.kill(name) for name in SERVICES}
    sealer = await here.vault.sealer("person-1")
    ground = Personal(seal(sealer.personal("ground", "illness"), "secondment-app-1.1/9"))
    await here.publishes(ended(party, "app-1", ground))
    for name, pid in killed.items():
        await asyncio.to_thread(stack.await_restarted, name, pid)
    assert "傷病" in (await here.mail("出向の終了"))["body"]
    assert "792,000円" in (await here.mail("RET-S2026-000001"))["body"]

    await here.clock.move(tokyo(2027, 6, 1))
    await here.mail("お支払いのお願い")
    await here.total("notify", "/v1/letters?status=composed", 0)
    for name in SERVICES:
        replayed = await here.post(name, "/operations/replay")
        assert [differing for differing in replayed.values() if differing] == []
        assert (await here.get(name, "/operations/progress"))["parked"] == 0


@pytest.mark.clause("S-NO-2")
@pytest.mark.clause("C-NO-1")
async def test_a_letter_outlasts_a_mail_server_that_is_away_while_the_clock_stands_still(
    stack: Stack, here: Deployment
) -> None:
    await here.clock.move(tokyo(2027, 6, 1))
    given = {"party": await party_in(here.vault), "application_id": "app-2", "sequence": 0}
    await asyncio.to_thread(stack.keeper.end, "mail")
    await here.publishes(example(screening.InterviewArranged).model_copy(update=given))
    await here.total("notify", "/v1/letters?status=failed&application_id=app-2", 1)
    await asyncio.to_thread(stack.keeper.begin, "mail")
    await asyncio.to_thread(stack.await_ready, "mail")
    mail = await here.mail("二次審査")
    await here.total("notify", "/v1/letters?status=sent&application_id=app-2", 1)
    (attached,) = mail["attachments"]
    calendar: Any = Calendar.from_ical((await here.http.get(here.at.mail + attached["href"])).content)
    assert calendar.walk("VEVENT")[0]["UID"] == "interview-app-2@example.jp"
