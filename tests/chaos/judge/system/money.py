"""Invoices: what is owed is billed once, numbers run on, sums balance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Any

from tests.chaos.judge.evidence import Stored
from tests.chaos.judge.system.evidence import Logs
from tests.chaos.judge.violations import Violation

CHARGED, HELD, BACK = "billing.fees_charged.v1", "billing.charge_held.v1", "billing.fees_given_back.v1"
ISSUED, TAKEN, OPENED = "billing.invoice_issued.v1", "billing.number_taken.v1", "billing.receivable_opened.v1"
MOVES = {
    "billing.payment_recorded.v1": -1, "billing.credit_given.v1": -1, "billing.payment_reversed.v1": 1,
    "billing.credit_refunded.v1": 1, "billing.credit_carried_over.v1": 1, "billing.credit_brought_in.v1": -1,
}  # fmt: skip
"""What each entry does to what is open on an invoice."""
REMINDED = "billing.overdue_seen.v1"


def _events(evidence: Logs) -> Iterator[Stored]:
    for commit in evidence.logs["billing"]:
        yield from commit.events


def a_fact_is_billed_once(evidence: Logs) -> Iterator[Violation]:
    """An item stands on one invoice of its account at a time: billed again only after it was given back."""
    standing: dict[str, dict[str, str]] = defaultdict(dict)
    for event in _events(evidence):
        of = standing[event.stream]
        for entry in event.data.get("billed", ()) if event.name in {CHARGED, HELD, BACK} else ():
            key = f"{entry['item']['fee']}/{entry['item']['period']}"
            if event.name == BACK:
                if key not in of:
                    yield Violation("one billable fact, one line", f"{key} of {event.stream} given back unbilled")
                of.pop(key, None)
            elif of.get(key) == "billed":
                yield Violation("one billable fact, one line", f"{key} of {event.stream} billed twice")
            else:
                of[key] = "billed" if event.name == CHARGED else "held"


def numbers_run_on(evidence: Logs) -> Iterator[Violation]:
    """In each series 1, 2, 3 …, each number on the one invoice that took it."""
    last: Counter[str] = Counter()
    taken: dict[str, str] = {}
    for event in _events(evidence):
        if event.name == TAKEN:
            last[event.stream] += 1
            if event.data["place"] != last[event.stream]:
                yield Violation("invoice numbers without a gap", f"{event.data['number']} in {event.stream}")
            taken[event.data["number"]] = event.data["invoice_id"]
    issued = {e.data["number"]: e.stream for e in _events(evidence) if e.name == ISSUED}
    for number in issued.keys() | taken.keys():
        if issued.get(number) != taken.get(number):
            where = f"{number}: taken by {taken.get(number)}, on {issued.get(number)}"
            yield Violation("invoice numbers without a gap", where)


def an_invoice_adds_up(evidence: Logs) -> Iterator[Violation]:
    """Lines to totals by rate, tax rounded down once a rate (invoices), totals and tax to the total."""
    for event in _events(evidence):
        if event.name != ISSUED:
            continue
        sums: dict[Any, int] = defaultdict(int)
        for line in event.data["lines"]:
            sums[line["tax"]] += line["amount"]
        totals = event.data["totals"]
        if {t["rate"]: t["amount"] for t in totals} != dict(sums):
            yield Violation("sums balance", f"lines and totals of {event.data['number']}")
        if event.data["kind"] == "invoice" and any(t["tax"] != _tax(t) for t in totals):
            yield Violation("sums balance", f"tax of {event.data['number']}")
        if event.data["total"] != sum(t["amount"] + t["tax"] for t in totals):
            yield Violation("sums balance", f"total of {event.data['number']}")


def _tax(total: dict[str, Any]) -> int:
    return int((Decimal(total["amount"]) * (total["rate"] or 0) / 100).quantize(Decimal(1), ROUND_DOWN))


def a_balance_is_what_came_and_went(evidence: Logs) -> Iterator[Violation]:
    """After every entry the balance is the total less what came in, plus what went back; a reminder names it."""
    left: dict[str, int] = {}
    for event in _events(evidence):
        if event.name == OPENED:
            left[event.stream] = event.data["total"]
        elif event.name in {*MOVES, REMINDED} and event.stream in left:
            left[event.stream] += MOVES.get(event.name, 0) * event.data.get("amount", 0)
            if event.data["balance"] != left[event.stream]:
                where = f"{event.stream}/{event.version}: {event.data['balance']}, expected {left[event.stream]}"
                yield Violation("sums balance", where)


MONEY = (a_fact_is_billed_once, numbers_run_on, an_invoice_adds_up, a_balance_is_what_came_and_went)
