"""Broken books: billed again, a number from beside the log, balances and reminders that are wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from schemas.values import Yen
from services.billing.domain.invoice import Invoice
from services.billing.domain.receivable import Receivable
from services.billing.domain.receivable_events import OverdueSeen
from services.billing.domain.register import DIGITS, InvoiceRegister, NumberTaken
from services.billing.domain.values import Billed, Case, Item, Kind
from services.billing.policy import owed
from services.billing.policy.sums import s_bi_8_state
from tests.simulation.deployment import Deployment
from tests.simulation.variants.patching import swap


def billed_again(deployment: Deployment) -> None:
    """What is owed is charged each time that somebody looks, whatever was billed before."""
    kept = owed.difference

    def difference(due: Sequence[Item], billed: Iterable[Billed]) -> owed.Difference:
        return owed.Difference(kept(due, ()).charge, kept(due, billed).surplus)

    swap(deployment, owed, "difference", difference)


def invoice_number_early(deployment: Deployment) -> None:
    """An invoice's number is drawn from a counter when it is drafted, long before it is issued, if it ever is."""
    drawn, kept = Counter[str](), dict[str, int]()
    draft = Invoice.draft

    def drafted(id: str, case: Case, kind: Kind, *more: Any, **named: Any) -> Invoice:
        drawn[kind] += 1
        kept[id] = drawn[kind]
        return draft(id, case, kind, *more, **named)

    def take(register: InvoiceRegister, invoice_id: str, issued_on: date, at: datetime) -> str:
        place = kept[invoice_id]
        number = f"{register.prefix}{place:0{DIGITS}d}"
        register.record(NumberTaken, at=at, place=place, number=number, invoice_id=invoice_id, issued_on=issued_on)
        return number

    swap(deployment, Invoice, "draft", staticmethod(drafted))
    swap(deployment, InvoiceRegister, "take", take)


def balance_from_before(deployment: Deployment) -> None:
    """The balance that is noted with a payment is the one before it."""

    def after(receivable: Receivable, amount: Yen) -> dict[str, Any]:
        state = s_bi_8_state(receivable.paid + amount, receivable.balance - amount)
        return {"balance": receivable.balance, "state": state}

    swap(deployment, Receivable, "_after", after)


def reminder_without_tax(deployment: Deployment) -> None:
    """A reminder names what is open without the tax on it."""
    record = Receivable.record

    def recorded(receivable: Receivable, kind: Any, **said: Any) -> Any:
        if kind is OverdueSeen:
            said["balance"] = said["balance"] * 10 // 11
        return record(receivable, kind, **said)

    swap(deployment, Receivable, "record", recorded)


MONEY = (billed_again, invoice_number_early, balance_from_before, reminder_without_tax)
