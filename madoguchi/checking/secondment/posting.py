"""A post overseas and its books, told day by day what happens to it, as billing is."""

from __future__ import annotations

from datetime import date, datetime

from madoguchi.checking.stand_ins import APPLICATION, OFFICER, SECONDMENT, party
from policies.calendars import first_day, start_of_day
from policies.secondment.edition import SecondmentEdition
from policies.secondment.sites import Site
from services.billing.domain.account import Account
from services.billing.domain.books import Books, settle
from services.billing.domain.invoice import InvoiceIssued
from services.billing.domain.values import Case, Rate

CURRENCY = "USD"


class Posting:
    """One post (海外赴任); fiscal years begin by themselves as the days go on."""

    def __init__(self, edition: SecondmentEdition, office: Site, until: date, at: date) -> None:
        self.edition, self.office, self.until = edition, office, until
        year = edition.edition.fiscal_year
        case = Case(programme="secondment", fiscal_year=year, application_id=APPLICATION, account=SECONDMENT)
        self.account = Account.open(case, party(), start_of_day(at))
        self.books = Books(self.account, edition, {}, {}, {}, {})
        self._begun = at

    def quote(self, day: date, yen_per_dollar: str) -> None:
        """A rate is published, of the kind that the edition asks for."""
        kind = self.edition.value("invoice.exchange_rate_kind", day).text
        rate = Rate(currency=CURRENCY, kind=kind, day=day, yen_per_unit=yen_per_dollar, bank="銀行", source="公表")
        at = start_of_day(day)
        self.books.rates_of(CURRENCY, at).post(rate, by=OFFICER, grounds=None, today=day, at=at)

    def departs(self, on: date) -> None:
        """The post is taken up."""
        at = self._until(on)
        self.account.take_up(
            party(),
            office=self.office.id,
            country=self.office.country or "",
            departed_on=on,
            until=self.until,
            edition=self.edition.id,
            at=at,
        )
        settle(self.books, self.edition, at)

    def called_off(self, on: date, planned_for: date | None) -> None:
        """Postponed to that day, or cancelled (S-PL-11)."""
        at = self._until(on)
        self.account.call_off(party(), planned_for=planned_for, at=at)
        settle(self.books, self.edition, at)

    def ends_early(self, on: date) -> None:
        """It ends before its term (S-LI-6)."""
        at = self._until(on)
        self.account.end(party(), ended_on=on, early=True, at=at)
        settle(self.books, self.edition, at)

    def amended(self, on: date, until: date) -> None:
        """An amendment moves the last day (S-LI-5)."""
        at = self._until(on)
        self.account.change_term(party(), until=until, at=at)
        settle(self.books, self.edition, at)

    def goes_on(self, to: date) -> None:
        """Nothing happens until then but the beginning of fiscal years (S-BI-5)."""
        self._until(to)

    def issued(self, year: int) -> list[InvoiceIssued]:
        """What was issued for a fiscal year."""
        of_year = [each for each in self.books.invoices.values() if each.year == year]
        return [event for each in of_year for event in each.pending_events if isinstance(event, InvoiceIssued)]

    def held(self, year: int) -> bool:
        """Whether an invoice of the year waits for a rate."""
        return any(each.status == "held" and each.year == year for each in self.books.invoices.values())

    def _until(self, day: date) -> datetime:
        for year in range(self._begun.year, day.year + 1):
            if self._begun < first_day(year) <= day:
                at = start_of_day(first_day(year))
                if self.account.begin_year(year, at):
                    settle(self.books, self.edition, at)
        self._begun = max(self._begun, day)
        return start_of_day(day)
