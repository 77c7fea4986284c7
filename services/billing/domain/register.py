"""The register of invoice numbers (請求書番号簿): numbers of a series run without a gap (S-BI-7).

A number is taken in the same commit that issues its invoice, so neither exists without the other.
"""

from __future__ import annotations

from datetime import date, datetime

from kernel.aggregate import Aggregate, Created, Event

DIGITS = 6
"""Of a number's place in its series."""


class RegisterOpened(Created, frozen=True, kw_only=True):
    """A series of numbers begins."""

    TOPIC = "billing.register_opened.v1"
    prefix: str


class NumberTaken(Event, frozen=True, kw_only=True):
    """The next number went to an invoice."""

    TOPIC = "billing.number_taken.v1"
    place: int
    number: str
    invoice_id: str
    issued_on: date

    def apply(self, aggregate: InvoiceRegister) -> None:
        aggregate.last = self.place


class InvoiceRegister(Aggregate):
    """Stream ``register-<prefix>``: one series for an edition's invoices, one for its return invoices."""

    TOPIC = "billing.register"
    prefix: str
    last: int = 0

    @classmethod
    def open(cls, prefix: str, at: datetime) -> InvoiceRegister:
        """A new series."""
        return cls.begin(RegisterOpened, id=stream(prefix), at=at, prefix=prefix)

    def take(self, invoice_id: str, issued_on: date, at: datetime) -> str:
        """The next number, for that invoice."""
        place = self.last + 1
        number = f"{self.prefix}{place:0{DIGITS}d}"
        self.record(NumberTaken, at=at, place=place, number=number, invoice_id=invoice_id, issued_on=issued_on)
        return number


def placed(number: str) -> tuple[str, int]:
    """A number's series, by its prefix, and its place in it."""
    return number[:-DIGITS], int(number[-DIGITS:])


def stream(prefix: str) -> str:
    """The register's stream."""
    return f"register-{prefix}"
