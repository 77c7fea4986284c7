"""The receivable (売掛): what an issued invoice still brings in. Payments are recorded and matched here (S-BI-8)."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from kernel.sealing import Confidential
from policies.calendars import add_days
from schemas.values import Party, Yen
from services.billing.domain.values import Case
from services.billing.policy.sums import State, s_bi_8_state


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
        aggregate.paid += self.amount
        aggregate.references = (*aggregate.references, self.bank_reference)


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


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """Money that came in, as an officer records it; without the reason where the payer was erased meanwhile (G-7)."""

    amount: Yen
    received_on: date
    bank_reference: str
    by: str
    reason: Confidential | None = None


class Receivable(Aggregate):
    """Stream ``receivable-<account>-<n>``, beside the invoice of the same account and number."""

    TOPIC = "billing.receivable"
    case: Case
    invoice_id: str
    number: str
    party: Party
    total: Yen
    due_on: date
    remind_on: tuple[date, ...] = ()
    paid: Yen = 0
    credited: Yen = 0
    references: tuple[str, ...] = ()
    reminded: int = 0

    @classmethod
    def open(
        cls,
        case: Case,
        invoice_id: str,
        number: str,
        party: Party,
        *,
        total: Yen,
        due_on: date,
        days_after: tuple[int, ...],
        at: datetime,
    ) -> Receivable:
        """What a new invoice brings in; reminded so many days after the due day while it is open."""
        return cls.begin(
            ReceivableOpened,
            id=stream(invoice_id),
            at=at,
            case=case,
            invoice_id=invoice_id,
            number=number,
            party=party,
            total=total,
            due_on=due_on,
            remind_on=tuple(add_days(due_on, days) for days in sorted(days_after)),
        )

    @property
    def balance(self) -> Yen:
        """What is still open; below zero what was paid too much."""
        return self.total - self.paid - self.credited

    @property
    def state(self) -> State:
        """Open, partly paid, paid or overpaid."""
        return s_bi_8_state(self.paid, self.balance)

    def pay(self, payment: Payment, *, today: date, at: datetime) -> None:
        """Record a payment. Refused for a day to come, and for a bank reference that was recorded before."""
        if payment.received_on > today:
            raise _not_yet_received()
        if payment.bank_reference in self.references:
            raise _recorded_already()
        balance = self.balance - payment.amount
        self.record(
            PaymentRecorded,
            at=at,
            case=self.case,
            invoice_id=self.invoice_id,
            number=self.number,
            party=self.party,
            balance=balance,
            state=s_bi_8_state(self.paid + payment.amount, balance),
            **msgspec.structs.asdict(payment),
        )

    def credit(self, return_number: str, amount: Yen, at: datetime) -> None:
        """A return invoice takes its total off."""
        balance = self.balance - amount
        self.record(
            CreditGiven,
            at=at,
            invoice_id=self.invoice_id,
            return_number=return_number,
            amount=amount,
            balance=balance,
            state=s_bi_8_state(self.paid, balance),
        )

    def see_overdue(self, at: datetime) -> bool:
        """A day of reminding has come; False, and nothing recorded, if nothing is open any more."""
        if self.balance <= 0:
            return False
        later = self.remind_on[self.reminded + 1 :]
        self.record(
            OverdueSeen,
            at=at,
            case=self.case,
            invoice_id=self.invoice_id,
            number=self.number,
            party=self.party,
            due_on=self.due_on,
            balance=self.balance,
            next_on=later[0] if later else None,
        )
        return True


def _not_yet_received() -> Refused:
    return Refused(
        "S-BI-8",
        "入金日がまだ来ていない日になっています。入金日をご確認ください。",
        "The payment is dated on a day to come. Check the day on which it was received.",
        pointer="/received_on",
    )


def _recorded_already() -> Refused:
    return Refused(
        "S-BI-8",
        "この取引番号の入金はすでに記録されています。二重に記録していないかご確認ください。",
        "A payment with this bank reference is recorded already. Check that it is not entered twice.",
        pointer="/bank_reference",
    )


def stream(invoice_id: str) -> str:
    """The stream of an invoice's receivable."""
    return f"receivable-{invoice_id.removeprefix('invoice-')}"
