"""Cases of what a company is charged: costs already caused when it cancels a fixed visit (C-BI-2)."""

from __future__ import annotations

from madoguchi.checking.facts import Facts
from madoguchi.checking.found import Found, clauses_of, computed, found
from madoguchi.checking.rules import Rules
from madoguchi.checking.stand_ins import APPLICATION, OFFICER, party, unread
from madoguchi.checking.support.life import running
from policies.calendars import start_of_day
from policies.support.edition import SupportEdition
from schemas.values import InvoiceLine, Scalar
from services.billing.domain.account import Account
from services.billing.domain.books import Books, charge_costs, settle
from services.billing.domain.invoice import InvoiceIssued
from services.billing.domain.service_events import ServiceUse
from services.billing.domain.values import Case
from services.billing.policy.decisions import c_bi_3_charged
from services.placement.domain.service_events import ServiceAsked
from services.placement.policy.decisions import decided
from services.placement.policy.supports import c_bi_2_costs, c_bi_3_service

VISIT = f"{APPLICATION}-visit-1"


def cancellation(edition: SupportEdition, facts: Facts) -> Found:
    """C-BI-2: the invoice for costs already caused by a fixed visit; there is none where an officer charges none."""
    on = facts.day("cancelled_on") if facts.known("cancelled_on") else edition.dates.support_from.first
    lines = c_bi_2_costs(edition, APPLICATION, [(code, None) for code in facts.texts("costs")], on)
    if facts.known("visit_on"):
        _cancelled(edition, facts, lines)
    if not lines:
        return found("passed", "C-BI-2")
    year = edition.edition.fiscal_year
    case = Case(programme="support", fiscal_year=year, application_id=APPLICATION, account=APPLICATION)
    books = Books(Account.open(case, party(), start_of_day(on)), edition, {}, {}, {}, {})
    charge_costs(books, VISIT, on, lines, year, start_of_day(on))
    return _invoiced(books, edition)


def service(edition: SupportEdition, facts: Facts) -> Found:
    """C-BI-3: the invoice for a service at a price that a company has used."""
    on, year = facts.day("used_on"), edition.edition.fiscal_year
    asked = ServiceAsked(
        service=facts.text("service"), quantity=facts.number("quantity"), on=on, agreed_on=facts.day("agreed_on")
    )
    at, use = start_of_day(on), f"{APPLICATION}-service-1"
    line, _ = c_bi_3_service(edition, APPLICATION, asked, by=OFFICER, reason=unread("reason"), at=at)
    case = Case(programme="support", fiscal_year=year, application_id=APPLICATION, account=APPLICATION)
    books = Books(Account.open(case, party(), at), edition, {}, {}, {}, {})
    why = c_bi_3_charged(use, on, asked.agreed_on, line, edition, at)
    books.account.note_use(ServiceUse(id=use, used_on=on, line=line, decision=why), at)
    settle(books, edition, at)
    return _invoiced(books, edition)


def _invoiced(books: Books, edition: SupportEdition) -> Found:
    """The one invoice that was issued, in sums."""
    made = [each for invoice in books.invoices.values() for each in invoice.pending_events]
    (issued,) = [each for each in made if isinstance(each, InvoiceIssued)]
    gives: dict[str, Scalar] = {
        "outside_tax": sum(each.amount for each in issued.totals if each.rate is None),
        "taxed": sum(each.amount for each in issued.totals if each.rate is not None),
        "tax": sum(each.tax for each in issued.totals),
        "total": issued.total,
    }
    return computed(gives, *clauses_of(issued.decisions, edition))


def _cancelled(edition: SupportEdition, facts: Facts, lines: tuple[InvoiceLine, ...]) -> None:
    """The company cancels a visit that was fixed for a day."""
    on = facts.day("cancelled_on")
    support, at = running(edition, edition.dates.support_until.first), start_of_day(on)
    support.fix_visit(VISIT, facts.day("visit_on"), OFFICER, at=at)
    word = decided("C-BI-2", "passed", edition=edition.id, at=at, facts={}, by=OFFICER, reason=unread("reason"))
    support.cancel_visit(VISIT, on, lines, word, at=at)


RULES: Rules[SupportEdition] = {"cancellation": cancellation, "service": service}
