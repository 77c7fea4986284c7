"""A term changed by an amendment (S-LI-5): what came to the post is charged, what fell away goes back (S-BI-6)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from schemas.placement import TermChanged
from schemas.values import Stay
from tests.billing.support import Counter, tokyo


async def change(story: Counter, until: date, before: date) -> None:
    """Placement's word that the term ends on another day."""
    fields: dict[str, Any] = {"number": 1, "before": before, "until": until, "concluded_on": date(2027, 12, 1)}
    await story.says(TermChanged, stays=(Stay(fiscal_year=2027, site="bangkok"),), **fields)


@pytest.mark.clause("S-LI-5", "S-BI-6")
async def test_an_extension_within_the_year_leads_to_a_further_invoice_for_its_months() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2027, 12, 31))
    await story.company.move(tokyo(2027, 12, 1))
    await change(story, date(2028, 3, 31), date(2027, 12, 31))
    first, further = story.published("InvoiceIssued")
    assert first["total"] == 100_000 + 9 * 132_000
    assert (further["total"], further["lines"][0]["months"]) == (3 * 132_000, 3)
    assert story.published("ReturnInvoiceIssued") == []


@pytest.mark.clause("S-LI-5", "S-BI-5")
async def test_an_extension_into_the_next_fiscal_year_is_billed_on_1_april() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2028, 3, 31))
    await change(story, date(2029, 3, 31), date(2028, 3, 31))
    assert len(story.published("InvoiceIssued")) == 1
    await story.company.move(tokyo(2028, 4, 1, 0))
    assert [each["total"] for each in story.published("InvoiceIssued")] == [1_684_000, 1_584_000]


@pytest.mark.clause("S-LI-5", "S-BI-6")
async def test_a_shorter_term_gives_the_months_back_that_fell_away_and_ends_the_billing() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2029, 3, 31))
    await story.company.move(tokyo(2027, 12, 1))
    await change(story, date(2028, 1, 31), date(2029, 3, 31))
    (back,) = story.published("ReturnInvoiceIssued")
    assert (back["total"], back["lines"][0]["months"]) == (2 * 132_000, 2)
    await story.company.move(tokyo(2029, 4, 2))
    assert len(story.published("InvoiceIssued")) == 1


async def test_a_term_that_changes_before_anybody_left_japan_costs_nothing() -> None:
    story = Counter(tokyo(2027, 4, 5))
    await change(story, date(2028, 1, 31), date(2029, 3, 31))
    assert story.published("InvoiceIssued") == []
