"""What invoice lines say, in Japanese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from policies.edition import Fee
from schemas.values import InvoiceLine
from services.billing.domain.cost_events import Cost
from services.billing.domain.values import Billed, Item, Rate
from services.billing.policy.sums import s_bi_4_quote

CURRENCIES = {"USD": "米ドル"}


Group = tuple[Billed, ...]
"""What makes one line: the months of one fee at one price and tax, a fee charged once, or one cost."""


def grouped(billed: Iterable[Billed]) -> tuple[Group, ...]:
    """The lines' groups, in the order of the items."""
    groups: dict[tuple[str, str, int, int | None], Group] = {}
    for entry in billed:
        item = entry.item
        key = (item.fee, "" if item.monthly else item.period, item.price, item.tax)
        groups[key] = (*groups.get(key, ()), entry)
    return tuple(groups.values())


def line(group: Group, source: str, fees: Mapping[str, Fee], rate: Rate | None = None) -> InvoiceLine:
    """The invoice line of a group; ``rate`` is what foreign money was converted at."""
    if group[0].item.monthly:
        return _months(group, source, fees)
    return _once(group[0], source, fees, rate)


def cost_line(cost: Cost, source: str) -> InvoiceLine:
    """The invoice line of a cost that JETRO has paid for the sender (立替金)."""
    day = f"{cost.day.year}年{cost.day.month}月{cost.day.day}日"
    return InvoiceLine(
        fee=cost.kind,
        clause=cost.decision.clause,
        description=f"{cost.name}（{day}、立替分）",
        amount=cost.amount,
        tax=cost.tax,
        source=source,
    )


def _once(entry: Billed, source: str, fees: Mapping[str, Fee], rate: Rate | None) -> InvoiceLine:
    item, name = entry.item, fees[entry.item.fee].name
    converted = rate is not None and item.foreign
    return InvoiceLine(
        fee=item.fee,
        clause=item.clause,
        description=f"{name}（{in_words(item, rate)}）" if rate is not None and converted else name,
        amount=entry.yen or 0,
        tax=item.tax,
        source=source,
        rate=s_bi_4_quote(item, rate) if rate is not None and converted else None,
    )


def _months(group: Group, source: str, fees: Mapping[str, Fee]) -> InvoiceLine:
    item, price = group[0].item, group[0].yen or 0
    months = sorted(entry.item.period for entry in group)
    return InvoiceLine(
        fee=item.fee,
        clause=item.clause,
        description=f"{fees[item.fee].name}（{span(months)}、{len(months)}か月分）",
        amount=price * len(months),
        tax=item.tax,
        source=source,
        months=len(months),
        unit_price=price,
    )


def span(months: Sequence[str]) -> str:
    """Months such as ``2027-06`` in words: runs joined by ～, runs apart by ・."""
    runs: list[list[str]] = []
    for month in months:
        if runs and _follows(runs[-1][-1], month):
            runs[-1].append(month)
        else:
            runs.append([month])
    return "・".join(_month(run[0]) if len(run) == 1 else f"{_month(run[0])}～{_month(run[-1])}" for run in runs)


def in_words(item: Item, rate: Rate) -> str:
    """The foreign amount and its rate, as a line shows them."""
    currency = CURRENCIES.get(item.unit, item.unit)
    when = f"{rate.day.year}年{rate.day.month}月{rate.day.day}日"
    return f"{item.price:,}{currency}、{when} {rate.bank} {rate.kind} 1{currency}＝{rate.yen_per_unit}円"


def missing_rate(currency: str, kind: str, day: date) -> str:
    """What a held invoice waits for."""
    return f"{currency} {kind} {day.isoformat()}"


def _follows(month: str, after: str) -> bool:
    year, number = map(int, month.split("-"))
    return after == (f"{year + 1}-01" if number == 12 else f"{year}-{number + 1:02d}")


def _month(month: str) -> str:
    year, number = month.split("-")
    return f"{year}年{int(number)}月"
