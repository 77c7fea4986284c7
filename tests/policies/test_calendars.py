"""Business days, deadlines, months of a stay, ages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from policies.calendars import (
    add_business_days,
    add_months,
    age_on,
    business_day_from,
    end_of_day,
    end_of_next_month,
    first_day,
    fiscal_years,
    full_months_between,
    is_business_day,
    last_day,
    months_in,
    next_business_day,
    start_of_day,
)


@pytest.mark.clause("G-1")
def test_a_day_ends_at_24_hours_in_tokyo() -> None:
    assert end_of_day(date(2025, 12, 5)) == datetime(2025, 12, 5, 15, 0, tzinfo=UTC)
    assert start_of_day(date(2025, 12, 5)) == datetime(2025, 12, 4, 15, 0, tzinfo=UTC)
    assert end_of_day(date(2025, 12, 31)).tzinfo is UTC


@pytest.mark.clause("G-3")
@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), False),
        (date(2028, 1, 3), False),
        (date(2027, 1, 4), True),
        (date(2026, 5, 6), False),  # a holiday in lieu: 3 May is a Sunday
        (date(2026, 9, 22), False),  # between two holidays
        (date(2026, 8, 11), False),
        (date(2026, 4, 4), False),
        (date(2026, 4, 5), False),
        (date(2026, 4, 6), True),
        (date(2029, 2, 12), False),  # a holiday in lieu: 11 February is a Sunday
    ],
)
def test_weekends_holidays_and_the_turn_of_the_year_are_no_business_days(day: date, open_: bool) -> None:
    assert is_business_day(day) is open_


@pytest.mark.clause("G-3")
def test_business_days_are_counted_over_holidays() -> None:
    assert next_business_day(date(2026, 12, 28)) == date(2027, 1, 4)
    assert next_business_day(date(2026, 4, 6)) == date(2026, 4, 7)
    assert business_day_from(date(2026, 4, 6)) == date(2026, 4, 6)
    assert business_day_from(date(2026, 4, 4)) == date(2026, 4, 6)
    assert add_business_days(date(2026, 4, 28), 5) == date(2026, 5, 11)
    assert add_business_days(date(2026, 5, 11), -5) == date(2026, 4, 28)
    assert add_business_days(date(2026, 4, 4), 0) == date(2026, 4, 4)


def test_months_are_added_to_the_end_of_a_shorter_month() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert add_months(date(2026, 3, 15), -3) == date(2025, 12, 15)
    assert add_months(date(2026, 12, 1), 1) == date(2027, 1, 1)


@pytest.mark.clause("S-BI-8")
def test_an_invoice_falls_due_at_the_end_of_the_next_month() -> None:
    assert end_of_next_month(date(2027, 1, 31)) == date(2027, 2, 28)
    assert end_of_next_month(date(2027, 12, 1)) == date(2028, 1, 31)
    assert end_of_next_month(date(2027, 11, 30)) == date(2027, 12, 31)


@pytest.mark.clause("G-2")
def test_a_fiscal_year_runs_from_april_to_march() -> None:
    assert (first_day(2026), last_day(2026)) == (date(2026, 4, 1), date(2027, 3, 31))
    assert list(fiscal_years(date(2027, 3, 31), date(2027, 4, 1))) == [2026, 2027]
    assert list(fiscal_years(date(2027, 4, 2), date(2027, 4, 1))) == []


@pytest.mark.clause("S-BI-5")
@pytest.mark.parametrize(
    ("first", "last", "year", "months"),
    [
        (date(2027, 4, 1), date(2028, 3, 31), 2027, 12),
        (date(2027, 4, 30), date(2028, 3, 31), 2027, 12),
        (date(2027, 5, 1), date(2028, 3, 31), 2027, 11),
        (date(2027, 4, 15), date(2029, 3, 31), 2028, 12),
        (date(2027, 4, 15), date(2027, 4, 15), 2027, 1),
        (date(2028, 3, 31), date(2029, 3, 31), 2027, 1),
        (date(2027, 12, 20), date(2028, 1, 2), 2027, 2),
        (date(2027, 4, 15), date(2028, 4, 1), 2028, 1),
        (date(2027, 4, 15), date(2028, 3, 31), 2028, 0),
        (date(2027, 4, 15), date(2028, 3, 31), 2026, 0),
        (date(2027, 6, 2), date(2027, 6, 1), 2027, 0),
    ],
)
def test_a_month_counts_from_its_first_day_overseas(first: date, last: date, year: int, months: int) -> None:
    assert months_in(first, last, year) == months


@pytest.mark.clause("S-SC-5")
def test_the_age_changes_on_the_birthday() -> None:
    assert age_on(date(1986, 4, 2), date(2026, 4, 1)) == 39
    assert age_on(date(1986, 4, 1), date(2026, 4, 1)) == 40
    assert age_on(date(1986, 3, 31), date(2026, 4, 1)) == 40
    assert age_on(date(1988, 2, 29), date(2027, 2, 28)) == 38
    assert age_on(date(1988, 2, 29), date(2027, 3, 1)) == 39
    assert age_on(date(1988, 2, 29), date(2028, 2, 29)) == 40


@pytest.mark.clause("S-LI-4")
def test_full_months_run_to_the_day_after_the_last() -> None:
    assert full_months_between(date(2027, 4, 1), date(2027, 10, 1)) == 6
    assert full_months_between(date(2027, 4, 1), date(2027, 9, 30)) == 5
    assert full_months_between(date(2027, 4, 15), date(2028, 4, 1)) == 11
    assert full_months_between(date(2027, 8, 31), date(2028, 2, 29)) == 6
