"""What happens to a receivable; each event only changes state."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kernel.aggregate import Created, Event
from kernel.sealing import Confidential
from schemas.values import Party, Yen
from services.billing.domain.values import Case
from services.billing.policy.sums import State

if TYPE_CHECKING:
    from services.billing.domain.receivable import Receivable


class ReceivableOpened(Created, frozen=True, kw_only=True):
    """An invoice was issued; its total is open. ``remind_on``: the days on which it is reminded if still open."""

    TOPIC = "billing.receivable_opened.v1"
    case: Case
    invoice_id: str
    number: str
    party: Party
    total: Yen
    due_on: date
    remind_on: tuple[date, ...]


class PaymentRecorded(Event, frozen=True, kw_only=True):
    """Money came in. ``balance`` is what is still open after it, below zero what was paid too much."""

    TOPIC = "billing.payment_recorded.v1"
    case: Case
    invoice_id: str
    number: str
    party: Party
    received_on: date
    amount: Yen
    bank_reference: str
    balance: Yen
    state: State
    by: str
    reason: Confidential | None

    def apply(self, aggregate: Receivable) -> None:
        aggregate.payments = {**aggregate.payments, self.bank_reference: self.amount}
        aggregate.received = {**aggregate.received, self.bank_reference: self.received_on}


class CreditGiven(Event, frozen=True, kw_only=True):
    """A return invoice took an amount off (S-BI-6)."""

    TOPIC = "billing.credit_given.v1"
    invoice_id: str
    return_number: str
    amount: Yen
    balance: Yen
    state: State

    def apply(self, aggregate: Receivable) -> None:
        aggregate.credited += self.amount


class OverdueSeen(Event, frozen=True, kw_only=True):
    """The due day passed with a balance; ``next_on`` is when it is looked at again."""

    TOPIC = "billing.overdue_seen.v1"
    case: Case
    invoice_id: str
    number: str
    party: Party
    due_on: date
    balance: Yen
    next_on: date | None

    def apply(self, aggregate: Receivable) -> None:
        aggregate.reminded += 1


class PaymentReversed(Event, frozen=True, kw_only=True):
    """A payment had been recorded in error: a counter-entry takes it out. ``next_on``: when it is reminded again."""

    TOPIC = "billing.payment_reversed.v1"
    case: Case
    invoice_id: str
    number: str
    party: Party
    received_on: date
    reversed_on: date
    amount: Yen
    bank_reference: str
    balance: Yen
    state: State
    next_on: date | None
    by: str
    reason: Confidential | None

    def apply(self, aggregate: Receivable) -> None:
        kept = aggregate.payments.items()
        aggregate.payments = {reference: yen for reference, yen in kept if reference != self.bank_reference}


class CreditRefunded(Event, frozen=True, kw_only=True):
    """What was paid too much went back to the payer."""

    TOPIC = "billing.credit_refunded.v1"
    case: Case
    invoice_id: str
    number: str
    party: Party
    refunded_on: date
    amount: Yen
    bank_reference: str
    balance: Yen
    state: State
    by: str
    reason: Confidential | None

    def apply(self, aggregate: Receivable) -> None:
        aggregate.refunds = {**aggregate.refunds, self.bank_reference: self.amount}


class CreditCarriedOver(Event, frozen=True, kw_only=True):
    """What was paid too much was set against another invoice of the same organisation (充当)."""

    TOPIC = "billing.credit_carried_over.v1"
    case: Case
    invoice_id: str
    number: str
    party: Party
    to_invoice_id: str
    to_number: str
    carried_on: date
    amount: Yen
    balance: Yen
    to_balance: Yen
    state: State
    by: str
    reason: Confidential | None

    def apply(self, aggregate: Receivable) -> None:
        aggregate.carried -= self.amount


class CreditBroughtIn(Event, frozen=True, kw_only=True):
    """What was paid too much for another invoice counts for this one."""

    TOPIC = "billing.credit_brought_in.v1"
    invoice_id: str
    from_number: str
    carried_on: date
    amount: Yen
    balance: Yen
    state: State

    def apply(self, aggregate: Receivable) -> None:
        aggregate.carried += self.amount
