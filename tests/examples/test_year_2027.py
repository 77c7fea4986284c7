"""The rehearsal of fiscal 2027 on record: each figure worked out here by hand from the sample edition."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from typing import Any

import pytest

from infra.local.programs import PROJECT
from madoguchi.rehearsal.script import read

FOLDER = PROJECT / "examples" / "2027"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "outcome.json").read_text(encoding="utf-8"))
BANGKOK, RIYADH, NEW_YORK, BEFORE, AGAIN = "01-asunaro", "02-minan", "03-hoshimi", "00-tobira-2026", "07-tobira"
SEED = "shukko-2027-20261109"
PREPARATION = 110_000
BY_SEPTEMBER, FROM_OCTOBER = 130_000, 140_000
"""The office fee of a month until 2028-09-30 and from 2028-10-01."""


def events(case: str, *names: str) -> list[dict[str, Any]]:
    """What happened to a case, of these kinds."""
    return [each for each in EXPECTED["cases"][f"secondment/{case}"]["events"] if each["event"] in names]


def totals(case: str) -> list[tuple[str, str, int]]:
    """Day, number and sum of each invoice of a case."""
    return [(each["day"], each["number"], each["total"]) for each in events(case, "InvoiceIssued")]


def test_the_record_has_every_case_of_the_script() -> None:
    script = read(FOLDER)
    assert script.fiscal_year == 2027
    assert {f"{case.programme}/{case.name}" for case in script.cases} == EXPECTED["cases"].keys()
    assert {case.name: case.fiscal_year for case in script.cases if case.fiscal_year != 2027} == {BEFORE: 2026}


@pytest.mark.clause("S-BI-3")
@pytest.mark.clause("S-BI-6")
def test_a_year_in_which_the_fee_rises_is_billed_at_two_prices() -> None:
    # Bangkok from 10 April 2028: April to September at the old fee, October to March at the new one; 10 % on top.
    office = 6 * BY_SEPTEMBER + 6 * FROM_OCTOBER
    assert office == 780_000 + 840_000 == 1_620_000
    first = PREPARATION + office + office // 10
    assert first == 110_000 + 1_620_000 + 162_000 == 1_892_000
    second = 12 * FROM_OCTOBER * 110 // 100
    assert second == 1_680_000 + 168_000 == 1_848_000
    assert totals(BANGKOK) == [
        ("2028-04-10", "INV-S2027-000001", first),
        ("2029-04-01", "INV-S2027-000004", second),
    ]
    lines = events(BANGKOK, "InvoiceIssued")[0]["lines"]
    assert [(each["fee"], each.get("unit_price"), each.get("months"), each["amount"]) for each in lines] == [
        ("overseas_preparation", None, None, 110_000),
        ("overseas_office", BY_SEPTEMBER, 6, 780_000),
        ("overseas_office", FROM_OCTOBER, 6, 840_000),
    ]
    assert "（2028年4月～2028年9月、6か月分）" in lines[1]["description"]


@pytest.mark.clause("S-BI-6")
def test_the_months_after_the_early_end_go_back_at_the_price_that_was_billed() -> None:
    # The last day is 20 September 2029: September still counts, October to March go back.
    (given_back,) = events(BANGKOK, "ReturnInvoiceIssued")
    assert given_back["total"] == 6 * FROM_OCTOBER * 110 // 100 == 924_000
    assert (given_back["number"], given_back["returns"]) == ("RET-S2027-000001", "INV-S2027-000004")


@pytest.mark.clause("S-BI-5")
def test_a_month_counts_at_the_price_of_its_first_day_overseas() -> None:
    # Riyadh from 30 September 2028: one month at the old fee, six at the new one.
    office = 1 * BY_SEPTEMBER + 6 * FROM_OCTOBER
    assert totals(RIYADH) == [("2028-09-30", "INV-S2027-000003", PREPARATION + office * 110 // 100)]
    assert totals(RIYADH)[0][2] == 110_000 + 970_000 + 97_000 == 1_177_000


@pytest.mark.clause("S-BI-4")
def test_the_lawyers_fee_is_rounded_as_this_edition_says() -> None:
    # 3,800 dollars at 148.257 yen are 563,376.6 yen: half up 563,377; 2026 would have cut it to 563,376.
    lawyer = (3_800 * 148_257 + 500) // 1_000
    assert lawyer == 563_377
    office = 5 * BY_SEPTEMBER + 6 * FROM_OCTOBER  # May to September, October to March
    assert office == 1_490_000
    assert totals(NEW_YORK) == [("2028-05-12", "INV-S2027-000002", PREPARATION + lawyer + office * 110 // 100)]
    assert totals(NEW_YORK)[0][2] == 110_000 + 563_377 + 1_490_000 + 149_000 == 2_312_377
    assert [each["day"] for each in events(NEW_YORK, "InvoiceHeld")] == ["2028-05-08"]


@pytest.mark.clause("G-6")
def test_an_old_case_keeps_the_edition_under_which_it_began() -> None:
    # Hanoi since 20 April 2027 under 2026's edition: 120,000 yen a month, also after the rise of October 2028.
    year = 12 * 120_000 * 110 // 100
    assert year == 1_584_000
    assert totals(BEFORE) == [
        ("2027-04-20", "INV-S2026-000001", 100_000 + year),
        ("2028-04-01", "INV-S2026-000002", year),
    ]


@pytest.mark.clause("S-PL-5")
def test_the_lottery_of_the_published_seed_gave_bangkok_away() -> None:
    tickets = {n: hashlib.sha256(f"{SEED}\0S2027-{n:04}.1".encode()).digest() for n in (1, 2)}
    assert min(tickets, key=lambda n: tickets[n]) == 1
    (won,) = events(BANGKOK, "PlacementProposed")
    assert [(stay["fiscal_year"], stay["site"]) for stay in won["stays"]] == [
        (2027, "hq.research.asia-oceania"), (2028, "bangkok"), (2029, "bangkok"),
    ]  # fmt: skip


@pytest.mark.clause("S-PL-6")
@pytest.mark.clause("S-PL-8")
def test_hanoi_is_closed_by_the_one_placed_the_year_before_and_the_declined_office_is_offered_again() -> None:
    first, second = events(RIYADH, "PlacementProposed")
    assert [(each["rank"], each["site"], each["code"]) for each in first["explanation"]] == [
        (1, "bangkok", "lost_tie_break"), (2, "hanoi", "closed"),
    ]  # fmt: skip
    assert (first["stays"][-1]["site"], second["stays"][-1]["site"]) == ("manila", "riyadh")
    assert (first["answer_by"], second["answer_by"]) == ("2027-02-04", "2027-02-10")  # 21 days, not 14


@pytest.mark.clause("S-PL-4")
def test_the_sender_placed_the_year_before_is_known_as_such() -> None:
    told = [events(case, "ApplicationSubmitted")[0]["placed_before"] for case in (BEFORE, AGAIN, BANGKOK)]
    assert told == [False, True, False]


@pytest.mark.clause("S-SC-5")
@pytest.mark.clause("S-SC-8")
def test_the_bars_are_this_years() -> None:
    asked = {case: [each["clause"] for each in events(case, "WaiverAsked")] for case in (BANGKOK, NEW_YORK, AGAIN)}
    assert asked == {BANGKOK: [], NEW_YORK: ["S-SC-8"], AGAIN: []}  # 44 years; TOEIC 790; 3 years of experience


@pytest.mark.clause("S-SC-9")
def test_the_new_paper_is_asked_for_and_reminded_of_on_this_years_days() -> None:
    assert [each["missing"] for each in events(RIYADH, "PapersMissing")] == [["recommendation/data"]]
    reminded = [each["day"] for each in events(RIYADH, "LetterSent") if each["letter"] == "papers-reminder"]
    assert reminded == ["2027-02-09", "2027-02-16"]
    assert (date(2027, 2, 19) - date(2027, 2, 9)).days == 10


@pytest.mark.clause("S-IN-1")
@pytest.mark.clause("S-IN-5")
def test_what_was_late_or_for_a_closed_unit_was_refused() -> None:
    refused = {name: EXPECTED["cases"][f"secondment/{name}"]["refusals"] for name in ("06-fumoto", "08-osozaki")}
    assert [each["clauses"] for each in refused["06-fumoto"]] == [["S-IN-5"]]
    assert [(each["day"], each["clauses"]) for each in refused["08-osozaki"]] == [("2026-12-12", ["S-IN-1"])]


@pytest.mark.clause("S-LI-8")
def test_the_assessment_goes_out_on_this_editions_day() -> None:
    assert [each["day"] for each in events("04-daichi", "AppraisalReported")] == ["2028-06-20"]


@pytest.mark.clause("S-PL-1")
def test_renamed_opened_and_newly_accepting_places_were_taken() -> None:
    given = {
        case: events(case, "PlacementProposed")[-1]["stays"][0]["site"] for case in ("04-daichi", "05-enishi", AGAIN)
    }
    assert given == {
        "04-daichi": "sapporo",
        "05-enishi": "hq.research.americas",
        AGAIN: "hq.business-support.expansion",
    }


def test_no_code_knows_a_year() -> None:
    """A fiscal year stands in an edition, an address or a script; in code only within examples that are shown."""
    year = re.compile(r"(?<![\w/.-])20(2[5-9]|3\d)(?![\w-])")
    folders = ("kernel", "schemas", "policies", "services", "madoguchi", "infra")
    files = (each for folder in folders for each in (PROJECT / folder).rglob("*.py") if "testing" not in each.parts)
    for path in files:
        found = [line for line in path.read_text(encoding="utf-8").splitlines() if year.search(_code(line))]
        assert not found, f"{path.relative_to(PROJECT)}: {found}"


def _code(line: str) -> str:
    """A line without its texts and comments."""
    return re.sub(r"#.*|\"[^\"]*\"|'[^']*'", "", line)
