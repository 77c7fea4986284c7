"""Money that was too much, or never came: refunds, carrying over, counter-entries, over HTTP (S-BI-8)."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from tests.billing.support import Counter, tokyo

FIRST, SECOND = "invoice-app-1.1-1", "invoice-app-1.1-2"
OFFICER = {"by": "keiri-1", "reason": "銀行の明細を確認した"}


async def two_invoices() -> Counter:
    """A post of two fiscal years, both billed."""
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2029, 3, 31))
    await story.company.move(tokyo(2028, 4, 2))
    return story


async def does(story: Counter, client: httpx.AsyncClient, what: str, invoice: str = FIRST, **said: Any) -> Any:
    """An officer's command on what was read just now."""
    seen = {"seen_version": await story.seen(invoice)}
    answer = await client.post(f"/v1/invoices/{invoice}/{what}", json=OFFICER | seen | said)
    await story.company.run()
    return answer


async def pays(story: Counter, client: httpx.AsyncClient, amount: int, reference: str = "T-1", **more: Any) -> Any:
    fields: dict[str, Any] = {"amount": amount, "bank_reference": reference, "received_on": "2027-04-05"} | more
    return await does(story, client, "payments", **fields)


@pytest.mark.clause("S-BI-8")
async def test_an_overpayment_is_seen_refunded_in_part_and_the_rest_set_against_the_next_invoice() -> None:
    story = await two_invoices()
    async with story.client() as client:
        await pays(story, client, 1_684_000 + 50_000)
        (seen,) = (await client.get("/v1/receivables?state=overpaid")).json()["items"]
        assert (seen["balance"], seen["recipient"]) == (-50_000, "架空商事株式会社")
        back: dict[str, Any] = {"refunded_on": "2028-04-02", "amount": 20_000, "bank_reference": "R-1"}
        assert (await does(story, client, "refunds", **back)).status_code == 201
        too_much = await does(story, client, "refunds", **back | {"amount": 30_001, "bank_reference": "R-2"})
        assert (too_much.status_code, too_much.json()["errors"][0]["pointer"]) == (409, "/amount")
        assert (await does(story, client, "carry-over", to_number="INV-S2026-000002")).status_code == 201
        assert (await client.get("/v1/receivables?state=overpaid")).json()["total"] == 0
        second = (await client.get(f"/v1/invoices/{SECOND}")).json()
    assert (second["balance"], second["receivable"]["state"]) == (1_584_000 - 30_000, "partly_paid")
    assert [each["from_number"] for each in second["receivable"]["brought_in"]] == ["INV-S2026-000001"]
    (refunded,), (carried,) = story.published("CreditRefunded"), story.published("CreditCarriedOver")
    assert (refunded["amount"], refunded["balance"]) == (20_000, -30_000)
    assert (carried["amount"], carried["balance"], carried["to_balance"]) == (30_000, 0, 1_554_000)


@pytest.mark.clause("S-BI-8")
async def test_nothing_is_carried_to_a_number_that_is_not_there_or_is_a_return_invoice() -> None:
    story = await two_invoices()
    await story.ends(date(2028, 10, 31))
    async with story.client() as client:
        await pays(story, client, 2_000_000)
        for number in ("INV-S2026-000009", "RET-S2026-000001"):
            assert (await does(story, client, "carry-over", to_number=number)).status_code == 404
        itself = await does(story, client, "carry-over", to_number="INV-S2026-000001")
        assert (itself.status_code, itself.json()["errors"][0]["pointer"]) == (409, "/to_number")
    assert story.published("CreditCarriedOver") == []


@pytest.mark.clause("S-BI-6")
@pytest.mark.clause("S-BI-8")
async def test_a_return_invoice_after_the_payment_leaves_a_credit_to_be_refunded() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2028, 3, 31))
    async with story.client() as client:
        await pays(story, client, 1_684_000)
        await story.ends(date(2027, 10, 31))
        (credit,) = (await client.get("/v1/receivables?state=overpaid")).json()["items"]
        assert credit["balance"] == -5 * 132_000
        back: dict[str, Any] = {"refunded_on": "2027-04-05", "amount": 5 * 132_000, "bank_reference": "R-1"}
        assert (await does(story, client, "refunds", **back)).status_code == 201
        now = (await client.get(f"/v1/invoices/{FIRST}")).json()
    assert (now["balance"], now["receivable"]["state"], now["total"]) == (0, "paid", 1_684_000)


@pytest.mark.clause("S-BI-8")
async def test_reminders_stop_with_the_payment_and_go_on_after_it_was_taken_out() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2028, 3, 31))
    async with story.client() as client:
        await pays(story, client, 1_684_000)
        await story.company.move(tokyo(2027, 6, 2))
        assert story.published("PaymentOverdue") == []
        answer = await does(story, client, "payment-reversals", bank_reference="T-1")
        assert answer.status_code == 201
        unknown = await does(story, client, "payment-reversals", bank_reference="T-1")
        assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (409, "/bank_reference")
        (entry,) = (await client.get(f"/v1/invoices/{FIRST}")).json()["receivable"]["reversals"]
    assert (entry["amount"], entry["bank_reference"], entry["by"]) == (1_684_000, "T-1", "keiri-1")
    (said,) = story.published("PaymentReversed")
    assert (said["balance"], said["state"], said["received_on"]) == (1_684_000, "open", "2027-04-05")
    await story.company.move(tokyo(2027, 7, 31))
    assert story.published("PaymentOverdue")


@pytest.mark.clause("S-BI-8")
async def test_what_is_set_against_an_invoice_stops_its_reminders() -> None:
    story = await two_invoices()
    async with story.client() as client:
        await pays(story, client, 1_684_000 + 1_584_000)
        await does(story, client, "carry-over", to_number="INV-S2026-000002")
    overdue = len(story.published("PaymentOverdue"))
    await story.company.move(tokyo(2028, 12, 31))
    assert len(story.published("PaymentOverdue")) == overdue


@pytest.mark.clause("G-7")
async def test_no_word_of_an_officer_on_money_or_rates_stands_in_clear() -> None:
    story = await two_invoices()
    async with story.client() as client:
        await pays(story, client, 2_000_000)
        await does(story, client, "refunds", refunded_on="2028-04-02", amount=1, bank_reference="R-1")
        await does(story, client, "carry-over", to_number="INV-S2026-000002")
        await does(story, client, "payment-reversals", bank_reference="T-1")
        rate = {
            "currency": "USD",
            "day": "2028-04-01",
            "kind": "TTS",
            "yen_per_unit": "150",
            "bank": "b",
            "source": "s",
        }
        assert (await client.post("/v1/exchange-rates", json=OFFICER | rate)).status_code == 201
        await story.company.run()
        (listed,) = (await client.get("/v1/exchange-rates")).json()["items"]
    log = [event.state for at in await story.billing.world.log.read(0, 200) for event in at.commit.events]
    assert not [state for state in log if "明細".encode() in state]
    assert (listed["by"], "reason" in listed) == ("keiri-1", False)
