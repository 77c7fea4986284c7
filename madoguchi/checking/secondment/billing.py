"""Cases of money: fees of a post, what follows its changes, totals, due days, payments, who bears what (S-BI)."""

from __future__ import annotations

from collections.abc import Iterable

from madoguchi.checking.facts import BadFacts, Facts
from madoguchi.checking.found import Found, clauses_of, computed, found
from madoguchi.checking.rules import Rules
from madoguchi.checking.secondment.posting import Posting
from madoguchi.checking.stand_ins import OFFICER, SECONDMENT
from policies.calendars import last_day, start_of_day
from policies.secondment.edition import SecondmentEdition
from policies.secondment.sites import Site
from schemas.values import InvoiceLine, Scalar, Stay, TaxTotal, fiscal_year
from services.billing.domain.cost_events import Side
from services.billing.domain.invoice import InvoiceIssued
from services.billing.domain.receivable import Payment
from services.billing.policy.costs import s_bi_1_borne
from services.billing.policy.sums import grand_total, s_bi_7_totals
from services.placement.policy.days import s_li_8_reported


def fees(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-BI-2…6: what a fiscal year of a post costs, after all that the case says happened to it."""
    departs, until, year = facts.day("departs"), facts.day("until"), facts.number("fiscal_year")
    posting = Posting(edition, office(edition, facts.text("office")), until, departs)
    if facts.known("yen_per_dollar"):
        quoted = facts.day("quoted_on") if facts.known("quoted_on") else departs
        posting.quote(quoted, facts.text("yen_per_dollar"))
    posting.departs(departs)
    _changes(posting, facts)
    posting.goes_on(last_day(year))
    if posting.held(year):
        return found("held", "S-BI-4")
    issued = posting.issued(year)
    decisions = [each for invoice in issued for each in invoice.decisions]
    return computed(_sums(issued), *clauses_of(decisions, edition))


def _changes(posting: Posting, facts: Facts) -> None:
    if facts.known("postponed_to"):
        posting.called_off(posting.account.departed_on or posting.until, facts.day("postponed_to"))
        posting.departs(facts.day("postponed_to"))
    if facts.flag("cancelled", False):
        posting.called_off(posting.account.departed_on or posting.until, None)
    if facts.known("new_until"):
        posting.amended(min(facts.day("amended_on"), posting.until), facts.day("new_until"))
    if facts.known("ended_on"):
        posting.ends_early(facts.day("ended_on"))


def office(edition: SecondmentEdition, id: str) -> Site:
    """The overseas office of that id."""
    if id not in edition.sites or not edition.site(id).overseas:
        raise BadFacts("office", "この海外事務所はありません。", "The edition has no such overseas office.")
    return edition.site(id)


def _sums(issued: Iterable[InvoiceIssued]) -> dict[str, Scalar]:
    known = list(issued)
    charged = [each for each in known if each.kind == "invoice"]
    returned = sum(each.total for each in known if each.kind == "return")
    totals = [total for each in charged for total in each.totals]
    months = sum(line.months or 0 for each in charged for line in each.lines)
    net = sum(each.total for each in charged) - returned
    return {"months": months, "invoices": len(charged), **_of(totals), "returned": returned, "net": net}


def _of(totals: Iterable[TaxTotal]) -> dict[str, Scalar]:
    known = list(totals)
    return {
        "outside_tax": sum(each.amount for each in known if each.rate is None),
        "taxed": sum(each.amount for each in known if each.rate is not None),
        "tax": sum(each.tax for each in known),
        "total": grand_total(known),
    }


def totals(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-BI-7: the sums of an invoice with these amounts, its tax rounded once for the rate."""
    on = edition.dates.starts.first
    rate = edition.value("taxes.standard", on).number
    lines = [_line(each, rate) for each in facts.numbers("taxed")] + [
        _line(each, None) for each in facts.numbers("outside")
    ]
    sums = s_bi_7_totals(lines, edition.value("invoice.tax_rounding", on).value)
    return computed(_of(sums), "S-BI-7")


def _line(amount: int, tax: int | None) -> InvoiceLine:
    return InvoiceLine(fee="case", clause="S-BI-7", description="", amount=amount, tax=tax, source=SECONDMENT)


def payment(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-BI-8: an invoice issued as a post is taken up that day, until the end of the fiscal year, and its payments."""
    issued_on = facts.day("issued_on")
    site = next(each for each in edition.sites.values() if each.overseas and len(_plain_fees(edition, each)) == 2)
    posting = Posting(edition, site, last_day(fiscal_year(issued_on)), issued_on)
    posting.departs(issued_on)
    (receivable,) = posting.books.receivables.values()
    for number, amount in enumerate(facts.numbers("paid")):
        paid = Payment(amount=amount, received_on=issued_on, bank_reference=str(number), by=OFFICER)
        receivable.pay(paid, today=issued_on, at=start_of_day(issued_on))
    gives: dict[str, Scalar] = {
        "total": receivable.total,
        "due_on": receivable.due_on.isoformat(),
        "state": receivable.state,
        "balance": receivable.balance,
        "reminded_on": ", ".join(day.isoformat() for day in receivable.remind_on),
    }
    return computed(gives, "S-BI-8")


def _plain_fees(edition: SecondmentEdition, site: Site) -> dict[str, object]:
    return dict(edition.fees_for(site.country or ""))


def cost(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-BI-1: who bears a kind of cost, and what follows where it is known who has paid it."""
    kind = facts.text("cost")
    if kind not in edition.costs.root:
        raise BadFacts("cost", "costs.yaml にない費目です。", "costs.yaml has no such kind of cost.")
    payer: Side = "jetro" if facts.known("paid_by") and facts.text("paid_by") == "jetro" else "sender"
    day = edition.dates.starts.first
    borne = s_bi_1_borne("cost-1", kind, 1, day, payer, edition, start_of_day(day))
    gives: dict[str, Scalar] = {"bearer": borne.bears, "settlement": borne.settlement}
    return computed(gives, borne.decision.clause)


def appraisal(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-LI-8: when a fiscal year's result goes to the sender."""
    year = facts.number("appraised_year")
    reported = s_li_8_reported(edition, [Stay(fiscal_year=year, site="")])
    return computed({"reported_on": reported[year].isoformat()}, "S-LI-8")


RULES: Rules[SecondmentEdition] = {
    "fees": fees,
    "totals": totals,
    "payment": payment,
    "cost": cost,
    "appraisal": appraisal,
}
