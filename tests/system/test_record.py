"""The outcome on record, held against the rulebook: figures worked out here by hand, not by the services."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest

from madoguchi.rehearsal.script import read
from tests.system.whole import FOLDER, expected

SEED = "shukko-2026-20251104"


def _events(case: str, *names: str) -> list[dict[str, Any]]:
    return [event for event in expected()["cases"][case]["events"] if event["event"] in names]


def _sent(case: str, letter: str) -> list[str]:
    return [event["day"] for event in _events(case, "LetterSent") if event["letter"] == letter]


@pytest.mark.clause("S-IN-1")
def test_what_came_after_the_fifth_of_december_was_refused() -> None:
    assert [each["clause"] for each in _events("secondment/okure", "ApplicationRefused")] == ["S-IN-1"]
    assert _events("secondment/okure", "ApplicationSubmitted") == []


@pytest.mark.clause("S-PL-5")
def test_the_smaller_ticket_got_bangkok() -> None:
    tickets = {n: hashlib.sha256(f"{SEED}\0S2026-000{n}.1".encode()).digest() for n in (1, 2)}
    assert min(tickets, key=lambda n: tickets[n]) == 1
    winner, loser = (_events(f"secondment/{name}", "PlacementProposed")[0] for name in ("asagiri", "kaede"))
    assert [stay["site"] for stay in winner["stays"]] == ["hq.research.asia-oceania", "bangkok", "bangkok"]
    assert [(each["rank"], each["code"], each["count"]) for each in loser["explanation"]] == [(1, "lost_tie_break", 1)]


@pytest.mark.clause("S-PL-8")
def test_a_declined_place_is_offered_again_and_nobody_else_is_moved() -> None:
    first, second = _events("secondment/kaede", "PlacementProposed")
    assert (first["rank"], second["rank"]) == (2, 3)
    assert date.fromisoformat(second["answer_by"]) == date(2026, 1, 21) + timedelta(days=14)
    assert len(_events("secondment/asagiri", "PlacementProposed")) == 1


@pytest.mark.clause("S-BI-2")
@pytest.mark.clause("S-BI-3")
@pytest.mark.clause("S-BI-5")
def test_two_fiscal_years_are_billed_the_first_with_the_preparation_fee() -> None:
    first, second = _events("secondment/asagiri", "InvoiceIssued")
    assert first["total"] == 100_000 + 12 * 120_000 * 110 // 100 == 1_684_000
    assert second["total"] == 12 * 120_000 * 110 // 100 == 1_584_000
    assert (second["day"], second["due_on"]) == ("2028-04-01", "2028-05-31")


@pytest.mark.clause("S-BI-4")
def test_without_a_rate_the_invoice_was_held() -> None:
    held, issued = _events("secondment/kaede", "InvoiceHeld", "InvoiceIssued")
    assert (held["day"], issued["day"]) == ("2027-05-10", "2027-05-14")
    assert issued["total"] == 100_000 + 3_550 * 15_025 // 100 + 11 * 120_000 * 110 // 100 == 2_085_387


@pytest.mark.clause("S-BI-6")
def test_the_six_months_after_the_early_end_are_given_back() -> None:
    (given_back,) = _events("secondment/asagiri", "ReturnInvoiceIssued")
    assert given_back["total"] == 6 * 120_000 * 110 // 100 == 792_000
    assert given_back["returns"] == _events("secondment/asagiri", "InvoiceIssued")[1]["number"]


@pytest.mark.clause("S-BI-7")
def test_numbers_run_without_a_gap() -> None:
    cases = ("secondment/asagiri", "secondment/kaede")
    numbers = sorted(each["number"] for case in cases for each in _events(case, "InvoiceIssued"))
    assert [int(number.rpartition("-")[2]) for number in numbers] == [1, 2, 3]


@pytest.mark.clause("S-BI-8")
def test_reminders_stop_when_the_rest_is_paid() -> None:
    assert _sent("secondment/asagiri", "payment-overdue") == ["2027-06-01"]  # not on the 14th: paid on the 10th
    assert [each["state"] for each in _events("secondment/asagiri", "PaymentReceived")] == [
        "partly_paid",
        "paid",
        "paid",
    ]


@pytest.mark.clause("S-SC-9")
def test_one_original_was_missing_and_reminded_of() -> None:
    assert _sent("secondment/tsurumi", "papers-reminder") == ["2026-02-10", "2026-02-17", "2026-02-23"]
    assert [each["missing"] for each in _events("secondment/tsurumi", "PapersMissing")] == [["career_history/original"]]
    assert _sent("secondment/kaede", "papers-reminder") == []


@pytest.mark.clause("C-BI-2")
def test_the_cancelled_visit_costs_what_it_cost() -> None:
    assert [each["total"] for each in _events("support/hinode", "InvoiceIssued")] == [22_000 + 30_000 * 110 // 100]


@pytest.mark.clause("C-SC-15")
def test_whoever_was_not_adopted_is_told_of_other_services_and_of_nothing_else() -> None:
    told = [_events(f"support/{name}", "CompanyNotAdopted")[0] for name in ("tokiwa", "midori")]
    assert [each["guidance"] for each in told] == [["portal", "employment_service_centre"], []]
    assert all(each.keys() <= {"day", "event", "receipt_number", "guidance"} for each in told)


def test_the_script_reads_every_case_of_the_record() -> None:
    assert {f"{case.programme}/{case.name}" for case in read(FOLDER).cases} == expected()["cases"].keys()
