"""Invoices go to the address that the counter told last; an issued one never changes (S-BI-6)."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.intake import ApplicationAmended
from tests.billing.support import Counter, message, party_in, tokyo


async def amended(story: Counter, organisation_id: str = "org-1", **texts: str) -> None:
    """Intake publishes that the form, or who the sender is, has changed."""
    sender = await party_in(story.billing.world.vault, organisation_id, **texts)
    event = ApplicationAmended(
        programme="secondment", fiscal_year=2026, application_id="app-1", receipt_number="S2026-0001", revision=2,
        party=sender, edition="secondment/2026",
    )  # fmt: skip
    await story.billing.consumer.take([message(event)])
    await story.company.run()


async def recipients(story: Counter) -> list[tuple[str, str]]:
    """Name and address on each invoice, in the order of issue."""
    async with story.client() as client:
        ids = [each["invoice_id"] for each in story.published("InvoiceIssued")]
        said = [(await client.get(f"/v1/invoices/{id}")).json()["party"] for id in ids]
    return [(each["name"], each["address"]) for each in said]


OLD, NEW = ("架空商事株式会社", "東京都千代田区見本町1-1"), ("架空商事株式会社", "大阪府大阪市見本町2-2")


@pytest.mark.clause("S-BI-6")
@pytest.mark.clause("S-IN-6")
async def test_a_corrected_address_is_that_of_later_invoices_and_of_no_earlier_one() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2029, 3, 31))
    async with story.client() as client:
        before = (await client.get("/v1/invoices/invoice-app-1.1-1/pdf")).content
    await amended(story, address=NEW[1])
    await story.company.move(tokyo(2028, 4, 1, 0))
    assert await recipients(story) == [OLD, NEW]
    async with story.client() as client:
        account = (await client.get("/v1/accounts/app-1.1")).json()
        assert account["party"]["address"] == NEW[1]
        assert (await client.get("/v1/invoices/invoice-app-1.1-1/pdf")).content == before


@pytest.mark.clause("S-BI-6")
async def test_what_the_counter_told_before_anything_was_billed_counts_too() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await amended(story, address=NEW[1])
    await story.departs(date(2027, 4, 5), date(2028, 3, 31))
    assert await recipients(story) == [NEW]


@pytest.mark.clause("S-IN-7")
@pytest.mark.clause("S-BI-6")
async def test_after_a_merge_the_organisation_that_stayed_is_billed() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2029, 3, 31))
    await amended(story, "org-2", name="株式会社架空商事")
    await story.company.move(tokyo(2028, 4, 1, 0))
    assert await recipients(story) == [OLD, ("株式会社架空商事", OLD[1])]
    assert [each["party"]["organisation_id"] for each in story.published("InvoiceIssued")] == ["org-1", "org-2"]


@pytest.mark.clause("S-BI-6")
async def test_a_return_invoice_goes_to_the_address_of_its_day() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2028, 3, 31))
    await amended(story, address=NEW[1])
    await story.ends(date(2027, 10, 31))
    (back,) = story.published("ReturnInvoiceIssued")
    async with story.client() as client:
        said = (await client.get(f"/v1/invoices/{back['invoice_id']}")).json()["party"]
    assert said["address"] == NEW[1]
