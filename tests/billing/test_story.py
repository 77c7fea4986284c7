"""Stories of billing in memory: what placement says comes in on its topic, what is billed goes out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from schemas import placement
from tests.billing.support import Counter, cost, party_in, tokyo

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

PAYMENT = {"by": "keiri-1", "reason": "入金", "bank_reference": "T-1"}


def amounts(invoice: dict[str, Any]) -> list[tuple[str, int, int | None]]:
    return [(line["fee"], line["amount"], line["tax"]) for line in invoice["lines"]]


@pytest.mark.clause("S-BI-2")
@pytest.mark.clause("S-BI-3")
@pytest.mark.clause("S-BI-5")
async def test_the_first_fiscal_year_is_billed_at_once_and_the_next_on_1_april() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2029, 3, 31))
    (first,) = story.published("InvoiceIssued")
    assert amounts(first) == [("overseas_preparation", 100_000, None), ("overseas_office", 1_440_000, 10)]
    assert first["totals"] == [
        {"rate": 10, "amount": 1_440_000, "tax": 144_000},
        {"rate": None, "amount": 100_000, "tax": 0},
    ]
    assert (first["total"], first["number"], first["due_on"]) == (1_684_000, "INV-S2026-000001", "2027-05-31")

    await story.company.move(tokyo(2028, 3, 31, 23))
    assert len(story.published("InvoiceIssued")) == 1
    await story.company.move(tokyo(2028, 4, 1, 0))
    _, second = story.published("InvoiceIssued")
    assert amounts(second) == [("overseas_office", 1_440_000, 10)]
    assert second["lines"][0]["description"] == "海外事務費（2028年4月～2029年3月、12か月分）"

    await story.company.move(tokyo(2029, 6, 30))
    assert len(story.published("InvoiceIssued")) == 2


@pytest.mark.clause("S-BI-4")
async def test_without_a_rate_the_american_invoice_is_held_and_goes_out_when_it_comes() -> None:
    story = Counter(tokyo(2027, 4, 5))
    term: dict[str, Any] = {
        "started_on": "2026-04-01",
        "until": "2028-03-31",
        "stays": [{"fiscal_year": 2027, "site": "new-york"}],
    }
    await story.says(placement.SecondmentStarted, receipt_number="S2026-0007", **term)
    await story.departs(date(2027, 4, 5), date(2028, 3, 31), office="new-york", country="US")
    assert story.published("InvoiceIssued") == []
    assert story.published("InvoiceHeld")[0]["missing"] == "USD TTS 2027-04-05"
    async with story.client() as billing:
        held = (await billing.get("/v1/invoices?status=held")).json()
        assert (held["total"], held["items"][0]["missing"]) == (1, "USD TTS 2027-04-05")
        whose = held["items"][0]
        assert (whose["receipt_number"], whose["recipient"]) == ("S2026-0007", "架空商事株式会社")
        one = (await billing.get(f"/v1/invoices/{whose['id']}")).json()
        assert (one["receipt_number"], one["party"]["name"]) == ("S2026-0007", "架空商事株式会社")

        other_kind = await billing.post("/v1/exchange-rates", json=RATE | {"kind": "TTM"})
        assert other_kind.status_code == 201
        await story.company.run()
        assert story.published("InvoiceIssued") == []

        assert (await billing.post("/v1/exchange-rates", json=RATE)).status_code == 201
        await story.company.run()
        (issued,) = story.published("InvoiceIssued")
        lawyer = next(line for line in issued["lines"] if line["fee"] == "us_visa_lawyer")
        assert (lawyer["amount"], lawyer["tax"]) == (533_813, None)  # 3,550 × 150.37 = 533,813.5
        assert lawyer["rate"] == {
            "currency": "USD", "foreign_amount": "3550", "yen_per_unit": "150.37", "kind": "TTS", "bank": "見本銀行",
            "day": "2027-04-05", "source": "見本銀行 外国為替公示相場",
        }  # fmt: skip
        assert issued["total"] == 100_000 + 1_584_000 + 533_813
        assert (await billing.get("/v1/invoices?status=held")).json()["total"] == 0


@pytest.mark.clause("S-BI-4")
async def test_a_rate_that_is_known_already_is_used_at_once() -> None:
    story = Counter(tokyo(2027, 4, 5))
    async with story.client() as billing:
        await billing.post("/v1/exchange-rates", json=RATE | {"day": "2027-04-02"})  # the Friday before
    await story.departs(date(2027, 4, 5), date(2028, 3, 31), office="new-york", country="US")
    assert story.published("InvoiceHeld") == []
    assert story.published("InvoiceIssued")[0]["total"] == 100_000 + 1_584_000 + 533_813


@pytest.mark.clause("S-BI-6")
async def test_an_early_end_gives_back_the_months_not_served() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2029, 3, 31))
    (issued,) = story.published("InvoiceIssued")
    await story.company.move(tokyo(2027, 11, 10))
    await story.ends(date(2027, 10, 31))
    (back,) = story.published("ReturnInvoiceIssued")
    assert (back["number"], back["returns"], back["total"]) == ("RET-S2026-000001", issued["number"], 5 * 132_000)
    assert back["lines"][0]["description"] == "海外事務費（2027年11月～2028年3月、5か月分）"
    async with story.client() as billing:
        now = (await billing.get(f"/v1/invoices/{issued['invoice_id']}")).json()
        assert (now["lines"], now["total"]) == (issued["lines"], issued["total"])
        assert now["balance"] == issued["total"] - back["total"]
    await story.company.move(tokyo(2028, 4, 2))
    assert len(story.published("InvoiceIssued")) == 1


@pytest.mark.clause("S-BI-6")
async def test_a_departure_cancelled_or_postponed_before_it_happened_costs_nothing() -> None:
    story = Counter(tokyo(2027, 3, 1))
    await story.says(placement.DeparturePostponed, planned_for=date(2027, 7, 1))
    await story.says(placement.DepartureCancelled)
    await story.ends(date(2028, 3, 31), early=False)
    await story.company.move(tokyo(2028, 4, 2))
    assert story.published("InvoiceIssued") + story.published("FeeCharged") == []


@pytest.mark.clause("S-BI-6")
async def test_an_invoice_still_held_is_dropped_where_nothing_is_left_to_bill() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2028, 3, 31), office="new-york", country="US")
    await story.says(placement.DepartureCancelled)
    async with story.client() as billing:
        await billing.post("/v1/exchange-rates", json=RATE)
        await story.company.run()
        assert (await billing.get("/v1/invoices?status=dropped")).json()["total"] == 1
    assert story.published("InvoiceIssued") + story.published("ReturnInvoiceIssued") == []


@pytest.mark.clause("S-BI-4")
@pytest.mark.clause("S-BI-6")
@pytest.mark.clause("S-BI-7")
async def test_an_invoice_still_held_at_an_early_end_bills_the_months_served_under_the_next_number() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2028, 3, 31), office="new-york", country="US")
    bangkok = {"office": "bangkok", "country": "TH", "departed_on": date(2027, 4, 5), "until": date(2028, 3, 31)}
    await story.says(placement.SecondeeDeparted, "app-2.1", edition="secondment/2026", **bangkok)
    await story.company.move(tokyo(2027, 6, 30))
    await story.ends(date(2027, 6, 30))
    async with story.client() as billing:
        assert (await billing.post("/v1/exchange-rates", json=RATE)).status_code == 201
    await story.company.run()
    issued = story.published("InvoiceIssued")
    assert [each["number"][-6:] for each in issued] == ["000001", "000002"]
    assert [line["months"] for line in issued[1]["lines"] if line["months"]] == [3]  # April, May, June
    assert issued[1]["total"] == 100_000 + 3 * 132_000 + 533_813
    assert story.published("ReturnInvoiceIssued") == []


@pytest.mark.clause("S-BI-8")
async def test_payments_are_matched_and_what_stays_open_is_reminded() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2028, 3, 31))
    (issued,) = story.published("InvoiceIssued")
    await story.company.move(tokyo(2027, 6, 1, 0))
    (overdue,) = story.published("PaymentOverdue")
    assert (overdue["due_on"], overdue["balance"]) == ("2027-05-31", 1_684_000)
    async with story.client() as billing:
        part = {
            "by": "keiri-1",
            "reason": "入金",
            "received_on": "2027-06-01",
            "amount": 1_000_000,
            "bank_reference": "T-1",
        }
        url, invoice = f"/v1/invoices/{issued['invoice_id']}/payments", issued["invoice_id"]
        blind = await billing.post(url, json=part)
        assert [(e["pointer"], blind.status_code) for e in blind.json()["errors"]] == [("/seen_version", 422)]
        part["seen_version"] = await story.seen(invoice)
        assert (await billing.post(url, json=part)).status_code == 201
        stale = await billing.post(url, json=part)
        assert (stale.status_code, stale.json()["errors"][0]["clause"]) == (412, "G-6")
        part["seen_version"] = await story.seen(invoice)
        again = await billing.post(url, json=part)
        assert (again.status_code, again.json()["errors"][0]["clause"]) == (409, "S-BI-8")
        await story.company.run()
        listed = (await billing.get("/v1/receivables?overdue=true")).json()
        assert (listed["total"], listed["items"][0]["balance"], listed["items"][0]["state"]) == (
            1,
            684_000,
            "partly_paid",
        )
        assert (await billing.get("/v1/invoices?status=overdue")).json()["total"] == 1

        rest = part | {"amount": 700_000, "bank_reference": "T-2", "received_on": "2027-06-02"}
        too_early = await billing.post(url, json=rest)
        assert too_early.json()["errors"][0]["pointer"] == "/received_on"
        await story.company.move(tokyo(2027, 6, 2))
        assert (await billing.post(url, json=rest)).status_code == 201
        await story.company.run()
        assert (await billing.get("/v1/receivables?state=overpaid")).json()["items"][0]["balance"] == -16_000
    received = [(each["balance"], each["state"]) for each in story.published("PaymentReceived")]
    assert received == [(684_000, "partly_paid"), (-16_000, "overpaid")]
    await story.company.move(tokyo(2027, 8, 1))
    assert len(story.published("PaymentOverdue")) == 1
    log = [event.state for at in await story.billing.world.log.read(0, 100) for event in at.commit.events]
    assert not [state for state in log if "入金".encode() in state]  # an officer's words are sealed (G-7)
    await story.billing.world.vault.erase("org-1", at=tokyo(2027, 8, 1))
    async with story.client() as billing:
        last = part | {"amount": 1, "bank_reference": "T-3", "seen_version": await story.seen(invoice)}
        assert (await billing.post(url, json=last)).status_code == 201


@pytest.mark.clause("C-BI-2")
async def test_a_cancelled_visit_is_invoiced_once_with_its_costs() -> None:
    story = Counter(tokyo(2026, 9, 1))
    event = placement.VisitCancelled(
        programme="support",
        fiscal_year=2026,
        application_id="app-2",
        party=await party_in(story.billing.world.vault),
        visit_id="visit-1",
        cancelled_on=date(2026, 9, 1),
        costs=(cost(23_456), cost(1_111), cost(500, tax=None)),
    )
    await story.hears(event)
    await story.hears(event)
    (issued,) = story.published("InvoiceIssued")
    assert issued["totals"] == [
        {"rate": 10, "amount": 24_567, "tax": 2_456},
        {"rate": None, "amount": 500, "tax": 0},
    ]
    assert (issued["number"], issued["total"]) == ("INV-C2026-000001", 27_523)


@pytest.mark.clause("C-BI-1")
@pytest.mark.clause("C-BI-2")
async def test_of_a_visits_costs_that_an_officer_set_to_nothing_none_is_invoiced() -> None:
    story = Counter(tokyo(2026, 9, 1))
    said: dict[str, Any] = {"programme": "support", "fiscal_year": 2026, "application_id": "app-2"}
    said |= {"party": await party_in(story.billing.world.vault), "cancelled_on": date(2026, 9, 1)}
    free = placement.VisitCancelled(**said, visit_id="visit-1", costs=(cost(0), cost(0, tax=None)))
    await story.hears(free)
    assert [story.published(name) for name in ("FeeCharged", "InvoiceIssued")] == [[], []]
    await story.hears(placement.VisitCancelled(**said, visit_id="visit-2", costs=(cost(0), cost(700))))
    (issued,) = story.published("InvoiceIssued")
    assert ([each["amount"] for each in issued["lines"]], issued["number"]) == ([700], "INV-C2026-000001")


@pytest.mark.clause("G-6")
async def test_an_account_tells_every_decision_behind_its_charges() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2028, 3, 31))
    async with story.client() as billing:
        account = (await billing.get("/v1/accounts/app-1.1")).json()
    charged = next(step for step in account["history"] if step["event"] == "billing.fees_charged.v1")
    office = next(decision for decision in charged["decisions"] if decision["clause"] == "S-BI-3")
    assert (office["facts"]["months"], office["facts"]["departed_on"]) == (12, "2027-04-05")
    assert [each["name"] for each in office["parameters"]] == [
        "fees.overseas_office", "taxes.standard", "invoice.month_counts",
    ]  # fmt: skip
    assert account["party"]["name"] == "架空商事株式会社"


async def test_bad_input_gets_every_fault_at_once_and_no_value_back() -> None:
    story = Counter(tokyo(2027, 4, 5))
    bad = RATE | {"currency": "usd", "yen_per_unit": "-3.5", "day": "2027-02-30", "bank": "\u202e銀行"}
    async with story.client() as billing:
        answer = await billing.post("/v1/exchange-rates", json=bad)
        assert answer.status_code == 422
        places = {error["pointer"]: error["clause"] for error in answer.json()["errors"]}
        assert places == {"/currency": "S-BI-4", "/yen_per_unit": "S-BI-4", "/day": "S-BI-4", "/bank": "S-BI-4"}
        assert "-3.5" not in answer.text
        assert (await billing.get("/v1/invoices/invoice-nobody-1")).status_code == 404
        unknown = await billing.post(
            "/v1/invoices/invoice-nobody-1/payments",
            json=PAYMENT | {"received_on": "2027-04-05", "amount": 1, "seen_version": 1},
        )
        assert unknown.status_code == 404
