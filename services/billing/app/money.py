"""What officers record: exchange rates and money that came in."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kernel.log import Cause
from kernel.repository import decide_again
from schemas.values import day_in_tokyo
from services.billing.app.desk import Desk
from services.billing.domain import rates as exchange
from services.billing.domain import receivable as receivables
from services.billing.domain.rates import ExchangeRates
from services.billing.domain.receivable import Payment, Receivable
from services.billing.domain.values import Rate


class Money(Desk):
    """Rates and payments."""

    async def post_rate(self, rate: Rate, *, by: str, reason: str, causes: Sequence[Cause] = ()) -> ExchangeRates:
        """S-BI-4: record a rate; the invoices that waited for it are issued right after."""

        async def act() -> ExchangeRates:
            at = await self.kernel.clock.now()
            found = await self.kernel.repository.find(ExchangeRates, exchange.stream(rate.currency))
            rates = found or ExchangeRates.open(rate.currency, at)
            rates.post(rate, by=by, reason=reason, today=day_in_tokyo(at), at=at)
            await self.kernel.repository.save(rates, causes=causes)
            return rates

        return await decide_again(act)

    async def pay(
        self, invoice_id: str, payment: Payment, reason: str, *, seen_version: int | None, causes: Sequence[Cause] = ()
    ) -> Receivable:
        """S-BI-8: record a payment and match it to its invoice."""

        async def act() -> Receivable:
            at = await self.kernel.clock.now()
            receivable = await self.kernel.repository.get(Receivable, receivables.stream(invoice_id))
            receivable.seen_at(seen_version)
            sealed = await self.sealed(reason, receivable.party.organisation_id)
            receivable.pay(msgspec.structs.replace(payment, reason=sealed), today=day_in_tokyo(at), at=at)
            await self.kernel.repository.save(receivable, causes=causes)
            return receivable

        return await decide_again(act)
