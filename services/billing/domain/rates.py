"""Exchange rates (為替相場) as officers post them, and the invoices that wait for one (S-BI-4).

Who waits and what is known stand in one stream, so that an invoice can never begin to wait unseen by the rate that it
waits for.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from decimal import Decimal

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from kernel.sealing import Confidential
from services.billing.domain.values import Awaited, Rate
from services.billing.policy.sums import s_bi_4_rate


class RatesOpened(Created, frozen=True, kw_only=True):
    """The first that is heard of a currency."""

    TOPIC = "billing.rates_opened.v1"
    currency: str


class RatePosted(Event, frozen=True, kw_only=True):
    """An officer recorded a published rate; for a day that has one it corrects it, and issued invoices keep theirs.

    ``serves`` are the waiting invoices that it lets out. ``reason`` stands in events of before it was sealed.
    """

    TOPIC = "billing.rate_posted.v1"
    rate: Rate
    serves: tuple[str, ...]
    by: str
    reason: str = ""
    grounds: Confidential | None = None

    def apply(self, aggregate: ExchangeRates) -> None:
        key = f"{self.rate.kind}/{self.rate.day.isoformat()}"
        aggregate.rates = {**aggregate.rates, key: self.rate}


class RateAwaited(Event, frozen=True, kw_only=True):
    """An invoice began to wait."""

    TOPIC = "billing.rate_awaited.v1"
    awaited: Awaited

    def apply(self, aggregate: ExchangeRates) -> None:
        aggregate.awaited = {**aggregate.awaited, self.awaited.invoice_id: self.awaited}


class WaitEnded(Event, frozen=True, kw_only=True):
    """An invoice no longer waits: its rate came, or nothing is left to bill."""

    TOPIC = "billing.wait_ended.v1"
    invoice_id: str

    def apply(self, aggregate: ExchangeRates) -> None:
        aggregate.awaited = {id: each for id, each in aggregate.awaited.items() if id != self.invoice_id}


class ExchangeRates(Aggregate):
    """Stream ``rates-<currency>``."""

    TOPIC = "billing.rates"
    currency: str
    rates: dict[str, Rate] = field(default_factory=dict)
    awaited: dict[str, Awaited] = field(default_factory=dict)

    @classmethod
    def open(cls, currency: str, at: datetime) -> ExchangeRates:
        """A new currency."""
        return cls.begin(RatesOpened, id=stream(currency), at=at, currency=currency)

    def post(self, rate: Rate, *, by: str, grounds: Confidential | None, today: date, at: datetime) -> None:
        """Record a rate. Refused for a day to come, and where it is not a positive number."""
        if rate.day > today:
            raise Refused(
                "S-BI-4",
                "まだ来ていない日の為替相場は登録できません。公表日をご確認ください。",
                "A rate of a day to come cannot be recorded. Check the day of the quotation.",
                pointer="/day",
            )
        if Decimal(rate.yen_per_unit) <= 0:
            raise Refused(
                "S-BI-4", "相場は0より大きい値にしてください。", "The rate must be above zero.", pointer="/yen_per_unit"
            )
        known = [*self.rates.values(), rate]
        serves = [each.invoice_id for each in self.awaited.values() if s_bi_4_rate(known, each)]
        self.record(RatePosted, at=at, rate=rate, serves=tuple(serves), by=by, grounds=grounds)

    def serving(self, awaited: Awaited) -> Rate | None:
        """The rate for what fell due on a day, if it is known."""
        return s_bi_4_rate(self.rates.values(), awaited)

    def wait(self, awaited: Awaited, at: datetime) -> None:
        """An invoice waits from now on."""
        self.record(RateAwaited, at=at, awaited=awaited)

    def stop_waiting(self, invoice_id: str, at: datetime) -> None:
        """An invoice waits no longer; nothing happens if it did not."""
        if invoice_id in self.awaited:
            self.record(WaitEnded, at=at, invoice_id=invoice_id)


def stream(currency: str) -> str:
    """The currency's stream."""
    return f"rates-{currency}"
