"""When a post overseas is billed and its invoices fall due (S-BI-5, S-BI-8), as billing would have it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from madoguchi.checking.calendar.entries import Entry
from madoguchi.checking.secondment.posting import Posting
from policies.calendars import last_day
from policies.secondment.edition import SecondmentEdition
from policies.secondment.sites import Site
from schemas.values import fiscal_year


def payments(edition: SecondmentEdition, office: Site, departs: date, until: date) -> Iterator[Entry]:
    """Invoices, due days and reminders of a post that is taken up on that day and stays until its last."""
    posting = Posting(edition, office, until, departs)
    posting.departs(departs)
    posting.goes_on(last_day(fiscal_year(until)))
    first = fiscal_year(departs)
    for invoice in posting.books.invoices.values():
        year = invoice.year
        (issued,) = posting.issued(year)
        receivable = posting.books.receivables[invoice.id]
        once = (
            "着任後直ちに。この日は最初に赴任できる日に着任した場合" if year == first else "年度の初日に自動で発行する"
        )
        what = f"{year}年度の海外経費の"
        yield Entry(f"invoice-{year}", issued.issued_on, "happens", f"{what}請求", "S-BI-5", "0:00", once, ("invoice",))
        about = "この日に発行した場合。発行月の翌月末日"
        yield Entry(f"payment-{year}", receivable.due_on, "deadline", f"{what}支払期限", "S-BI-8", "24:00", about)
        for number, day in enumerate(receivable.remind_on, 1):
            key, what_for = f"overdue-{year}-{number}", f"{what}支払の催促"
            about = "残額がある場合"
            yield Entry(key, day, "reminder", what_for, "S-BI-8", "0:00", about, ("payment-overdue",))
