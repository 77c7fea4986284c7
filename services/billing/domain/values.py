"""Values that billing's own events hold."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from schemas.values import ClauseId, Programme, Yen


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Whose account it is: a secondment (派遣) or a support case. ``account`` is its id without a prefix."""

    programme: Programme
    fiscal_year: int
    application_id: str
    account: str


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post overseas (海外赴任) as it stands now: from the day of taking it up to its last day, both included."""

    office: str
    country: str
    departed_on: date
    last: date


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """The smallest thing that is charged: a month of a monthly fee, a fee charged once, a cost paid for the sender.

    ``period`` is the month (``2027-06``), ``once``, or the cost's id, whose kind ``fee`` then is; ``year`` the fiscal
    year it is billed in; ``price`` is in the fee's unit without tax (``yen`` or a currency); ``tax`` the rate in
    percent, None where 不課税.
    """

    fee: str
    period: str
    year: int
    clause: ClauseId
    price: int
    unit: str
    tax: int | None

    @property
    def key(self) -> str:
        """An account is charged at most once for each key at a time."""
        return f"{self.fee}/{self.period}"

    @property
    def monthly(self) -> bool:
        """Whether it is one month of several that make one line."""
        return self.period[:1].isdecimal()

    @property
    def foreign(self) -> bool:
        """Whether an exchange rate is needed before it can be billed (S-BI-4)."""
        return self.unit != "yen"


class Billed(msgspec.Struct, frozen=True, kw_only=True):
    """An item on an invoice. ``yen`` is what was billed for it, None while the invoice waits for a rate."""

    item: Item
    invoice_id: str
    yen: Yen | None


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """A published exchange rate (S-BI-4). ``yen_per_unit`` is decimal text, ``day`` the day of the quotation."""

    currency: str
    kind: str
    day: date
    yen_per_unit: str
    bank: str
    source: str


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that waits for a rate of that currency and kind, for what was charged on that day.

    ``back`` and ``after`` are the days before and after it from which a rate may be; older ones take any after it.
    """

    account: str
    invoice_id: str
    kind: str
    day: date
    back: int = 7
    after: int | None = None


Kind = Literal["invoice", "return"]
"""適格請求書 or 適格返還請求書."""
