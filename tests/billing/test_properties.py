"""Whatever the order of departure, postponement, amendment, end and payment: what is charged is what was served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.aggregate import Aggregate
from kernel.timers import Timer
from policies.calendars import fiscal_years, months_in, start_of_day
from schemas.values import day_in_tokyo, fiscal_year
from services.billing.domain.account import Account
from services.billing.domain.books import Books, release, settle
from services.billing.domain.invoice import InvoiceIssued
from services.billing.domain.rates import ExchangeRates
from services.billing.domain.receivable import Payment, Receivable
from services.billing.domain.register import NumberTaken
from services.billing.domain.values import Rate
from services.billing.timers import NEXT_YEAR, schedule
from tests.billing.editions import EDITION, fees_with, taxes_with
from tests.billing.support import CASE, party

FIRST = date(2027, 4, 1)
DEARER = taxes_with(fees_with("overseas_office", (date(2027, 11, 1), 123_457)), (date(2028, 6, 1), 12))
SENDER = party()


@dataclass
class Office:
    """A billing office with one account, whose days go by."""

    edition: Any
    today: date = FIRST
    books: Books = field(init=False)
    issued: list[InvoiceIssued] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    paid: int = 0
    next_year: Timer | None = None

    def __post_init__(self) -> None:
        at = start_of_day(self.today)
        self.books = Books(
            Account.open(CASE, SENDER, at), self.edition, {}, {"USD": ExchangeRates.open("USD", at)}, {}, {}
        )

    @property
    def account(self) -> Account:
        return self.books.account

    def depart(self, days: int, stay: int, country: str) -> None:
        on = FIRST + timedelta(days=days)
        self.account.take_up(
            SENDER, office="office", country=country, departed_on=on, until=on + timedelta(days=stay),
            edition=self.edition.id, at=start_of_day(self.today),
        )  # fmt: skip

    def call_off(self, days: int) -> None:
        self.account.call_off(SENDER, planned_for=FIRST + timedelta(days=days) if days % 2 else None, at=self.now)

    def amend(self, days: int) -> None:
        if self.account.post is not None:
            self.account.change_term(SENDER, until=FIRST + timedelta(days=days), at=self.now)

    def end(self, days: int) -> None:
        if self.account.ended_on is None:
            self.account.end(SENDER, ended_on=FIRST + timedelta(days=days), early=True, at=self.now)

    def learn_rate(self, days: int) -> None:
        rate = Rate(currency="USD", kind="TTS", day=self.today, yen_per_unit="151.234", bank="見本銀行", source="公示")
        rates = self.books.rates_of("USD", self.now)
        rates.post(rate, by="keiri-1", reason="公示", today=self.today, at=self.now)
        for awaited in list(rates.awaited.values()):
            known = rates.for_day(awaited.kind, awaited.day)
            if known is not None:
                release(self.books, self.edition, awaited.invoice_id, known, self.now)

    def pay(self, amount: int) -> None:
        for receivable in self.books.receivables.values():
            reference = f"T-{receivable.version}"
            payment = Payment(amount=amount + 1, received_on=self.today, bank_reference=reference, by="keiri-1")
            receivable.pay(payment, today=self.today, at=self.now)
            self.paid += amount + 1

    def wait(self, days: int) -> None:
        """Days go by."""
        self.today += timedelta(days=days)

    @property
    def now(self) -> Any:
        return start_of_day(self.today)

    def settle(self) -> None:
        settle(self.books, self.edition, self.now)
        self._collect()
        while self.next_year is not None and self.next_year.due <= self.now:
            year, self.next_year = day_in_tokyo(self.next_year.due).year, None
            self.account.begin_year(year, self.now)
            settle(self.books, self.edition, self.now)
            self._collect()

    def _collect(self) -> None:
        for aggregate in self.books.touched():
            for event in _collected(aggregate):
                if isinstance(event, InvoiceIssued):
                    self.issued.append(event)
                elif isinstance(event, NumberTaken):
                    self.numbers.append(event.number)
                for change in schedule(event):
                    if change.name == NEXT_YEAR:
                        self.next_year = change if isinstance(change, Timer) else None


def _collected(aggregate: Aggregate) -> Iterator[Any]:
    yield from aggregate.collect_events()


def served(office: Office) -> dict[str, int]:
    """Yen without tax by fee for what was served in the fiscal years that have begun, counted by itself."""
    post = office.account.post
    if post is None or post.last < post.departed_on:
        return {}
    begun = max(fiscal_year(office.today), fiscal_year(post.departed_on))
    months, years = 0, [year for year in fiscal_years(post.departed_on, post.last) if year <= begun]
    for year in years:
        months += months_in(post.departed_on, post.last, year)
    day, yen = post.departed_on.replace(day=1), 0
    while day <= post.last:
        price_day = max(day, post.departed_on)
        if fiscal_year(price_day) in years:
            yen += office.edition.value("fees.overseas_office", price_day).number
            months -= 1
        day = (day + timedelta(days=31)).replace(day=1)
    assert months == 0, "the two ways of counting agree"
    return {"overseas_office": yen, "overseas_preparation": 100_000}


STEPS: dict[str, Callable[..., None]] = {
    "depart": Office.depart,
    "call_off": Office.call_off,
    "amend": Office.amend,
    "end": Office.end,
    "learn_rate": Office.learn_rate,
    "pay": Office.pay,
    "wait": Office.wait,
}
DAYS = st.integers(0, 900)
step = st.one_of(
    st.tuples(st.just("depart"), DAYS, st.integers(0, 800), st.sampled_from(["TH", "US"])),
    st.tuples(st.sampled_from(["call_off", "amend", "end", "learn_rate", "pay", "wait"]), DAYS),
)


@pytest.mark.clause("S-BI-6")
@pytest.mark.parametrize("prices", ["the same", "changing"])
@settings(max_examples=200, deadline=None)
@given(steps=st.lists(step, min_size=1, max_size=9))
def test_what_is_charged_net_is_what_was_served(prices: str, steps: list[tuple[Any, ...]]) -> None:
    office = Office(DEARER if prices == "changing" else EDITION)
    for name, *arguments in steps:
        STEPS[name](office, *arguments)
        office.settle()
    _end_all_waiting(office)
    net: dict[str, int] = {}
    for event in office.issued:
        for line in event.lines:
            net[line.fee] = net.get(line.fee, 0) + (line.amount if event.kind == "invoice" else -line.amount)
    lawyer = net.pop("us_visa_lawyer", 0)
    assert {fee: yen for fee, yen in net.items() if yen} == served(office)
    post = office.account.post
    assert bool(lawyer) == (post is not None and post.country == "US" and post.last >= post.departed_on)
    _books_agree(office)


def _end_all_waiting(office: Office) -> None:
    """So that nothing is held: time goes on until every departure is past, then the rate comes."""
    office.wait(max(0, (FIRST + timedelta(days=901) - office.today).days))
    office.learn_rate(0)
    office.settle()


def _books_agree(office: Office) -> None:
    """Numbers have no gap, tax is rounded once for each rate and document, balances add up."""
    for prefix in ("S2026-", "S2026-R"):
        own = sorted(n for n in office.numbers if n.startswith(prefix) and n[len(prefix) :].isdigit())
        assert own == [f"{prefix}{place:06d}" for place in range(1, len(own) + 1)]
    sign = {"invoice": 1, "return": -1}
    total = sum(sign[event.kind] * event.total for event in office.issued)
    assert sum(receivable.balance for receivable in office.books.receivables.values()) == total - office.paid
    exact = sum(
        sign[event.kind] * line.amount * (100 + (line.tax or 0)) for event in office.issued for line in event.lines
    )
    assert abs(total * 100 - exact) < 100 * max(1, sum(len(event.totals) for event in office.issued))


def test_the_office_of_this_test_opens_receivables() -> None:
    office = Office(EDITION)
    office.depart(4, 360, "TH")
    office.settle()
    assert [type(each) for each in office.books.receivables.values()] == [Receivable]
