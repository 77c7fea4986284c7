"""The calendars that deadlines, fees and ages are counted in. All days are Tokyo's (G-1); nothing reads a clock."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

import jpholiday

from schemas.values import TOKYO, fiscal_year


def add_days(day: date, days: int) -> date:
    """The day so many days later."""
    return day + timedelta(days=days)


def add_months(day: date, months: int) -> date:
    """The same day so many months later (earlier if negative), or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def start_of_day(day: date) -> datetime:
    """0:00 in Tokyo, in UTC."""
    return datetime.combine(day, time(), TOKYO).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """24:00 in Tokyo, in UTC: a deadline of that day is kept by what comes strictly before it (G-1)."""
    return start_of_day(add_days(day, 1))


def end_of_next_month(day: date) -> date:
    """The last day of the month after (翌月末日): when an invoice of ``day`` falls due under the default terms."""
    first = add_months(day.replace(day=1), 2)
    return add_days(first, -1)


def is_business_day(day: date) -> bool:
    """Whether it is a business day (営業日): no weekend, public holiday or day from 29 December to 3 January (G-3)."""
    turn_of_year = (day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3)
    return day.weekday() < 5 and not turn_of_year and not jpholiday.is_holiday(day)


def next_business_day(day: date) -> date:
    """The first business day after ``day``."""
    return add_business_days(day, 1)


def business_day_from(day: date) -> date:
    """``day`` itself if it is a business day, else the first one after it."""
    return day if is_business_day(day) else next_business_day(day)


def add_business_days(day: date, count: int) -> date:
    """The ``count``-th business day after ``day`` (before it if negative); the day itself does not count."""
    step = 1 if count > 0 else -1
    for _ in range(abs(count)):
        day = add_days(day, step)
        while not is_business_day(day):
            day = add_days(day, step)
    return day


def first_day(year: int) -> date:
    """1 April of a fiscal year (G-2)."""
    return date(year, 4, 1)


def last_day(year: int) -> date:
    """31 March that ends a fiscal year (G-2)."""
    return date(year + 1, 3, 31)


def fiscal_years(first: date, last: date) -> range:
    """The fiscal years that a stay touches; none if it ends before it begins."""
    return range(fiscal_year(first), fiscal_year(last) + 1) if first <= last else range(0)


def months_in(first: date, last: date, year: int) -> int:
    """How many calendar months of a fiscal year a stay from ``first`` to ``last`` touches (S-BI-5).

    A month counts whole from its first day overseas: one day in it is a month.
    """
    begin, end = max(first, first_day(year)), min(last, last_day(year))
    if begin > end:
        return 0
    return (end.year - begin.year) * 12 + end.month - begin.month + 1


def age_on(birth: date, on: date) -> int:
    """Completed years of age on a day (満年齢); someone born on 29 February has the birthday on 1 March."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def full_months_between(first: date, end: date) -> int:
    """How many full months lie from ``first`` to ``end``, the day after the last: 1 April to 1 October is 6."""
    months = (end.year - first.year) * 12 + end.month - first.month
    return months if add_months(first, months) <= end else months - 1
