"""The receivable (売掛): what an issued invoice still brings in. Money is recorded and matched here (S-BI-8).

What was paid too much, or became too much by a return invoice, stays here in sight until it is refunded or set against
another invoice. Nothing is taken out of the record: an error is put right by a counter-entry.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import Any

import msgspec

from kernel.aggregate import Aggregate
from kernel.sealing import Confidential
from policies.calendars import add_days
from schemas.values import Party, Yen, day_in_tokyo
from services.billing.domain import receivable_refusals as refusals
from services.billing.domain.receivable_events import (
    CreditBroughtIn,
    CreditCarriedOver,
    CreditGiven,
    CreditRefunded,
    OverdueSeen,
    PaymentRecorded,
    PaymentReversed,
    ReceivableOpened,
)
from services.billing.domain.values import Case
from services.billing.policy.sums import State, s_bi_8_state


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """Money that came in or went back, as an officer records it; without the reason where the payer was erased."""

    amount: Yen
    received_on: date
    bank_reference: str
    by: str
    reason: Confidential | None = None


class Receivable(Aggregate):
    """Stream ``receivable-<account>-<n>``, beside the invoice of the same account and number.

    ``payments`` and ``refunds`` are yen by bank reference, ``carried`` what was brought in from other invoices less
    what was carried over to others, ``received`` the days of the payments.
    """

    TOPIC = "billing.receivable"
    case: Case
    invoice_id: str
    number: str
    party: Party
    total: Yen
    due_on: date
    remind_on: tuple[date, ...] = ()
    payments: dict[str, Yen] = field(default_factory=dict)
    received: dict[str, date] = field(default_factory=dict)
    refunds: dict[str, Yen] = field(default_factory=dict)
    carried: Yen = 0
    credited: Yen = 0
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
    def paid(self) -> Yen:
        """What came in for it and stayed."""
        return sum(self.payments.values()) - sum(self.refunds.values()) + self.carried

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
            raise refusals.not_yet("/received_on")
        if payment.bank_reference in self.payments:
            raise refusals.recorded_already()
        self.record(
            PaymentRecorded, at=at, **self._said, **self._after(payment.amount), **msgspec.structs.asdict(payment)
        )

    def reverse(self, bank_reference: str, reason: Confidential | None, *, by: str, at: datetime) -> None:
        """Take out a payment that was recorded in error. Refused for one that is not on record."""
        amount = self.payments.get(bank_reference)
        if amount is None:
            raise refusals.no_such_payment()
        today, after = day_in_tokyo(at), self._after(-amount)
        self.record(
            PaymentReversed,
            at=at,
            **self._said,
            **after,
            received_on=self.received[bank_reference],
            reversed_on=today,
            amount=amount,
            bank_reference=bank_reference,
            next_on=self._remind_again(today) if after["balance"] > 0 else None,
            by=by,
            reason=reason,
        )

    def refund(self, refund: Payment, *, today: date, at: datetime) -> None:
        """What was paid too much went back. Refused beyond the excess, for a day to come, for one recorded before."""
        if refund.received_on > today:
            raise refusals.not_yet("/refunded_on")
        if refund.bank_reference in self.refunds:
            raise refusals.recorded_already()
        if refund.amount > -self.balance:
            raise refusals.beyond_the_excess()
        self.record(
            CreditRefunded,
            at=at,
            **self._said,
            **self._after(-refund.amount),
            refunded_on=refund.received_on,
            amount=refund.amount,
            bank_reference=refund.bank_reference,
            by=refund.by,
            reason=refund.reason,
        )

    def carry_over(self, to: Receivable, reason: Confidential | None, *, by: str, at: datetime) -> None:
        """Set what was paid too much against another invoice of the same organisation, as far as that is open."""
        amount = min(-self.balance, to.balance)
        if to.id == self.id or to.party.organisation_id != self.party.organisation_id:
            raise refusals.not_theirs()
        if amount <= 0:
            raise refusals.nothing_to_carry()
        today, there = day_in_tokyo(at), to._after(amount)
        self.record(
            CreditCarriedOver,
            at=at,
            **self._said,
            **self._after(-amount),
            to_invoice_id=to.invoice_id,
            to_number=to.number,
            carried_on=today,
            amount=amount,
            to_balance=there["balance"],
            by=by,
            reason=reason,
        )
        said = {"invoice_id": to.invoice_id, "from_number": self.number, "carried_on": today, "amount": amount}
        to.record(CreditBroughtIn, at=at, **said, **there)

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
        today = day_in_tokyo(at)
        next_on = next((day for day in self.remind_on if day > today), None)
        self.record(OverdueSeen, at=at, **self._said, due_on=self.due_on, balance=self.balance, next_on=next_on)
        return True

    @property
    def _said(self) -> dict[str, Any]:
        return {"case": self.case, "invoice_id": self.invoice_id, "number": self.number, "party": self.party}

    def _after(self, amount: Yen) -> dict[str, Any]:
        """Balance and state once ``amount`` has come in."""
        balance = self.balance - amount
        return {"balance": balance, "state": s_bi_8_state(self.paid + amount, balance)}

    def _remind_again(self, today: date) -> date:
        """What is open again is reminded on the next of its days; after the last of them, the day after."""
        return next((day for day in self.remind_on if day > today), add_days(today, 1))


def stream(invoice_id: str) -> str:
    """The stream of an invoice's receivable."""
    return f"receivable-{invoice_id.removeprefix('invoice-')}"
