"""The invoice (請求書): drafted, held where a rate is missing, issued; then it never changes (S-BI-6, S-BI-7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kernel.aggregate import Aggregate, Created, Event
from kernel.refusals import Refused
from schemas.values import Decision, InvoiceLine, Party, TaxTotal, Yen
from services.billing.domain.values import Awaited, Case, Kind


class InvoiceDrafted(Created, frozen=True, kw_only=True):
    """An invoice or return invoice was made out; ``returns`` is the invoice that a return invoice gives back from."""

    TOPIC = "billing.invoice_drafted.v1"
    case: Case
    kind: Kind
    year: int
    edition: str
    returns: str | None


class InvoiceHeld(Event, frozen=True, kw_only=True):
    """No exchange rate, no invoice (S-BI-4)."""

    TOPIC = "billing.invoice_held.v1"
    case: Case
    awaited: Awaited
    missing: str

    def apply(self, aggregate: Invoice) -> None:
        aggregate.status, aggregate.awaited = "held", self.awaited


class InvoiceDropped(Event, frozen=True, kw_only=True):
    """Nothing was left to bill before it was issued; it never had a number."""

    TOPIC = "billing.invoice_dropped.v1"
    case: Case

    def apply(self, aggregate: Invoice) -> None:
        aggregate.status, aggregate.awaited = "dropped", None


class InvoiceIssued(Event, frozen=True, kw_only=True):
    """The invoice is out: everything that a qualified invoice (適格請求書) must say (S-BI-7)."""

    TOPIC = "billing.invoice_issued.v1"
    case: Case
    kind: Kind
    number: str
    party: Party
    issued_on: date
    due_on: date | None
    lines: tuple[InvoiceLine, ...]
    totals: tuple[TaxTotal, ...]
    total: Yen
    issuer: str
    issuer_address: str
    registration_number: str
    edition: str
    returns: str | None
    returns_number: str | None
    decisions: tuple[Decision, ...]
    returns_issued_on: date | None = None
    bank_account: str = ""
    layout: str = ""
    receipt_number: str = ""

    def apply(self, aggregate: Invoice) -> None:
        aggregate.status, aggregate.awaited = "issued", None
        aggregate.number, aggregate.total, aggregate.issued_on = self.number, self.total, self.issued_on
        aggregate.totals = self.totals


@dataclass(frozen=True, kw_only=True)
class Content:
    """What an invoice says on the day on which it is issued."""

    number: str
    party: Party
    issued_on: date
    due_on: date | None
    lines: Sequence[InvoiceLine]
    totals: Sequence[TaxTotal]
    total: Yen
    issuer: str
    issuer_address: str
    registration_number: str
    bank_account: str
    layout: str
    receipt_number: str
    returns_number: str | None
    returns_issued_on: date | None
    decisions: Sequence[Decision]


class Invoice(Aggregate):
    """Stream ``invoice-<account>-<n>``."""

    TOPIC = "billing.invoice"
    case: Case
    kind: Kind
    year: int
    edition: str
    returns: str | None = None
    status: Literal["draft", "held", "issued", "dropped"] = "draft"
    awaited: Awaited | None = None
    number: str = ""
    total: Yen = 0
    totals: tuple[TaxTotal, ...] = ()
    issued_on: date | None = None

    @classmethod
    def draft(
        cls, invoice_id: str, case: Case, kind: Kind, year: int, edition: str, at: datetime, returns: str | None = None
    ) -> Invoice:
        """A new invoice."""
        return cls.begin(
            InvoiceDrafted, id=invoice_id, at=at, case=case, kind=kind, year=year, edition=edition, returns=returns
        )

    def hold(self, awaited: Awaited, missing: str, at: datetime) -> None:
        """It waits for a rate."""
        self._not_issued()
        self.record(InvoiceHeld, at=at, case=self.case, awaited=awaited, missing=missing)

    def drop(self, at: datetime) -> None:
        """Nothing is left on it."""
        self._not_issued()
        self.record(InvoiceDropped, at=at, case=self.case)

    def issue(self, content: Content, at: datetime) -> None:
        """It goes out under its number."""
        self._not_issued()
        said = {name: getattr(content, name) for name in Content.__dataclass_fields__}
        said |= {name: tuple(said[name]) for name in ("lines", "totals", "decisions")}
        self.record(
            InvoiceIssued, at=at, case=self.case, kind=self.kind, edition=self.edition, returns=self.returns, **said
        )

    def _not_issued(self) -> None:
        if self.status in ("issued", "dropped"):
            raise Refused(
                "S-BI-6",
                "発行済み（または取り消し済み）の請求書は変更できません。返還請求書または追加の請求書を発行してください。",
                "An issued or dropped invoice never changes: issue a return invoice or a further one.",
            )


def stream(invoice_id: str) -> str:
    """The invoice's stream, as `receivable.stream` takes its name: with or without its beginning."""
    return f"invoice-{invoice_id.removeprefix('invoice-')}"
