"""Whatever the order of departure, postponement, amendment, end, costs and money: what is charged is what was served.

The oracle is told the same steps as the office and counts by itself: day by day on the calendar, at prices of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.billing.domain.receivable import Receivable
from tests.billing.editions import EDITION, fees_with, taxes_with
from tests.billing.office import Office, day

DEARER = taxes_with(fees_with("overseas_office", (date(2027, 11, 1), 123_457)), (date(2028, 6, 1), 12))
PREPARATION = 100_000
SENDERS = {"local_public_charges", "damage_by_secondee"}
"""Kinds of cost that are the sender's, as the rulebook says and not as the edition does (S-BI-1)."""


def price(on: date, *, changing: bool) -> int:
    """The office fee of a month that begins overseas on that day, without tax (S-BI-3)."""
    return 123_457 if changing and on >= date(2027, 11, 1) else 120_000


def tax(on: date, *, changing: bool) -> int:
    """Consumption tax in percent."""
    return 12 if changing and on >= date(2028, 6, 1) else 10


def fiscal(on: date) -> int:
    return on.year if on.month >= 4 else on.year - 1


@dataclass
class Oracle:
    """What was served and spent, as a clerk with a calendar would note it down."""

    departed: date | None = None
    until: date | None = None
    ended: date | None = None
    country: str = ""
    costs: list[int] = field(default_factory=list)
    """Yen that JETRO has paid for the sender, in the order of recording; 0 for any other cost, and once withdrawn."""
    open_costs: list[int] = field(default_factory=list)
    """Places in ``costs`` that are not withdrawn."""

    def heard(self, name: str, *said: Any) -> None:
        if name == "depart":
            self.departed, self.until, self.country = day(said[0]), day(said[0] + said[1]), said[2]
        elif name == "call_off":
            self.departed = None
        elif name == "amend":
            self.until = day(said[0])
        elif name == "end":
            self.ended = day(said[0])
        elif name == "spend":
            self.costs.append(said[0] + 1 if said[1] in SENDERS and said[2] == "jetro" else 0)
            self.open_costs.append(len(self.costs) - 1)
        elif name == "withdraw" and self.open_costs:
            self.costs[self.open_costs.pop(said[0] % len(self.open_costs))] = 0

    def months(self, today: date) -> list[date]:
        """The first day overseas in each month of the fiscal years that have begun, or in which it was taken up."""
        if self.departed is None or self.until is None:
            return []
        begun = max(fiscal(today), fiscal(self.departed))
        last = min(self.until, self.ended or self.until)
        found: dict[tuple[int, int], date] = {}
        at = self.departed
        while at <= last and fiscal(at) <= begun:
            found.setdefault((at.year, at.month), at)
            at += timedelta(days=1)
        return list(found.values())

    def owed(self, today: date, *, changing: bool) -> dict[tuple[str, int | None], int]:
        """Yen without tax by fee and tax rate."""
        made: dict[tuple[str, int | None], int] = {}
        months = self.months(today)
        for at in months:
            key = ("overseas_office", tax(at, changing=changing))
            made[key] = made.get(key, 0) + price(at, changing=changing)
        if months:
            made["overseas_preparation", None] = PREPARATION
        if months and self.country == "US":
            made["us_visa_lawyer", None] = int((Decimal(3550) * Decimal("151.234")).to_integral_value(ROUND_DOWN))
        if sum(self.costs):
            made["costs", None] = sum(self.costs)
        return made


DAYS, NUMBERS = st.integers(0, 900), st.integers(0, 1_000_000)
KINDS = st.sampled_from(["local_public_charges", "damage_by_secondee", "business_trip"])
step = st.one_of(
    st.tuples(st.just("depart"), DAYS, st.integers(0, 800), st.sampled_from(["TH", "US"])),
    st.tuples(st.sampled_from(["call_off", "amend", "end", "learn_rate", "wait"]), DAYS),
    st.tuples(st.just("pay"), NUMBERS, st.integers(0, 3_000_000)),
    st.tuples(st.sampled_from(["reverse", "refund", "carry_over", "withdraw"]), NUMBERS),
    st.tuples(st.just("spend"), NUMBERS, KINDS, st.sampled_from(["sender", "jetro"])),
)
STORY = st.lists(step, min_size=1, max_size=12)


def played(steps: list[tuple[Any, ...]], *, changing: bool) -> tuple[Office, Oracle]:
    office, oracle = Office(DEARER if changing else EDITION), Oracle()
    for name, *said in steps:
        getattr(office, name)(*said)
        oracle.heard(name, *said)
        office.settle()
    office.wait(max(0, (day(1801) - office.today).days))  # so that every rate can come and every year has begun
    office.learn_rate(0)
    office.settle()
    return office, oracle


@pytest.mark.clause("S-BI-1")
@pytest.mark.clause("S-BI-5")
@pytest.mark.clause("S-BI-6")
@pytest.mark.parametrize("changing", [False, True], ids=["the same prices", "changing prices"])
@settings(max_examples=150, deadline=None)
@given(steps=STORY)
def test_what_is_charged_net_is_what_was_served_and_spent(changing: bool, steps: list[tuple[Any, ...]]) -> None:
    office, oracle = played(steps, changing=changing)
    net: dict[tuple[str, int | None], int] = {}
    for event in office.issued:
        for line in event.lines:
            key = ("costs" if line.clause == "S-BI-1" else line.fee, line.tax)
            net[key] = net.get(key, 0) + (line.amount if event.kind == "invoice" else -line.amount)
    assert {key: yen for key, yen in net.items() if yen} == oracle.owed(office.today, changing=changing)
    for left in kept(office).values():
        assert all(tax == amount * (rate or 0) // 100 for rate, (amount, tax) in left.items())


def kept(office: Office) -> dict[str, dict[int | None, tuple[int, int]]]:
    """Of each invoice what is left after its returns, sum and tax by rate."""
    left: dict[str, dict[int | None, tuple[int, int]]] = {}
    for event in office.issued:
        sign, own = (1, event.number) if event.kind == "invoice" else (-1, event.returns_number)
        rates = left.setdefault(str(own), {})
        for each in event.totals:
            amount, tax = rates.get(each.rate, (0, 0))
            rates[each.rate] = amount + sign * each.amount, tax + sign * each.tax
    return left


@pytest.mark.clause("S-BI-6")
@pytest.mark.clause("S-BI-7")
def test_what_is_kept_of_an_invoice_is_taxed_once_and_not_part_by_part() -> None:
    office = Office(fees_with("overseas_office", (date(2027, 4, 1), 123_457)))
    office.depart((date(2027, 4, 1) - day(0)).days, 365, "TH")
    office.settle()
    office.wait(max(0, (date(2027, 10, 31) - office.today).days))
    office.end((date(2027, 10, 31) - day(0)).days)
    office.settle()
    assert sum(event.total if event.kind == "invoice" else -event.total for event in office.issued) == 1_050_618


@pytest.mark.clause("S-BI-7")
@pytest.mark.clause("S-BI-8")
@settings(max_examples=100, deadline=None)
@given(steps=STORY)
def test_numbers_sums_and_balances_agree_when_counted_again_from_the_log(steps: list[tuple[Any, ...]]) -> None:
    office, _ = played(steps, changing=True)
    for prefix in ("INV-S2026-", "RET-S2026-"):
        own = [number for number in office.numbers if number.startswith(prefix)]
        assert own == [f"{prefix}{place:06d}" for place in range(1, len(own) + 1)]
    assert sorted(office.numbers) == sorted(event.number for event in office.issued)
    for event in office.issued:
        if event.kind == "invoice":  # a return's tax depends on what is left: see `kept`
            assert event.total == recomputed(event.lines)
    sign = {"invoice": 1, "return": -1}
    billed = sum(sign[event.kind] * event.total for event in office.issued)
    assert sum(receivable.balance for receivable in office.books.receivables.values()) == billed - office.came_in


def recomputed(lines: Any) -> int:
    """The total of an invoice from its lines alone: one rounding for each rate."""
    sums: dict[int, int] = {}
    for line in lines:
        sums[line.tax or 0] = sums.get(line.tax or 0, 0) + line.amount
    return sum(amount + amount * rate // 100 for rate, amount in sums.items())


@pytest.mark.clause("S-BI-8")
@settings(max_examples=60, deadline=None)
@given(steps=STORY)
def test_nothing_that_is_settled_is_reminded_and_nothing_open_is_forgotten(steps: list[tuple[Any, ...]]) -> None:
    office, _ = played(steps, changing=False)
    office.wait(120)
    waiting = {f"invoice-{subject.removeprefix('receivable-')}" for name, subject in office.timers if name == "overdue"}
    for id, receivable in office.books.receivables.items():
        if receivable.balance <= 0:
            assert id not in waiting
        else:
            assert receivable.reminded > 0


def test_the_office_of_these_tests_opens_receivables() -> None:
    office = Office(EDITION)
    office.depart(4, 360, "TH")
    office.settle()
    assert [type(each) for each in office.books.receivables.values()] == [Receivable]


@pytest.mark.clause("S-BI-8")
def test_what_is_carried_over_is_set_against_the_other_invoice_and_ends_its_reminders() -> None:
    office = Office(EDITION)
    office.depart(4, 700, "TH")
    office.settle()
    office.wait(400)
    first, second = office.books.receivables.values()
    office.pay(0, first.balance + second.balance - 1)
    office.settle()
    assert ("overdue", second.id) in office.timers
    office.carry_over(0)
    office.settle()
    assert (first.balance, second.balance, second.carried) == (0, 0, second.total)
    assert not [subject for name, subject in office.timers if name == "overdue"]
