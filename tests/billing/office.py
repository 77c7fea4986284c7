"""A billing office in memory for the property tests: one account, days that go by, and the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from kernel.aggregate import AnyEvent
from kernel.mapper import restore, store
from kernel.timers import Timer
from policies.calendars import start_of_day
from schemas.values import day_in_tokyo
from services.billing.domain.account import Account
from services.billing.domain.books import Books, release, settle
from services.billing.domain.invoice import InvoiceIssued
from services.billing.domain.rates import ExchangeRates
from services.billing.domain.receivable import Payment, Receivable
from services.billing.domain.register import NumberTaken
from services.billing.domain.values import Rate
from services.billing.policy.costs import s_bi_1_borne
from services.billing.timers import NEXT_YEAR, OVERDUE, schedule
from tests.billing.support import CASE, party

FIRST = date(2027, 4, 1)
SENDER = party()


def day(number: int) -> date:
    """So many days after the first."""
    return FIRST + timedelta(days=number)


@dataclass
class Office:
    """What officers and placement do to it are its methods; ``log`` is everything that followed, read from storage."""

    edition: Any
    today: date = FIRST
    books: Books = field(init=False)
    log: list[AnyEvent] = field(default_factory=list)
    timers: dict[tuple[str, str], Timer] = field(default_factory=dict)
    came_in: int = 0

    def __post_init__(self) -> None:
        rates = {"USD": ExchangeRates.open("USD", self.now)}
        self.books = Books(Account.open(CASE, SENDER, self.now), self.edition, {}, rates, {}, {})

    @property
    def account(self) -> Account:
        return self.books.account

    @property
    def now(self) -> datetime:
        return start_of_day(self.today)

    @property
    def issued(self) -> list[InvoiceIssued]:
        return [event for event in self.log if isinstance(event, InvoiceIssued)]

    @property
    def numbers(self) -> list[str]:
        return [event.number for event in self.log if isinstance(event, NumberTaken)]

    # what placement tells

    def depart(self, on: int, stay: int, country: str) -> None:
        term: dict[str, Any] = {"departed_on": day(on), "until": day(on + stay), "edition": self.edition.id}
        self.account.take_up(SENDER, office="office", country=country, at=self.now, **term)

    def call_off(self, days: int) -> None:
        self.account.call_off(SENDER, planned_for=day(days) if days % 2 else None, at=self.now)

    def amend(self, until: int) -> None:
        self.account.change_term(SENDER, until=day(until), at=self.now)

    def end(self, on: int) -> None:
        self.account.end(SENDER, ended_on=day(on), early=True, at=self.now)

    # what officers do

    def spend(self, amount: int, kind: str, paid_by: Any) -> None:
        id = self.account.next_cost_id
        cost = s_bi_1_borne(id, kind, amount + 1, self.today, paid_by, self.edition, self.now)
        self.account.record_cost(cost, None, None, by="keiri-1", at=self.now)

    def withdraw(self, number: int) -> None:
        left = [id for id in self.account.costs if id not in self.account.withdrawn]
        if left:
            self.account.withdraw_cost(left[number % len(left)], None, by="keiri-1", at=self.now)

    def learn_rate(self, _: int) -> None:
        rate = Rate(currency="USD", kind="TTS", day=self.today, yen_per_unit="151.234", bank="見本銀行", source="公示")
        rates = self.books.rates_of("USD", self.now)
        rates.post(rate, by="keiri-1", grounds=None, today=self.today, at=self.now)
        for awaited in list(rates.awaited.values()):
            if rates.serving(awaited) is None and awaited.day < self.today:  # too late: the one of its day is looked up
                of_its_day = msgspec.structs.replace(rate, day=awaited.day)
                rates.post(of_its_day, by="keiri-1", grounds=None, today=self.today, at=self.now)
            known = rates.serving(awaited)
            if known is not None:
                release(self.books, self.edition, awaited.invoice_id, known, self.now)

    def pay(self, number: int, amount: int) -> None:
        if receivable := self._one(number):
            payment = self._transfer(amount + 1, f"T-{receivable.version}")
            receivable.pay(payment, today=self.today, at=self.now)
            self.came_in += amount + 1

    def reverse(self, number: int) -> None:
        if (receivable := self._one(number)) and receivable.payments:
            reference, amount = next(iter(receivable.payments.items()))
            receivable.reverse(reference, None, by="keiri-1", at=self.now)
            self.came_in -= amount

    def refund(self, number: int) -> None:
        for receivable in self.books.receivables.values():
            if receivable.balance < 0:
                amount = 1 + number % -receivable.balance
                refund = self._transfer(amount, f"R-{receivable.version}")
                receivable.refund(refund, today=self.today, at=self.now)
                self.came_in -= amount

    def carry_over(self, number: int) -> None:
        every = list(self.books.receivables.values())
        credit, open_ = [each for each in every if each.balance < 0], [each for each in every if each.balance > 0]
        if credit and open_:
            pair = credit[number % len(credit)], open_[number % len(open_)]
            pair[0].carry_over(pair[1], None, by="keiri-1", at=self.now)

    def wait(self, days: int) -> None:
        """Days go by; what falls due meanwhile rings on its day."""
        until = self.today + timedelta(days=days)
        while self.today < until:
            due = [day_in_tokyo(timer.due) for timer in self.timers.values()]
            self.today = min([until, *(on for on in due if on > self.today)])
            self.settle()

    # what follows

    def settle(self) -> None:
        settle(self.books, self.edition, self.now)
        self._collect()
        while ringing := [timer for timer in self.timers.values() if timer.due <= self.now]:
            for timer in ringing:
                del self.timers[timer.name, timer.subject]
                self._ring(timer)
            settle(self.books, self.edition, self.now)
            self._collect()

    def _ring(self, timer: Timer) -> None:
        if timer.name == NEXT_YEAR:
            self.account.begin_year(day_in_tokyo(timer.due).year, self.now)
        else:
            subject = f"invoice-{timer.subject.removeprefix('receivable-')}"
            self.books.receivables[subject].see_overdue(self.now)

    def _collect(self) -> None:
        for aggregate in self.books.touched():
            pending: Any = aggregate.collect_events()
            for event in pending:
                kept = restore(store(event))
                self.log.append(kept)
                for change in schedule(kept):
                    if change.name in (NEXT_YEAR, OVERDUE):
                        self.timers.pop((change.name, change.subject), None)
                        if isinstance(change, Timer):
                            self.timers[change.name, change.subject] = change

    def _one(self, number: int) -> Receivable | None:
        every = list(self.books.receivables.values())
        return every[number % len(every)] if every else None

    def _transfer(self, amount: int, reference: str) -> Payment:
        return Payment(amount=amount, received_on=self.today, bank_reference=reference, by="keiri-1")
