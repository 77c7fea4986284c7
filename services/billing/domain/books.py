"""Bookkeeping (記帳): brings an account's invoices into line with what was served. Pure; touches what it was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kernel.aggregate import Aggregate
from policies.edition import Edition
from policies.secondment.edition import SecondmentEdition
from policies.support.edition import SupportEdition
from schemas.values import Decision, InvoiceLine, Party, TaxTotal, day_in_tokyo
from services.billing.domain.account import Account
from services.billing.domain.invoice import Content, Invoice
from services.billing.domain.rates import ExchangeRates
from services.billing.domain.receivable import Receivable
from services.billing.domain.register import InvoiceRegister
from services.billing.domain.values import Awaited, Billed, Item, Post, Rate
from services.billing.policy import decisions
from services.billing.policy.sums import (
    Rounding,
    grand_total,
    remaining,
    s_bi_4_yen,
    s_bi_6_returned,
    s_bi_7_due,
    s_bi_7_totals,
)
from services.billing.policy.wording import Group, cost_line, grouped, line, missing_rate


@dataclass
class Books:
    """Everything that one settlement of an account may touch: its own invoices, the registers, the rates.

    Registers and rates that nobody has used yet are absent, and opened when they are needed.
    """

    account: Account
    edition: Edition
    registers: dict[str, InvoiceRegister]
    rates: dict[str, ExchangeRates]
    invoices: dict[str, Invoice]
    receivables: dict[str, Receivable]
    addressee: Party | None = None

    @property
    def party(self) -> Party:
        """To whom an invoice goes now: the address that the counter told last, else placement's."""
        return self.addressee or self.account.party

    def register(self, prefix: str, at: datetime) -> InvoiceRegister:
        """The register of a series."""
        if prefix not in self.registers:
            self.registers[prefix] = InvoiceRegister.open(prefix, at)
        return self.registers[prefix]

    def rates_of(self, currency: str, at: datetime) -> ExchangeRates:
        """What is known of a currency."""
        if currency not in self.rates:
            self.rates[currency] = ExchangeRates.open(currency, at)
        return self.rates[currency]

    def touched(self) -> list[Aggregate]:
        """The aggregates to which something happened: they are saved in one commit."""
        every: list[Aggregate] = [self.account]
        for kept in (self.registers, self.rates, self.invoices, self.receivables):
            every += kept.values()
        return [aggregate for aggregate in every if aggregate.pending_events]


Priced = SecondmentEdition | SupportEdition
"""An edition that has fees."""


def settle(books: Books, edition: Priced, at: datetime) -> None:
    """Give back what is billed and not owed, charge what is owed and not billed (S-BI-6): never a change."""
    account = books.account
    gap = account.difference(edition)
    for invoice_id, surplus in _by_invoice(gap.surplus).items():
        _give_back(books, edition, invoice_id, surplus, at)
    for year, items in sorted(gap.charge.items()):
        fees = [item for item in items if _by_itself(account, item) is None]
        if isinstance(edition, SecondmentEdition) and account.post is not None and fees:
            _charge(books, edition, account.post, year, fees, at)
        if single := [item for item in items if item not in fees]:
            _charge_single(books, year, single, at)


def release(books: Books, edition: SecondmentEdition, invoice_id: str, rate: Rate, at: datetime) -> None:
    """The rate has come: convert what waited, charge it, issue the invoice (S-BI-4)."""
    account, invoice = books.account, books.invoices[invoice_id]
    waiting = [entry for entry in account.billed.values() if entry.invoice_id == invoice_id]
    books.rates_of(rate.currency, at).stop_waiting(invoice_id, at)
    if account.post is not None and waiting:
        _bill(books, edition, account.post, invoice, [entry.item for entry in waiting], rate, at)


def charge_costs(
    books: Books, visit_id: str, cancelled_on: date, costs: Sequence[InvoiceLine], year: int, at: datetime
) -> None:
    """Costs already caused when a company cancelled a fixed visit, invoiced at once (C-BI-2, C-BI-3)."""
    account, edition = books.account, books.edition
    invoice = Invoice.draft(account.next_invoice_id, account.case, "invoice", year, edition.id, at)
    books.invoices[invoice.id] = invoice
    decision = decisions.c_bi_2_charged(visit_id, cancelled_on, costs, edition, at)
    account.charge((), invoice.id, year, costs, (decision,), at, visit_id=visit_id)
    _issue(books, invoice, costs, (decision,), at)


def _charge(
    books: Books, edition: SecondmentEdition, post: Post, year: int, items: Sequence[Item], at: datetime
) -> None:
    account = books.account
    invoice = Invoice.draft(account.next_invoice_id, account.case, "invoice", year, edition.id, at)
    books.invoices[invoice.id] = invoice
    foreign = next((item for item in items if item.foreign), None)
    if foreign is None:
        _bill(books, edition, post, invoice, items, None, at)
        return
    awaited = _awaited(account, invoice, edition, post.departed_on)
    rates = books.rates_of(foreign.unit, at)
    rate = rates.serving(awaited)
    if rate is not None:
        _bill(books, edition, post, invoice, items, rate, at)
        return
    missing = missing_rate(foreign.unit, awaited.kind, awaited.day)
    held = decisions.s_bi_4_held(foreign, post, edition, at)
    account.hold(items, invoice.id, year, missing, (held,), at)
    invoice.hold(awaited, missing, at)
    rates.wait(awaited, at)


def _awaited(account: Account, invoice: Invoice, edition: SecondmentEdition, day: date) -> Awaited:
    """Which rate the edition wants for what was charged on a day."""
    kind = edition.value("invoice.exchange_rate_kind", day).text
    back, after = (edition.value(f"invoice.exchange_days_{side}", day).number for side in ("back", "after"))
    which = {"account": account.case.account, "invoice_id": invoice.id}
    return Awaited(**which, kind=kind, day=day, back=back, after=after)


def _charge_single(books: Books, year: int, items: Sequence[Item], at: datetime) -> None:
    """What JETRO has paid for the sender (S-BI-1), or a service at a price (C-BI-3)."""
    account = books.account
    invoice = Invoice.draft(account.next_invoice_id, account.case, "invoice", year, books.edition.id, at)
    books.invoices[invoice.id] = invoice
    billed = [Billed(item=item, invoice_id=invoice.id, yen=item.price) for item in items]
    told = [each for item in items if (each := _by_itself(account, item))]
    lines, why = [line for line, _ in told], [decision for _, decision in told]
    account.charge(billed, invoice.id, year, lines, why, at)
    _issue(books, invoice, lines, why, at)


def _by_itself(account: Account, item: Item) -> tuple[InvoiceLine, Decision] | None:
    """The line of what is charged by itself, and why: a cost or a service. None for the fees of a post."""
    if cost := account.costs.get(item.period):
        return cost_line(cost, account.case.account), cost.decision
    if use := account.uses.get(item.period):
        return use.line, use.decision
    return None


def _bill(
    books: Books,
    edition: SecondmentEdition,
    post: Post,
    invoice: Invoice,
    items: Iterable[Item],
    rate: Rate | None,
    at: datetime,
) -> None:
    account = books.account
    rounding: Rounding = edition.value("invoice.exchange_rounding", post.departed_on).value
    billed = [
        Billed(
            item=item,
            invoice_id=invoice.id,
            yen=s_bi_4_yen(item, rate, rounding) if item.foreign and rate is not None else item.price,
        )
        for item in items
    ]
    groups = grouped(billed)
    lines = [line(group, account.case.account, edition.fees.root, rate) for group in groups]
    why = [decisions.s_bi_2_to_5_charged(group, of, post, edition, at) for group, of in zip(groups, lines, strict=True)]
    account.charge(billed, invoice.id, invoice.year, lines, why, at)
    _issue(books, invoice, lines, why, at)


def _give_back(books: Books, edition: Priced, returns: str, surplus: Sequence[Billed], at: datetime) -> None:
    account, original = books.account, books.invoices[returns]
    why = decisions.s_bi_6_given_back(surplus, account.post, edition, at)
    if original.status == "held":
        account.give_back(surplus, returns, None, why, at)
        if all(entry.invoice_id != returns for entry in account.billed.values()):
            original.drop(at)
            for rates in books.rates.values():
                rates.stop_waiting(returns, at)
        return
    back = Invoice.draft(
        account.next_invoice_id, account.case, "return", original.year, edition.id, at, returns=returns
    )
    books.invoices[back.id] = back
    lines = [_returned(group, account, edition) for group in grouped(surplus)]
    account.give_back(surplus, returns, back.id, why, at)
    _issue(books, back, lines, (why,), at)


def _returned(group: Group, account: Account, edition: Priced) -> InvoiceLine:
    single = _by_itself(account, group[0].item)
    return single[0] if single else line(group, account.case.account, edition.fees.root)


def _issue(books: Books, invoice: Invoice, lines: Sequence[InvoiceLine], why: Sequence[Decision], at: datetime) -> None:
    edition, today = books.edition, day_in_tokyo(at)
    prefix = edition.value(f"invoice.{'return_' * (invoice.kind == 'return')}number_prefix", today).text
    number = books.register(prefix, at).take(invoice.id, today, at)
    rounding: Rounding = edition.value("invoice.tax_rounding", today).value
    original = books.invoices[invoice.returns] if invoice.returns else None
    left = _left(books, original) if original else ()
    totals = s_bi_6_returned(lines, left, rounding) if original else s_bi_7_totals(lines, rounding)
    terms = edition.value("invoice.payment_due", today).text
    content = Content(
        number=number,
        party=books.party,
        issued_on=today,
        due_on=s_bi_7_due(today, terms) if original is None else None,
        lines=lines,
        totals=totals,
        total=grand_total(totals),
        issuer=edition.value("invoice.issuer_name", today).text,
        issuer_address=edition.value("invoice.issuer_address", today).text,
        registration_number=edition.value("invoice.registration_number", today).text,
        bank_account=edition.value("invoice.bank_account", today).text if original is None else "",
        layout=edition.value("invoice.layout", today).text,
        receipt_number=books.account.receipt_number,
        returns_number=original.number if original else None,
        returns_issued_on=original.issued_on if original else None,
        decisions=(*why, decisions.s_bi_7_issued(number, today, edition, at)),
    )
    invoice.issue(content, at)
    if original is not None:
        books.receivables[original.id].credit(number, content.total, at)
    elif content.due_on is not None:
        _open_receivable(books, invoice, content.due_on, at)


def _left(books: Books, original: Invoice) -> tuple[TaxTotal, ...]:
    """What is left of an invoice after the returns so far."""
    returns = (each for each in books.invoices.values() if each.returns == original.id)
    return remaining(original.totals, [total for each in returns for total in each.totals])


def _open_receivable(books: Books, invoice: Invoice, due_on: date, at: datetime) -> None:
    edition, today = books.edition, day_in_tokyo(at)
    known = "reminders.payment_days_after" in edition.parameters
    days = edition.value("reminders.payment_days_after", today).numbers if known else (1,)
    books.receivables[invoice.id] = Receivable.open(
        invoice.case,
        invoice.id,
        invoice.number,
        books.party,
        total=invoice.total,
        due_on=due_on,
        days_after=days,
        at=at,
    )


def _by_invoice(surplus: Iterable[Billed]) -> Mapping[str, tuple[Billed, ...]]:
    found: dict[str, tuple[Billed, ...]] = {}
    for entry in surplus:
        found[entry.invoice_id] = (*found.get(entry.invoice_id, ()), entry)
    return found
