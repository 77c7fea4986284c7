"""Fifty invoices at once on the real MongoDB, by two writers: every number once, none missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kernel import mongo
from kernel.ids import RandomIds
from kernel.mapper import restore
from kernel.repository import Repository, decide_again
from kernel.snapshots import StoredSnapshots
from kernel.testing import World
from schemas.placement import SecondeeDeparted
from services.billing.app import BillingApp
from services.billing.domain.invoice import InvoiceIssued
from services.billing.domain.register import InvoiceRegister
from tests.billing.support import party_in, tokyo

INVOICES = 50


async def _writer(url: str, name: str) -> tuple[BillingApp, Callable[[], None]]:
    client = mongo.connect(url)
    db = mongo.database(client, name)
    log = mongo.MongoLog(db)
    await log.prepare()
    world = World(tokyo(2027, 4, 5))
    repository = Repository(log, world.clock, RandomIds(), StoredSnapshots(db["snapshots"], every=20))
    return BillingApp(replace(world.kernel([]), repository=repository)), client.close


@pytest.mark.clause("S-BI-7")
async def test_fifty_concurrent_issues_take_fifty_numbers_without_a_gap(mongo_url: str) -> None:
    writers = [await _writer(mongo_url, "test_billing_register") for _ in range(2)]
    recipient = await party_in(writers[0][0].kernel.vault)

    async def departs(number: int) -> None:
        app, _ = writers[number % 2]
        event = SecondeeDeparted(
            programme="secondment", fiscal_year=2026, application_id=f"app-{number}", secondment_id=f"app-{number}.1",
            party=recipient, office="bangkok", country="TH", departed_on=date(2027, 4, 5), until=date(2028, 3, 31),
            edition="secondment/2026",
        )  # fmt: skip

        async def act() -> None:
            await app.kernel.repository.save(*await app.take_up(event))

        await decide_again(act, tries=500)

    await asyncio.gather(*(departs(number) for number in range(INVOICES)))
    repository = writers[0][0].kernel.repository
    register = await repository.get(InvoiceRegister, "register-INV-S2026-")
    streams = [f"invoice-app-{number}.1-1" for number in range(INVOICES)]
    events = [restore(r.event) for found in (await repository.log.streams(streams)).values() for r in found]
    numbers = sorted(event.number for event in events if isinstance(event, InvoiceIssued))
    assert numbers == [f"INV-S2026-{place:06d}" for place in range(1, INVOICES + 1)]
    assert register.last == INVOICES
    for _, close in writers:
        close()
