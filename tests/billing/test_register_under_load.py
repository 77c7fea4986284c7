"""Invoices at once on the real MongoDB, by several writers that may be killed: every number once, none missing."""

from __future__ import annotations

import asyncio
import sys

import pytest

from kernel.mapper import restore
from kernel.mongolog import MongoLog
from kernel.projector import whole_log
from services.billing.domain.invoice import InvoiceIssued
from services.billing.domain.register import InvoiceRegister, NumberTaken
from tests.billing.issuer import Writer, issue, writer

INVOICES = 50


async def numbers(log: MongoLog, invoices: int) -> list[str]:
    """The numbers of the issued invoices, sorted."""
    streams = [f"invoice-app-{number}.1-{n}" for number in range(invoices) for n in (1, 2)]
    events = [restore(each) for found in (await log.streams(streams)).values() for each in found]
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
    name, own = "test_billing_killed", await writer(mongo_url, "test_billing_killed")
    try:
        for _ in range(3):
            before = len(await taken(own))
            await _killed_on_their_way(mongo_url, name, own, before)
            numbers_taken = await taken(own)
            assert numbers_taken == whole(len(numbers_taken))
            assert await numbers(own.log, len(numbers_taken) + IN_HAND) == numbers_taken
        after = len(await taken(own)) + IN_HAND
        for number in range(after):  # those that were in hand are issued now, the others not again
            await issue(own, number)
        assert await numbers(own.log, after) == await taken(own) == whole(after)
        await each_number_is_in_the_commit_of_its_invoice(own)
    finally:
        await own.close()


IN_HAND = 8
"""Two processes, four invoices each, that may have been begun when they are killed."""


async def taken(of: Writer) -> list[str]:
    """The numbers in the register, in its order."""
    found = await of.log.streams(["register-INV-S2026-"])
    events = [restore(each) for stored in found.values() for each in stored]
    return [event.number for event in events if isinstance(event, NumberTaken)]


async def each_number_is_in_the_commit_of_its_invoice(of: Writer) -> None:
    """So neither is ever without the other, wherever a process is killed."""
    async for batch in whole_log(of.log):
        for at in batch:
            events = [restore(each) for each in at.commit.events]
            numbered = [event.number for event in events if isinstance(event, NumberTaken)]
            assert numbered == [event.number for event in events if isinstance(event, InvoiceIssued)]


async def _killed_on_their_way(url: str, name: str, own: Writer, before: int) -> None:
    pair = [await _start(url, name, before) for _ in range(2)]
    try:
        async with asyncio.timeout(60):
            while True:
                await asyncio.sleep(0.005)
                if len(await taken(own)) >= before + 30:
                    break
    finally:
        for each in pair:
            each.kill()
            await each.wait()
        await _at_rest(own)


async def _at_rest(of: Writer) -> None:
    """What a killed process had sent already is carried out all the same."""
    before, now = 0, await of.log.tail()
    while before != now:
        await asyncio.sleep(0.5)
        before, now = now, await of.log.tail()


async def _start(url: str, name: str, first: int) -> asyncio.subprocess.Process:
    """A billing process that is ready to issue."""
    words = (sys.executable, "-m", "tests.billing.issuer", url, name, str(first))
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process
