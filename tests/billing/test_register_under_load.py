"""Invoices at once on the real MongoDB, by several writers that may be killed: every number once, none missing."""

from __future__ import annotations

import asyncio
import sys

import pytest

from kernel.mapper import restore
from kernel.mongo import MongoLog
from services.billing.domain.invoice import InvoiceIssued
from services.billing.domain.register import InvoiceRegister
from tests.billing.issuer import Writer, issue, writer

INVOICES = 50


async def numbers(log: MongoLog, invoices: int) -> list[str]:
    """The numbers of the issued invoices, sorted."""
    streams = [f"invoice-app-{number}.1-{n}" for number in range(invoices) for n in (1, 2)]
    events = [restore(r.event) for found in (await log.streams(streams)).values() for r in found]
    return sorted(event.number for event in events if isinstance(event, InvoiceIssued))


def whole(invoices: int) -> list[str]:
    return [f"INV-S2026-{place:06d}" for place in range(1, invoices + 1)]


async def last(of: Writer) -> int:
    return (await of.app.kernel.repository.get(InvoiceRegister, "register-INV-S2026-")).last


@pytest.mark.clause("S-BI-7")
async def test_fifty_concurrent_issues_take_fifty_numbers_without_a_gap(mongo_url: str) -> None:
    writers = [await writer(mongo_url, "test_billing_register") for _ in range(2)]

    async def departs(number: int) -> None:
        await issue(writers[number % 2], number)

    await asyncio.gather(*(departs(number) for number in range(INVOICES)))
    assert await numbers(writers[0].log, INVOICES) == whole(INVOICES)
    assert await last(writers[0]) == INVOICES
    for each in writers:
        await each.close()


@pytest.mark.clause("S-BI-7")
@pytest.mark.clause("G-8")
async def test_processes_that_are_killed_leave_no_gap_and_no_number_without_its_invoice(mongo_url: str) -> None:
    name, invoices = "test_billing_killed", 200
    own = await writer(mongo_url, name)
    for round_ in range(1, 4):
        pair = [await _start(mongo_url, name, invoices) for _ in range(2)]
        async with asyncio.timeout(60):
            while True:
                await asyncio.sleep(0.005)
                if len(await numbers(own.log, invoices)) >= 30 * round_:
                    break
        for each in pair:
            each.kill()
            await each.wait()
        issued = await numbers(own.log, invoices)
        assert 30 * round_ <= len(issued) < invoices  # killed on the way, not at the end
        assert issued == whole(len(issued))
        assert await last(own) == len(issued)
    for number in range(invoices):
        await issue(own, number)
    assert await numbers(own.log, invoices) == whole(invoices)
    await own.close()


async def _start(url: str, name: str, invoices: int) -> asyncio.subprocess.Process:
    """A billing process that is ready to issue."""
    words = (sys.executable, "-m", "tests.billing.issuer", url, name, str(invoices))
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process
