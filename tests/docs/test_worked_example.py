"""docs/worked-example.md: its reckoning is right, and the services come to the same dates, numbers and yen."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from pypdf import PdfReader

from schemas import billing, placement
from schemas.values import day_in_tokyo
from tests.docs.documents import ROOT, table_after
from tests.docs.worked_story import Years

TEXT = (ROOT / "docs" / "worked-example.md").read_text(encoding="utf-8")
PAPER, SYSTEM = TEXT[TEXT.index("## On paper") : TEXT.index("## By the system")], TEXT[TEXT.index("## By the system") :]
SHEETS = ["INV-S2026-000001", "INV-S2026-000002", "RET-S2026-000001"]
ENTRIES = (("payments", "payment"), ("credits", "return invoice"), ("refunds", "refund"))
CARRIED = (("carried_over", "carried over"), ("brought_in", "brought in"))


def reckoned(reckoning: str) -> int:
    """A reckoning as it is written, exact, then rounded down to whole yen."""
    plain = reckoning.replace(",", "").replace("×", "*").replace("−", "-")
    assert re.fullmatch(r"[0-9. +*/-]+", plain), reckoning
    exact = re.sub(r"[0-9.]+", lambda number: f"Fraction('{number[0]}')", plain)
    value: Fraction = eval(exact, {"Fraction": Fraction})
    return floor(value)


def yen(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.mark.parametrize("heading", [*SHEETS, "Net"])
def test_every_line_on_paper_is_reckoned_right(heading: str) -> None:
    rows = table_after(PAPER, f"### {heading}")
    assert len(rows) >= 2
    for item, reckoning, amount, _ in rows:
        assert reckoned(reckoning) == yen(amount), item


def test_what_was_served_is_what_was_charged_and_paid() -> None:
    served, spent, charged, paid, total = (yen(row[2]) for row in table_after(PAPER, "### Net"))
    assert served + spent == charged == paid == total


@pytest.fixture
async def years() -> Years:
    """The two years, lived through."""
    return await Years().lived()


async def _invoices(years: Years) -> list[dict[str, Any]]:
    items = (await years.get("/v1/invoices?sort=issued_on&size=50"))["items"]
    return [await years.get(f"/v1/invoices/{each['id']}") for each in items]


@pytest.mark.clause("S-BI-2")
@pytest.mark.clause("S-BI-3")
@pytest.mark.clause("S-BI-4")
@pytest.mark.clause("S-BI-5")
@pytest.mark.clause("S-BI-7")
async def test_the_invoices_are_those_of_the_document(years: Years) -> None:
    rows = []
    for each in await _invoices(years):
        head = [each["number"], each["issued_on"], each["due_on"] or "–"]
        for line in each["lines"]:
            rate = "outside" if line["tax"] is None else f"{line['tax']} %"
            rows.append([*head, line["description"], rate, f"{line['amount']:,}"])
        taxed = [total for total in each["totals"] if total["rate"] is not None]
        rows += [[*head, "consumption tax", f"{total['rate']} %", f"{total['tax']:,}"] for total in taxed]
        rows.append([*head, "total", "", f"{each['total']:,}"])
    assert rows == table_after(SYSTEM, "### Invoices"), _table(rows)


@pytest.mark.clause("S-BI-6")
@pytest.mark.parametrize("number", SHEETS)
async def test_each_total_is_the_one_on_paper_and_on_the_sheet(years: Years, number: str) -> None:
    (found,) = [each for each in await _invoices(years) if each["number"] == number]
    *_, (last, _, total, _) = table_after(PAPER, f"### {number}")
    assert (last, found["total"]) == ("total", yen(total))
    paper = await years.company["billing"].application.paper(found["id"])
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    assert f"{total}円" in text
    assert number in text


@pytest.mark.clause("S-BI-8")
async def test_the_money_is_that_of_the_document(years: Years) -> None:
    invoices = await _invoices(years)
    issued = {each["number"]: each["issued_on"] for each in invoices}
    rows = []
    for receivable in (each["receivable"] for each in invoices if each["receivable"]):
        for name, entry in (*ENTRIES, *CARRIED):
            for each in receivable[name]:
                day = next(each[key] for key in DAYS if key in each) if name != "credits" else ""
                day = day or issued[each["return_number"]]
                rows.append([day, entry, receivable["number"], f"{each['amount']:,}", f"{each['balance']:,}"])
    rows.sort(key=lambda row: row[0])
    assert rows == table_after(SYSTEM, "### Money"), _table(rows)


DAYS = ("received_on", "refunded_on", "carried_on")


@pytest.mark.clause("S-NO-1")
async def test_the_letters_are_those_of_the_document(years: Years) -> None:
    rows = [
        [
            day_in_tokyo(each["on"]).isoformat(),
            each["code"],
            each["title"],
            each["enclosure"]["name"] if each["enclosure"] else "–",
        ]
        for each in await years.letters()
    ]
    assert rows == table_after(SYSTEM, "### Letters"), _table(rows)


@pytest.mark.clause("S-PL-11")
@pytest.mark.clause("S-LI-6")
async def test_what_happened_is_what_the_document_tells(years: Years) -> None:
    (started,) = await years.said(placement.SecondmentStarted)
    (moved,) = await years.said(placement.DeparturePostponed)
    (left,) = await years.said(placement.SecondeeDeparted)
    (over,) = await years.said(placement.SecondmentEnded)
    (held,) = await years.said(billing.InvoiceHeld)
    told: Any = (started, moved, left, over, held)
    days = {day: what for day, what, _ in table_after(TEXT, "## What happened")}
    assert "starts" in days[told[0].started_on.isoformat()]
    assert told[1].planned_for.isoformat() in days["2027-03-10"]
    assert (told[2].office, told[2].country) == ("new-york", "US")
    assert "taken up" in days[told[2].departed_on.isoformat()]
    assert told[3].early
    assert "ends early" in days[told[3].ended_on.isoformat()]
    assert told[4].missing in SYSTEM


def _table(rows: list[list[str]]) -> str:
    return "\n".join(["docs/worked-example.md should say:", *(f"| {' | '.join(row)} |" for row in rows)])
