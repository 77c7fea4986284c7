"""What officers record: exchange rates, money that came in, and what becomes of money that came in excess."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kernel.aggregate import Aggregate
from kernel.log import Cause
from kernel.repository import decide_again
from kernel.sealing import Confidential
from schemas.values import day_in_tokyo
from services.billing.app.desk import Desk
from services.billing.domain import rates as exchange
from services.billing.domain import receivable as receivables
from services.billing.domain import receivable_refusals as refusals
from services.billing.domain.rates import ExchangeRates
from services.billing.domain.receivable import Payment, Receivable
from services.billing.domain.values import Rate


@dataclass(frozen=True)
class Order:
    """An officer's command: by whom, why, at which version seen, and the request that makes it act once."""

    by: str
    reason: str
    seen: int | None = None
    cause: Cause | None = None

    @property
    def causes(self) -> Sequence[Cause]:
        """As the repository takes them."""
        return [self.cause] if self.cause else []


Step = Callable[[Receivable, Confidential | None, datetime], Awaitable[Sequence[Aggregate]]]
"""What is done to a receivable with the sealed reason; the other aggregates that it touched."""


class Money(Desk):
    """Rates, payments, refunds, what is carried over."""

    async def post_rate(self, rate: Rate, order: Order) -> ExchangeRates:
        """S-BI-4: record a rate; the invoices that waited for it are issued right after."""
        stream = exchange.stream(rate.currency)

        async def act() -> ExchangeRates:
            at = await self.kernel.clock.now()
            rates = await self.kernel.repository.find(ExchangeRates, stream) or ExchangeRates.open(rate.currency, at)
            grounds = await self.sealed(order.reason, stream)  # nobody's case: under a key of the currency's own
            rates.post(rate, by=order.by, grounds=grounds, today=day_in_tokyo(at), at=at)
            await self.kernel.repository.save(rates, causes=order.causes)
            return rates

        return await decide_again(act)

    async def pay(self, invoice_id: str, payment: Payment, order: Order) -> Receivable:
        """S-BI-8: record a payment and match it to its invoice."""

        async def step(receivable: Receivable, reason: Confidential | None, at: datetime) -> Sequence[Aggregate]:
            receivable.pay(msgspec.structs.replace(payment, reason=reason), today=day_in_tokyo(at), at=at)
            return []

        return await self._done(invoice_id, order, step)

    async def reverse_payment(self, invoice_id: str, bank_reference: str, order: Order) -> Receivable:
        """S-BI-8: take out a payment that was recorded in error."""

        async def step(receivable: Receivable, reason: Confidential | None, at: datetime) -> Sequence[Aggregate]:
            receivable.reverse(bank_reference, reason, by=order.by, at=at)
            return []

        return await self._done(invoice_id, order, step)

    async def refund(self, invoice_id: str, refund: Payment, order: Order) -> Receivable:
        """S-BI-8: what was paid too much went back."""

        async def step(receivable: Receivable, reason: Confidential | None, at: datetime) -> Sequence[Aggregate]:
            receivable.refund(msgspec.structs.replace(refund, reason=reason), today=day_in_tokyo(at), at=at)
            return []

        return await self._done(invoice_id, order, step)

    async def carry_over(self, invoice_id: str, to_number: str, order: Order) -> Receivable:
        """S-BI-8: set what was paid too much against another open invoice of the same organisation."""
        found, _ = await self.kernel.views.page("invoices", {"number": to_number}, size=1)
        if not found or found[0]["kind"] != "invoice":
            raise refusals.no_such_invoice()
        other = receivables.stream(found[0]["_id"])

        async def step(receivable: Receivable, reason: Confidential | None, at: datetime) -> Sequence[Aggregate]:
            to = receivable if other == receivable.id else await self.kernel.repository.get(Receivable, other)
            receivable.carry_over(to, reason, by=order.by, at=at)
            return [to]

        return await self._done(invoice_id, order, step)

    async def _done(self, invoice_id: str, order: Order, step: Step) -> Receivable:
        """One commit: the receivable, and whatever else the step touched."""

        async def act() -> Receivable:
            at = await self.kernel.clock.now()
            receivable = await self.kernel.repository.get(Receivable, receivables.stream(invoice_id))
            receivable.seen_at(order.seen)
            reason = await self.sealed(order.reason, receivable.party.organisation_id)
            others = await step(receivable, reason, at)
            await self.kernel.repository.save(receivable, *others, causes=order.causes)
            return receivable

        return await decide_again(act)
