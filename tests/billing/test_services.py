"""Services at a price (C-BI-3): invoiced once for each use as S-BI-7 has it, given back where it was an error."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from policies.editions import load
from schemas import placement
from tests.billing.support import Counter, party_in, tokyo
from tests.billing.test_excess import does
from tests.placement.test_services import line

USE = "app-2-service-1"
FIRST = "invoice-app-2-1"


async def said(story: Counter, kind: type[placement.OfSupport], **fields: Any) -> placement.OfSupport:
    """One event about a company's support."""
    story.party = story.party or await party_in(story.billing.world.vault)
    case: dict[str, Any] = {"programme": "support", "fiscal_year": 2026, "application_id": "app-2"}
    return kind(**case, party=story.party, receipt_number="C2026-000002", **fields)


async def uses(story: Counter, use_id: str = USE) -> placement.OfSupport:
    """Placement tells a use of two half days of an interpreter."""
    days = {"used_on": date(2026, 6, 1), "agreed_on": date(2026, 5, 25)}
    event = await said(
        story, placement.ServiceUsed, use_id=use_id, service="interview_interpreter", line=line(), **days
    )
    await story.hears(event)
    return event


async def used() -> Counter:
    story = Counter(tokyo(2026, 6, 2))
    await uses(story)
    return story


@pytest.mark.clause("C-BI-3")
async def test_each_use_is_invoiced_once_by_a_qualified_invoice_of_its_own() -> None:
    story = await used()
    await uses(story)
    (issued,) = story.published("InvoiceIssued")
    assert (issued["number"], issued["receipt_number"], issued["due_on"]) == (
        "INV-C2026-000001", "C2026-000002", "2026-07-31",
    )  # fmt: skip
    assert (issued["clause"], issued["account"]) == ("C-BI-3", "app-2")
    assert issued["totals"] == [{"rate": 10, "amount": 56_000, "tax": 5_600}]
    await uses(story, "app-2-service-2")
    assert [each["number"] for each in story.published("InvoiceIssued")] == ["INV-C2026-000001", "INV-C2026-000002"]
    assert len(story.published("FeeCharged")) == 2


@pytest.mark.clause("G-6")
@pytest.mark.clause("C-BI-3")
async def test_the_account_says_why_with_price_and_tax_and_where_they_were_read() -> None:
    story = await used()
    async with story.client() as client:
        account = (await client.get("/v1/accounts/app-2")).json()
    charged = next(step for step in account["history"] if step["event"] == "billing.fees_charged.v1")
    (why,) = charged["decisions"]
    assert (why["clause"], why["facts"]["agreed_on"], why["facts"]["use"]) == ("C-BI-3", "2026-05-25", USE)
    assert {each["name"]: each["value"] for each in why["parameters"]} == {
        "fees.interview_interpreter": 28_000, "taxes.standard": 10,
    }  # fmt: skip


@pytest.mark.clause("C-BI-3")
async def test_its_paper_says_number_price_and_amount_and_what_it_is_for() -> None:
    story = await used()
    async with story.client() as client:
        paper = (await client.get(f"/v1/invoices/{FIRST}/pdf")).content
    text = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages).split())
    assert "採用面接の通訳（半日）（2026年6月1日利用、数量2）228,000円10％56,000円" in text
    assert "合計（税込）61,600円" in text
    assert "受付番号C2026-000002" in text


@pytest.mark.clause("C-BI-3")
async def test_it_is_reminded_of_paid_and_a_payment_in_error_is_reversed_as_any_invoice() -> None:
    story = await used()
    days = load("support", 2026).reminders.payment_days_after.first
    await story.company.move(tokyo(2026, 8, 1 + days[0]))
    assert [each["balance"] for each in story.published("PaymentOverdue")] == [61_600]
    paid: dict[str, Any] = {"amount": 61_600, "received_on": "2026-08-01"}
    async with story.client() as client:
        await does(story, client, "payments", FIRST, bank_reference="T-1", **paid)
        await does(story, client, "payment-reversals", FIRST, bank_reference="T-1")
        await does(story, client, "payments", FIRST, bank_reference="T-2", **paid)
    assert [each["state"] for each in story.published("PaymentReceived")] == ["paid", "paid"]
    assert [each["balance"] for each in story.published("PaymentReversed")] == [61_600]


@pytest.mark.clause("C-BI-3")
@pytest.mark.clause("S-BI-6")
async def test_a_use_recorded_in_error_goes_back_once_by_a_return_invoice_and_no_other_does() -> None:
    story = await used()
    await uses(story, "app-2-service-2")
    withdrawn = await said(story, placement.ServiceWithdrawn, use_id=USE)
    await story.hears(withdrawn)
    await story.hears(withdrawn)
    await uses(story)  # told again: it stays withdrawn
    (back,) = story.published("ReturnInvoiceIssued")
    assert (back["number"], back["returns"], back["total"]) == ("RET-C2026-000001", "INV-C2026-000001", 61_600)
    assert back["lines"][0]["description"] == "採用面接の通訳（半日）（2026年6月1日利用、数量2）"
    assert len(story.published("InvoiceIssued")) == 2
    async with story.client() as client:
        balances = [(await client.get(f"/v1/invoices/{id}")).json()["balance"] for id in (FIRST, "invoice-app-2-2")]
    assert balances == [0, 61_600]


@pytest.mark.clause("C-BI-1")
@pytest.mark.clause("C-BI-3")
async def test_a_use_that_costs_nothing_is_kept_and_no_invoice_is_issued_for_it() -> None:
    story = Counter(tokyo(2026, 6, 2))
    days = {"used_on": date(2026, 6, 1), "agreed_on": date(2026, 5, 25)}
    free = replace(line(), amount=0, unit_price=0)
    await story.hears(
        await said(story, placement.ServiceUsed, use_id=USE, service="interview_interpreter", line=free, **days)
    )
    await story.hears(await said(story, placement.ServiceWithdrawn, use_id=USE))
    assert [story.published(name) for name in ("FeeCharged", "InvoiceIssued", "ReturnInvoiceIssued")] == [[], [], []]
    async with story.client() as client:
        account = (await client.get("/v1/accounts/app-2")).json()
    assert [step["event"] for step in account["history"]][1:] == [
        "billing.service_use_noted.v1", "billing.service_use_withdrawn.v1",
    ]  # fmt: skip


@pytest.mark.clause("C-BI-3")
async def test_what_was_never_charged_is_not_given_back() -> None:
    story = Counter(tokyo(2026, 6, 2))
    await story.hears(await said(story, placement.ServiceWithdrawn, use_id=USE))
    await uses(story)
    await story.hears(await said(story, placement.ServiceWithdrawn, use_id="app-2-service-9"))
    assert (len(story.published("InvoiceIssued")), story.published("ReturnInvoiceIssued")) == (1, [])


@pytest.mark.clause("C-BI-3")
async def test_a_service_and_costs_of_a_cancelled_visit_are_invoices_of_their_own() -> None:
    story = await used()
    of_visit = replace(line(), clause="C-BI-2", fee="specialist_fee", quantity=None, unit_price=None)
    visit = {"visit_id": "v-1", "cancelled_on": date(2026, 6, 2), "costs": (of_visit, replace(of_visit, amount=1))}
    await story.hears(await said(story, placement.VisitCancelled, **visit))
    assert [each["clause"] for each in story.published("InvoiceIssued")] == ["C-BI-3", "C-BI-2"]
    await story.hears(await said(story, placement.ServiceWithdrawn, use_id=USE))
    (back,) = story.published("ReturnInvoiceIssued")
    assert back["returns"] == "INV-C2026-000001"
