"""What a post overseas costs (S-BI-2…5), what a support may (C-BI), what is billed too little or too much (S-BI-6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from policies.calendars import add_months, first_day, fiscal_years, months_in
from policies.edition import Fee
from policies.secondment.edition import SecondmentEdition
from schemas.values import InvoiceLine, fiscal_year
from services.billing.domain.cost_events import Cost
from services.billing.domain.service_events import ServiceUse
from services.billing.domain.values import Billed, Item, Post


@dataclass(frozen=True)
class Difference:
    """What the facts ask for beyond the books: ``charge`` by fiscal year, ``surplus`` to be given back."""

    charge: Mapping[int, tuple[Item, ...]]
    surplus: tuple[Billed, ...]


def owed(post: Post | None, years: Iterable[int], edition: SecondmentEdition) -> tuple[Item, ...]:
    """Everything that the post costs in the fiscal years opened so far; nothing without a post.

    A fee charged once belongs to the first fiscal year overseas (S-BI-2, S-BI-4); a monthly one to each month (S-BI-3).
    """
    if post is None or post.last < post.departed_on:
        return ()
    items: list[Item] = []
    counts = edition.value("invoice.month_counts", post.departed_on).text
    for code, fee in edition.fees_for(post.country).items():
        if fee.charged == "once":
            items.append(_item(code, fee, "once", post.departed_on, edition))
        elif fee.charged == "monthly":
            days = (day for year in sorted(set(years)) for day in s_bi_5_months(post, year, counts))
            items += [_item(code, fee, f"{day:%Y-%m}", day, edition) for day in days]
    return tuple(items)


def s_bi_1_invoiced(costs: Iterable[Cost]) -> tuple[Item, ...]:
    """What JETRO has paid and the sender bears (S-BI-1): each cost an item of the fiscal year in which it arose."""
    return tuple(
        Item(
            fee=cost.kind,
            period=cost.id,
            year=fiscal_year(cost.day),
            clause=cost.decision.clause,
            price=cost.amount,
            unit="yen",
            tax=cost.tax,
        )
        for cost in costs
        if cost.settlement == "invoiced"
    )


CHARGED_IN_SUPPORT = frozenset({"C-BI-2", "C-BI-3"})


def c_bi_1_chargeable(lines: Iterable[InvoiceLine]) -> bool:
    """Whether a support may be charged for this: it is free, save for what these clauses name (C-BI-1)."""
    return all(line.clause in CHARGED_IN_SUPPORT for line in lines)


def c_bi_3_invoiced(uses: Iterable[ServiceUse]) -> tuple[Item, ...]:
    """Services at a price (C-BI-3): each use an item of the fiscal year in which it fell."""
    return tuple(
        Item(
            fee=use.line.fee,
            period=use.id,
            year=fiscal_year(use.used_on),
            clause=use.line.clause,
            price=use.line.amount,
            unit="yen",
            tax=use.line.tax,
        )
        for use in uses
    )


def s_bi_5_months(post: Post, year: int, counts: str) -> tuple[date, ...]:
    """The first day overseas in each month of a fiscal year that counts (S-BI-5), by the edition's rule.

    ``from_first_day``: a month counts whole from that day; ``from_next_month``: not the month of the arrival, unless
    that was on its first day.
    """
    begun = max(post.departed_on, first_day(year))
    count = months_in(post.departed_on, post.last, year)
    days = (begun if number == 0 else add_months(begun.replace(day=1), number) for number in range(count))
    return tuple(day for day in days if counts == "from_first_day" or day.day == 1)


def difference(due: Sequence[Item], billed: Iterable[Billed]) -> Difference:
    """Charge what is owed and not billed, give back what is billed and not owed (S-BI-6). Prices once billed stay.

    Reading taken: what costs nothing is no supply that S-BI-7 wants an invoice for; neither is it given back.
    """
    books = {entry.item.key: entry for entry in billed}
    wanted = {item.key for item in due}
    charge: dict[int, tuple[Item, ...]] = {}
    for item in due:
        if item.key not in books and item.price > 0:
            charge[item.year] = (*charge.get(item.year, ()), item)
    return Difference(charge, tuple(entry for key, entry in books.items() if key not in wanted and entry.yen != 0))


def c_bi_2_invoiced(costs: Iterable[InvoiceLine]) -> tuple[InvoiceLine, ...]:
    """The costs of a cancelled visit that go onto an invoice: none that an officer set to nothing (C-BI-2)."""
    return tuple(line for line in costs if line.amount > 0)


def next_year_on(post: Post | None, years: Iterable[int]) -> date | None:
    """The 1 April on which the next fiscal year's amount falls due (S-BI-5), None where the post ends before it."""
    if post is None:
        return None
    opened = {*years, fiscal_year(post.departed_on)}
    later = [year for year in fiscal_years(post.departed_on, post.last) if year not in opened]
    return first_day(later[0]) if later else None


def _item(code: str, fee: Fee, period: str, day: date, edition: SecondmentEdition) -> Item:
    tax = edition.tax_rate(code, day)
    return Item(
        fee=code,
        period=period,
        year=fiscal_year(day),
        clause=fee.clause,
        price=edition.value(f"fees.{code}", day).number,
        unit=fee.unit,
        tax=None if tax is None else tax.number,
    )
