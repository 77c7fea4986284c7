"""What happens to an account; each event only changes state."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kernel.aggregate import Created, Event
from schemas.values import Decision, InvoiceLine, Party, fiscal_year
from services.billing.domain.values import Billed, Case

if TYPE_CHECKING:
    from services.billing.domain.account import Account


class AccountOpened(Created, frozen=True, kw_only=True):
    """The first thing that may cost something was heard of."""

    TOPIC = "billing.account_opened.v1"
    case: Case
    party: Party
    receipt_number: str = ""


class PostTakenUp(Event, frozen=True, kw_only=True):
    """The secondee has taken up the post overseas (S-BI-5); ``until`` is its last day as planned."""

    TOPIC = "billing.post_taken_up.v1"
    party: Party
    office: str
    country: str
    departed_on: date
    until: date
    edition: str
    next_year_on: date | None

    def apply(self, aggregate: Account) -> None:
        aggregate.party, aggregate.edition = self.party, self.edition
        aggregate.office, aggregate.country = self.office, self.country
        aggregate.departed_on, aggregate.until = self.departed_on, self.until
        aggregate.open_year(fiscal_year(self.departed_on))


class DepartureCalledOff(Event, frozen=True, kw_only=True):
    """The departure moves to ``planned_for``, or will not be (None), S-PL-11: the post is not taken up (any more)."""

    TOPIC = "billing.departure_called_off.v1"
    party: Party
    planned_for: date | None
    next_year_on: date | None = None

    def apply(self, aggregate: Account) -> None:
        aggregate.party, aggregate.departed_on = self.party, None


class PostEnded(Event, frozen=True, kw_only=True):
    """The secondment is over (S-LI-6); after ``ended_on`` nothing is served."""

    TOPIC = "billing.post_ended.v1"
    party: Party
    ended_on: date
    early: bool
    next_year_on: date | None

    def apply(self, aggregate: Account) -> None:
        aggregate.party, aggregate.ended_on = self.party, self.ended_on


class TermChanged(Event, frozen=True, kw_only=True):
    """The post's last day was moved by an amendment (S-LI-5), earlier or later."""

    TOPIC = "billing.term_changed.v1"
    party: Party
    until: date
    next_year_on: date | None

    def apply(self, aggregate: Account) -> None:
        aggregate.party, aggregate.until = self.party, self.until


class YearOpened(Event, frozen=True, kw_only=True):
    """A following fiscal year began while the secondee is overseas: its amount falls due (S-BI-5)."""

    TOPIC = "billing.year_opened.v1"
    year: int
    next_year_on: date | None

    def apply(self, aggregate: Account) -> None:
        aggregate.open_year(self.year)


class ChargeHeld(Event, frozen=True, kw_only=True):
    """An amount cannot be billed before its exchange rate is known (S-BI-4)."""

    TOPIC = "billing.charge_held.v1"
    case: Case
    charged_year: int
    invoice_id: str
    billed: tuple[Billed, ...]
    missing: str
    decisions: tuple[Decision, ...]

    def apply(self, aggregate: Account) -> None:
        aggregate.book(self.billed, self.invoice_id)


class FeesCharged(Event, frozen=True, kw_only=True):
    """Fees went onto an invoice; ``lines`` say for what, ``decisions`` why (S-BI-2…5, C-BI-2)."""

    TOPIC = "billing.fees_charged.v1"
    case: Case
    charged_year: int
    invoice_id: str
    billed: tuple[Billed, ...]
    lines: tuple[InvoiceLine, ...]
    decisions: tuple[Decision, ...]
    visit_id: str | None = None

    def apply(self, aggregate: Account) -> None:
        aggregate.book(self.billed, self.invoice_id)
        if self.visit_id is not None:
            aggregate.visits = (*aggregate.visits, self.visit_id)


class FeesGivenBack(Event, frozen=True, kw_only=True):
    """What was billed too much goes back by a return invoice (S-BI-6), or off one that was still held."""

    TOPIC = "billing.fees_given_back.v1"
    case: Case
    returns: str
    invoice_id: str | None
    billed: tuple[Billed, ...]
    decisions: tuple[Decision, ...]

    def apply(self, aggregate: Account) -> None:
        gone = {entry.item.key for entry in self.billed}
        aggregate.billed = {key: entry for key, entry in aggregate.billed.items() if key not in gone}
        aggregate.book((), self.invoice_id)
