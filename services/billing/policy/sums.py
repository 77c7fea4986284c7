"""Sums of an invoice: totals by tax rate (S-BI-7), foreign money in yen (S-BI-4), balances (S-BI-8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Literal

from policies.calendars import add_days, end_of_next_month
from schemas.values import ExchangeRateQuote, InvoiceLine, TaxTotal, Yen
from services.billing.domain.values import Awaited, Item, Rate

Rounding = Literal["down", "half_up", "up"]
State = Literal["open", "partly_paid", "paid", "overpaid"]

DUE: dict[str, Callable[[date], date]] = {
    "end_of_next_month": end_of_next_month,
    "end_of_month_after_next": lambda day: end_of_next_month(end_of_next_month(day)),
    "in_30_days": lambda day: add_days(day, 30),
}
"""The terms of payment that an edition can choose."""
_ROUNDINGS = {"down": ROUND_DOWN, "half_up": ROUND_HALF_UP, "up": ROUND_UP}


def rounded(amount: Decimal, rounding: Rounding) -> Yen:
    """Whole yen by the edition's rule (G-4)."""
    return int(amount.quantize(Decimal(1), _ROUNDINGS[rounding]))


def s_bi_7_totals(lines: Iterable[InvoiceLine], rounding: Rounding) -> tuple[TaxTotal, ...]:
    """Sum and tax for each rate, highest first, 不課税 apart at the end; the tax is rounded once for each rate."""
    sums: dict[int | None, Yen] = {}
    for line in lines:
        sums[line.tax] = sums.get(line.tax, 0) + line.amount
    order = sorted(sums, key=lambda rate: -1 if rate is None else rate, reverse=True)
    return tuple(
        TaxTotal(rate=rate, amount=sums[rate], tax=rounded(Decimal(sums[rate] * (rate or 0)) / 100, rounding))
        for rate in order
    )


def s_bi_6_returned(lines: Iterable[InvoiceLine], left: Iterable[TaxTotal], rounding: Rounding) -> tuple[TaxTotal, ...]:
    """What a return invoice gives back of an invoice of which ``left`` remained: of tax what is too much afterwards.

    So an invoice less its returns is, to the yen, an invoice of what was served: each rounded once, and not each part.
    """
    back, before = s_bi_7_totals(lines, rounding), {each.rate: each for each in left}
    found = []
    for each in back:
        known = before.get(each.rate)
        remains = known.amount - each.amount if known else 0
        kept = rounded(Decimal(remains * (each.rate or 0)) / 100, rounding)
        found.append(TaxTotal(rate=each.rate, amount=each.amount, tax=known.tax - kept if known else each.tax))
    return tuple(found)


def remaining(totals: Iterable[TaxTotal], returned: Iterable[TaxTotal]) -> tuple[TaxTotal, ...]:
    """What is left of an invoice's totals after its return invoices."""
    back = list(returned)
    return tuple(
        TaxTotal(
            rate=each.rate,
            amount=each.amount - sum(one.amount for one in back if one.rate == each.rate),
            tax=each.tax - sum(one.tax for one in back if one.rate == each.rate),
        )
        for each in totals
    )


def grand_total(totals: Iterable[TaxTotal]) -> Yen:
    """What is to be paid: all sums and their tax."""
    return sum(each.amount + each.tax for each in totals)


def s_bi_4_rate(rates: Iterable[Rate], awaited: Awaited) -> Rate | None:
    """The rate for what fell due on a day, None if there is none yet: then the invoice is held.

    Reading taken: the one of that day or the last of so many days before it as the edition says; failing that, the
    first of so many after it.
    """
    day, first = awaited.day, awaited.day - timedelta(days=awaited.back)
    last = date.max if awaited.after is None else day + timedelta(days=awaited.after)
    fit = [rate for rate in rates if rate.kind == awaited.kind and first <= rate.day <= last]
    before = [rate for rate in fit if rate.day <= day]
    if before:
        return max(before, key=lambda rate: rate.day)
    return min(fit, key=lambda rate: rate.day, default=None)


def s_bi_7_due(issued_on: date, terms: str) -> date:
    """When an invoice falls due, by the edition's terms."""
    return DUE[terms](issued_on)


def s_bi_4_yen(item: Item, rate: Rate, rounding: Rounding) -> Yen:
    """The yen equivalent (相当円) of an amount in foreign money."""
    return rounded(Decimal(item.price) * Decimal(rate.yen_per_unit), rounding)


def s_bi_4_quote(item: Item, rate: Rate) -> ExchangeRateQuote:
    """What is kept with the invoice: rate, kind, bank, day and source."""
    return ExchangeRateQuote(
        currency=rate.currency,
        foreign_amount=str(item.price),
        yen_per_unit=rate.yen_per_unit,
        kind=rate.kind,
        bank=rate.bank,
        day=rate.day.isoformat(),
        source=rate.source,
    )


def s_bi_8_state(paid: Yen, balance: Yen) -> State:
    """Where a receivable stands: ``balance`` is what is still open, below zero what was paid too much."""
    if balance < 0:
        return "overpaid"
    if balance == 0:
        return "paid"
    return "partly_paid" if paid else "open"
