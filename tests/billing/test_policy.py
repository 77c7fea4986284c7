"""What is owed and what it adds up to, at the boundaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.secondment.sections import Costs
from schemas.values import InvoiceLine, TaxTotal
from services.billing.domain.cost_events import Side
from services.billing.domain.values import Awaited, Billed, Item, Post, Rate
from services.billing.policy.costs import s_bi_1_borne
from services.billing.policy.owed import difference, next_year_on, owed, s_bi_5_months
from services.billing.policy.sums import (
    grand_total,
    remaining,
    rounded,
    s_bi_4_rate,
    s_bi_6_returned,
    s_bi_7_due,
    s_bi_7_totals,
    s_bi_8_state,
)
from services.billing.policy.wording import grouped, span
from tests.billing.editions import EDITION, fees_with, taxes_with


def post(departed_on: date, last: date, country: str = "TH") -> Post:
    return Post(office="office", country=country, departed_on=departed_on, last=last)


@pytest.mark.clause("S-BI-5")
@pytest.mark.parametrize(
    ("departed_on", "last", "year", "months"),
    [
        (date(2027, 4, 1), date(2028, 3, 31), 2027, 12),
        (date(2027, 4, 30), date(2028, 3, 31), 2027, 12),  # one day of April is April
        (date(2027, 5, 1), date(2028, 3, 31), 2027, 11),
        (date(2027, 4, 1), date(2027, 11, 1), 2027, 8),  # one day of November is November
        (date(2027, 4, 1), date(2027, 10, 31), 2027, 7),
        (date(2028, 3, 31), date(2029, 3, 31), 2027, 1),
        (date(2028, 3, 31), date(2029, 3, 31), 2028, 12),
        (date(2028, 4, 1), date(2029, 3, 31), 2027, 0),
    ],
)
def test_a_month_counts_from_its_first_day_overseas(departed_on: date, last: date, year: int, months: int) -> None:
    assert len(s_bi_5_months(post(departed_on, last), year, "from_first_day")) == months


@pytest.mark.clause("S-BI-5")
@pytest.mark.parametrize(
    ("departed_on", "last", "months"),
    [
        (date(2027, 4, 1), date(2028, 3, 31), 12),
        (date(2027, 4, 2), date(2028, 3, 31), 11),
        (date(2027, 4, 30), date(2027, 4, 30), 0),
        (date(2027, 4, 30), date(2027, 6, 1), 2),
    ],
)
def test_an_edition_may_count_months_from_the_one_after_the_arrival(departed_on: date, last: date, months: int) -> None:
    assert len(s_bi_5_months(post(departed_on, last), 2027, "from_next_month")) == months
    rules = EDITION.invoice.model_copy(update={"month_counts": chosen(EDITION.invoice.month_counts, "from_next_month")})
    found = owed(post(departed_on, last), [2027], replace(EDITION, invoice=rules))
    assert len([item for item in found if item.monthly]) == months


def chosen(parameter: Any, value: object) -> Any:
    """The parameter with another value from its first day."""
    holding = parameter.values[0].model_copy(update={"value": value})
    return parameter.model_copy(update={"values": (holding,)})


@pytest.mark.clause("S-BI-8")
@pytest.mark.parametrize(
    ("terms", "due"),
    [
        ("end_of_next_month", date(2027, 2, 28)),
        ("end_of_month_after_next", date(2027, 3, 31)),
        ("in_30_days", date(2027, 3, 2)),
    ],
)
def test_an_invoice_falls_due_by_the_editions_terms(terms: str, due: date) -> None:
    assert s_bi_7_due(date(2027, 1, 31), terms) == due


@pytest.mark.clause("S-BI-2")
@pytest.mark.clause("S-BI-4")
def test_once_is_once_and_only_america_pays_the_lawyer() -> None:
    thai = owed(post(date(2027, 4, 5), date(2029, 3, 31)), [2027, 2028], EDITION)
    american = owed(post(date(2027, 4, 5), date(2029, 3, 31), "US"), [2027, 2028], EDITION)
    assert [(i.fee, i.year, i.tax) for i in thai if i.period == "once"] == [("overseas_preparation", 2027, None)]
    assert [(i.fee, i.price, i.unit, i.tax) for i in american if i.foreign] == [("us_visa_lawyer", 3550, "USD", None)]
    assert len([i for i in thai if i.fee == "overseas_office"]) == 24


@pytest.mark.clause("S-BI-6")
def test_each_month_is_priced_and_taxed_as_of_its_own_day() -> None:
    dearer = taxes_with(fees_with("overseas_office", (date(2027, 10, 1), 125_000)), (date(2028, 1, 1), 12))
    items = owed(post(date(2027, 9, 15), date(2028, 1, 31)), [2027], dearer)
    months = [(i.period, i.price, i.tax) for i in items if i.fee == "overseas_office"]
    assert months == [
        ("2027-09", 120_000, 10), ("2027-10", 125_000, 10), ("2027-11", 125_000, 10), ("2027-12", 125_000, 10),
        ("2028-01", 125_000, 12),
    ]  # fmt: skip


@pytest.mark.clause("S-BI-6")
def test_what_was_billed_keeps_its_price_though_the_fee_changed() -> None:
    stay = post(date(2027, 4, 1), date(2027, 5, 31))
    before = [Billed(item=i, invoice_id="invoice-1", yen=i.price) for i in owed(stay, [2027], EDITION)]
    gap = difference(owed(stay, [2027], fees_with("overseas_office", (date(2027, 4, 1), 1))), before)
    assert (gap.charge, gap.surplus) == ({}, ())


@pytest.mark.clause("S-BI-7")
def test_what_costs_nothing_is_neither_invoiced_nor_given_back() -> None:
    stay = post(date(2027, 4, 1), date(2027, 5, 31))
    due = owed(stay, [2027], fees_with("overseas_office", (date(2027, 4, 1), 0)))
    charged = [item for items in difference(due, []).charge.values() for item in items]
    assert [item.fee for item in charged] == ["overseas_preparation"]
    once = [Billed(item=item, invoice_id="invoice-1", yen=item.price) for item in due]
    assert [entry.item.fee for entry in difference((), once).surplus] == ["overseas_preparation"]


def test_nothing_is_owed_without_a_post_or_before_it_begins() -> None:
    assert owed(None, [2027], EDITION) == ()
    assert owed(post(date(2027, 4, 5), date(2027, 4, 4)), [2027], EDITION) == ()


@pytest.mark.clause("S-BI-5")
def test_the_next_amount_falls_due_on_1_april_while_overseas() -> None:
    stay = post(date(2027, 4, 5), date(2029, 4, 1))
    assert next_year_on(stay, [2027]) == date(2028, 4, 1)
    assert next_year_on(stay, [2027, 2028]) == date(2029, 4, 1)
    assert next_year_on(stay, [2027, 2028, 2029]) is None
    assert next_year_on(post(date(2027, 4, 5), date(2028, 3, 31)), [2027]) is None


def rate(day: date, yen: str = "150", kind: str = "TTS") -> Rate:
    return Rate(currency="USD", kind=kind, day=day, yen_per_unit=yen, bank="見本銀行", source="公示")


@pytest.mark.clause("S-BI-4")
def test_the_rate_is_of_the_day_or_the_last_before_it_or_the_first_after() -> None:
    on = date(2027, 5, 5)  # a holiday
    known = [rate(date(2027, 4, 27)), rate(date(2027, 4, 28)), rate(date(2027, 4, 30)), rate(date(2027, 5, 6))]

    def found(*rates: Rate, back: int = 7, after: int | None = 14) -> Rate | None:
        return s_bi_4_rate(rates, Awaited(account="a", invoice_id="i", kind="TTS", day=on, back=back, after=after))

    assert found(*known) == rate(date(2027, 4, 30))
    assert found(rate(date(2027, 4, 28))) == rate(date(2027, 4, 28))
    assert found(rate(date(2027, 4, 27))) is None
    assert found(rate(date(2027, 4, 27)), back=8) == rate(date(2027, 4, 27))
    assert found(rate(date(2027, 5, 10)), rate(date(2027, 5, 6))) == rate(date(2027, 5, 6))
    assert found(rate(date(2027, 5, 19))) == rate(date(2027, 5, 19))
    assert found(rate(date(2027, 5, 20))) is None
    assert found(rate(date(2028, 3, 1)), after=None) == rate(date(2028, 3, 1))  # one that waits since before the bound
    assert found(rate(on, kind="TTM")) is None


@pytest.mark.clause("S-BI-6")
@pytest.mark.clause("S-BI-7")
def test_a_return_gives_back_the_tax_that_is_too_much_for_what_is_left() -> None:
    whole = s_bi_7_totals([line(12 * 123_457, 10), line(100_000, None)], "down")
    back = s_bi_6_returned([line(5 * 123_457, 10)], whole, "down")
    left = remaining(whole, back)
    assert left == s_bi_7_totals([line(7 * 123_457, 10), line(100_000, None)], "down")
    again = s_bi_6_returned([line(7 * 123_457, 10)], left, "down")
    assert remaining(left, again)[0] == TaxTotal(rate=10, amount=0, tax=0)


def line(amount: int, tax: int | None) -> InvoiceLine:
    return InvoiceLine(fee="fee", clause="S-BI-3", description="", amount=amount, tax=tax, source="app-1.1")


@pytest.mark.clause("S-BI-7")
def test_tax_is_rounded_once_for_each_rate_and_not_for_each_line() -> None:
    totals = s_bi_7_totals([line(105, 10), line(105, 10), line(19, 8), line(7, None)], "down")
    assert totals == (
        TaxTotal(rate=10, amount=210, tax=21), TaxTotal(rate=8, amount=19, tax=1), TaxTotal(rate=None, amount=7, tax=0),
    )  # fmt: skip
    assert grand_total(totals) == 258


@pytest.mark.clause("G-4")
@pytest.mark.parametrize(("how", "yen"), [("down", 2), ("half_up", 3), ("up", 3)])
def test_rounding_follows_the_edition(how: str, yen: int) -> None:
    assert rounded(Decimal("2.5"), how) == yen  # type: ignore[arg-type]  # the three words


@pytest.mark.clause("S-BI-7")
@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**7), st.sampled_from([10, 8, None])), max_size=12))
def test_totals_hold_every_line_and_less_than_a_yen_of_rounding_for_each_rate(
    lines: list[tuple[int, int | None]],
) -> None:
    totals = s_bi_7_totals([line(*each) for each in lines], "down")
    assert sum(each.amount for each in totals) == sum(amount for amount, _ in lines)
    for each in totals:
        assert 0 <= Decimal(each.amount * (each.rate or 0)) / 100 - each.tax < 1


@pytest.mark.clause("S-BI-8")
@pytest.mark.parametrize(
    ("paid", "balance", "state"), [(0, 5, "open"), (1, 4, "partly_paid"), (5, 0, "paid"), (6, -1, "overpaid")]
)
def test_a_receivable_is_open_partly_paid_paid_or_overpaid(paid: int, balance: int, state: str) -> None:
    assert s_bi_8_state(paid, balance) == state


def test_months_are_told_in_runs() -> None:
    assert span(["2027-11", "2027-12", "2028-01", "2028-03"]) == "2027年11月～2028年1月・2028年3月"


def test_items_are_known_by_fee_and_period() -> None:
    item = Item(fee="f", period="2027-04", year=2027, clause="S-BI-3", price=1, unit="yen", tax=None)
    assert item.key == "f/2027-04"


@pytest.mark.clause("S-BI-1")
def test_months_of_one_price_make_one_line_and_each_cost_makes_its_own() -> None:
    def billed(period: str, fee: str = "office") -> Billed:
        item = Item(fee=fee, period=period, year=2027, clause="S-BI-3", price=100, unit="yen", tax=None)
        return Billed(item=item, invoice_id="invoice-1", yen=100)

    months, costs = [billed("2027-04"), billed("2027-05")], [billed("cost-1", "pay"), billed("cost-2", "pay")]
    assert [len(group) for group in grouped([*months, *costs])] == [2, 1, 1]


@pytest.mark.clause("S-BI-1")
def test_a_cost_that_is_taxed_is_invoiced_at_the_rate_of_its_day() -> None:
    kinds = EDITION.costs.root
    taxed = Costs({**kinds, "damage_by_secondee": kinds["damage_by_secondee"].model_copy(update={"tax": "standard"})})
    edition = taxes_with(replace(EDITION, costs=taxed), (date(2027, 10, 1), 12))
    moment = datetime(2027, 12, 1, tzinfo=UTC)
    rates = [
        s_bi_1_borne("cost-1", "damage_by_secondee", 1_000, day, paid_by, edition, moment).tax
        for day, paid_by in BEFORE_AND_AFTER
    ]
    assert rates == [10, 12, None]


BEFORE_AND_AFTER: list[tuple[date, Side]] = [
    (date(2027, 9, 30), "jetro"),
    (date(2027, 10, 1), "jetro"),
    (date(2027, 10, 1), "sender"),
]
