"""What billing's tests speak with: organisations, placement's events in wire form, billing over HTTP in memory."""

from __future__ import annotations

import itertools
import json
from datetime import date, datetime
from typing import Any

import httpx
from fastapi import FastAPI

from kernel import http
from kernel.access import Trusting
from kernel.ciphers import seal
from kernel.log import Context
from kernel.publishing import Message
from kernel.sealing import Contact
from kernel.testing import Company, sealed
from kernel.vault import Vault
from schemas import placement
from schemas.base import Published
from schemas.values import TOKYO, InvoiceLine, Party
from services.billing.domain.values import Case
from services.billing.main import SPEC

SECONDMENT = "app-1.1"
CASE = Case(programme="secondment", fiscal_year=2026, application_id="app-1", account=SECONDMENT)
NUMBERS = itertools.count(1)


def tokyo(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=TOKYO)


TEXTS = {
    "name": "架空商事株式会社",
    "kana": "カクウショウジ",
    "person": "見本 花子",
    "email": "jinji@kakuu.example.jp",
    "address": "東京都千代田区見本町1-1",
}


def party() -> Party:
    """Fresh, for given–when–then."""
    return _party("org-1", {name: sealed(Contact, text, subject="org-1", field=name) for name, text in TEXTS.items()})


async def party_in(vault: Vault, organisation_id: str = "org-1", **texts: str) -> Party:
    """As it comes over a topic: sealed for good."""
    sealer = await vault.sealer(organisation_id)
    fresh = {name: sealer.contact(name, text) for name, text in (TEXTS | texts).items()}
    return _party(organisation_id, {name: Contact(seal(value, "it/1")) for name, value in fresh.items()})


def _party(organisation_id: str, contacts: dict[str, Contact]) -> Party:
    return Party(organisation_id=organisation_id, kind="company", corporate_number=None, **contacts)


def message(event: Published) -> Message:
    """The event as placement's relay would have sent it."""
    number = next(NUMBERS)
    return Message(
        id=f"placement:test/{number}",
        name=event.NAME,
        version=event.VERSION,
        source="placement",
        topic=event.TOPIC,
        key=event.key,
        time=datetime(2027, 4, 1, tzinfo=TOKYO),
        position=number,
        context=Context(),
        data=event.model_dump_json().encode(),
        partition=0,
        offset=number,
    )


class Counter:
    """A story's placement and its clock, with billing as the only service."""

    def __init__(self, at: datetime) -> None:
        self.company = Company(SPEC, at=at)
        self.billing = self.company["billing"]
        self.party: Party | None = None

    async def seen(self, invoice_id: str) -> int:
        """The version at which an officer reads an invoice's receivable."""
        await self.company.run()
        async with self.client() as billing:
            read = (await billing.get(f"/v1/invoices/{invoice_id}")).json()
        version: int = read["receivable"]["version"]
        return version

    async def hears(self, *events: Published) -> None:
        """Placement publishes; billing takes its course."""
        await self.billing.consumer.take([message(event) for event in events])
        parked = await self.billing.parking.listed()
        assert not parked, parked
        await self.company.run()

    async def says(self, kind: type[placement.OfSecondment], secondment: str = SECONDMENT, **fields: Any) -> None:
        """One event about a secondment."""
        await self.hears(await self.about(kind, secondment, **fields))

    async def about(
        self, kind: type[placement.OfSecondment], secondment: str = SECONDMENT, **fields: Any
    ) -> placement.OfSecondment:
        self.party = self.party or await party_in(self.billing.world.vault)
        if "reason" in kind.model_fields:
            fields.setdefault("reason", self.party.name)  # whatever is sealed: billing never opens it
        return kind(
            programme="secondment", fiscal_year=2026, application_id=secondment.split(".")[0],
            secondment_id=secondment, party=self.party, **fields,
        )  # fmt: skip

    async def departs(self, on: date, until: date, office: str = "bangkok", country: str = "TH") -> None:
        await self.says(
            placement.SecondeeDeparted, office=office, country=country, departed_on=on, until=until,
            edition="secondment/2026",
        )  # fmt: skip

    async def ends(self, on: date, *, early: bool = True) -> None:
        await self.says(placement.SecondmentEnded, ended_on=on, early=early, ground=None)

    def published(self, name: str) -> list[dict[str, Any]]:
        """The public events of that name so far."""
        return [json.loads(each.data) for each in self.company.published if each.name == name]

    def client(self) -> httpx.AsyncClient:
        """Billing's API on the same logs."""
        app = FastAPI()
        app.state.application = self.billing.application
        app.state.kernel = self.billing.application.kernel
        http.install(app, Trusting())
        for router in SPEC.routers:
            app.include_router(router)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://billing")


def cost(amount: int, tax: int | None = 10) -> InvoiceLine:
    return InvoiceLine(
        fee="visit_cost",
        clause="C-BI-2",
        description="訪問に係る航空券の取消料",
        amount=amount,
        tax=tax,
        source="app-2",
    )
