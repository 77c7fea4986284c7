"""Every command and query of billing: load, decide, save."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

import msgspec

from kernel.aggregate import Aggregate
from kernel.log import Cause
from kernel.repository import decide_again
from kernel.sealing import Confidential
from kernel.service import Kernel
from kernel.vault import Erased
from policies.edition import Edition
from policies.editions import load
from policies.secondment.edition import SecondmentEdition
from schemas.placement import OfSecondment, SecondeeDeparted, SecondmentEnded, TermChanged, VisitCancelled
from schemas.values import Party, day_in_tokyo, fiscal_year
from services.billing.domain import account as accounts
from services.billing.domain import books as bookkeeping
from services.billing.domain import rates as exchange
from services.billing.domain import receivable as receivables
from services.billing.domain import register as registers
from services.billing.domain.account import Account
from services.billing.domain.books import Books
from services.billing.domain.invoice import Invoice
from services.billing.domain.rates import ExchangeRates
from services.billing.domain.receivable import Payment, Receivable
from services.billing.domain.register import InvoiceRegister
from services.billing.domain.values import Case, Rate

A = TypeVar("A", bound=Aggregate)


class BillingApp:
    """Billing's commands and queries."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    # from placement

    async def take_up(self, event: SecondeeDeparted) -> Sequence[Aggregate]:
        """S-BI-5: the fiscal year's amount at once."""
        at = await self.kernel.clock.now()
        account = await self._account(_case(event), event.party, at)
        account.take_up(
            event.party,
            office=event.office,
            country=event.country,
            departed_on=event.departed_on,
            until=event.until,
            edition=event.edition,
            at=at,
        )
        return await self._settled(account, at)

    async def call_off(self, event: OfSecondment, *, planned_for: date | None) -> Sequence[Aggregate]:
        """S-PL-11: postponed to that day, or cancelled (None); what was billed goes back."""
        at = await self.kernel.clock.now()
        account = await self._account(_case(event), event.party, at)
        account.call_off(event.party, planned_for=planned_for, at=at)
        return await self._settled(account, at)

    async def end(self, event: SecondmentEnded) -> Sequence[Aggregate]:
        """S-BI-6: months billed and not served go back. A secondment that never left Japan has no account."""
        at = await self.kernel.clock.now()
        account = await self.kernel.repository.find(Account, accounts.stream(event.secondment_id))
        if account is None:
            return []
        account.end(event.party, ended_on=event.ended_on, early=event.early, at=at)
        return await self._settled(account, at)

    async def change_term(self, event: TermChanged) -> Sequence[Aggregate]:
        """S-LI-5: the post lasts longer or shorter; without an account nothing was served overseas yet."""
        at = await self.kernel.clock.now()
        account = await self.kernel.repository.find(Account, accounts.stream(event.secondment_id))
        if account is None:
            return []
        account.change_term(event.party, until=event.until, at=at)
        return await self._settled(account, at)

    async def charge_visit(self, event: VisitCancelled) -> Sequence[Aggregate]:
        """C-BI-2: one invoice for the costs of a visit, once."""
        if not event.costs:
            return []
        at = await self.kernel.clock.now()
        case = Case(
            programme=event.programme,
            fiscal_year=event.fiscal_year,
            application_id=event.application_id,
            account=event.application_id,
        )
        account = await self._account(case, event.party, at)
        if event.visit_id in account.visits:
            return []
        books = await self._books(account, load(event.programme, event.fiscal_year), at)
        year = fiscal_year(event.cancelled_on)
        bookkeeping.charge_costs(books, event.visit_id, event.cancelled_on, event.costs, year, at)
        return books.touched()

    # timers

    async def begin_year(self, stream: str, due: datetime) -> Sequence[Aggregate]:
        """S-BI-5: a following fiscal year's amount on 1 April."""
        at = await self.kernel.clock.now()
        account = await self.kernel.repository.get(Account, stream)
        if not account.begin_year(day_in_tokyo(due).year, at):
            return []
        return await self._settled(account, at)

    async def see_overdue(self, stream: str) -> Sequence[Aggregate]:
        """S-BI-8: remind of what is open past its day."""
        receivable = await self.kernel.repository.get(Receivable, stream)
        receivable.see_overdue(await self.kernel.clock.now())
        return [receivable]

    async def release(self, currency: str, invoice_id: str) -> Sequence[Aggregate]:
        """S-BI-4: issue an invoice whose rate has come."""
        at = await self.kernel.clock.now()
        rates = await self.kernel.repository.get(ExchangeRates, exchange.stream(currency))
        awaited = rates.awaited.get(invoice_id)
        rate = rates.for_day(awaited.kind, awaited.day) if awaited else None
        if awaited is None or rate is None:
            return []
        account = await self.kernel.repository.get(Account, accounts.stream(awaited.account))
        edition = edition_of(account.edition)
        books = await self._books(account, edition, at)
        bookkeeping.release(books, edition, invoice_id, rate, at)
        return books.touched()

    # officers

    async def post_rate(self, rate: Rate, *, by: str, reason: str, causes: Sequence[Cause] = ()) -> ExchangeRates:
        """S-BI-4: record a rate; the invoices that waited for it are issued right after."""

        async def act() -> ExchangeRates:
            at = await self.kernel.clock.now()
            found = await self.kernel.repository.find(ExchangeRates, exchange.stream(rate.currency))
            rates = found or ExchangeRates.open(rate.currency, at)
            rates.post(rate, by=by, reason=reason, today=day_in_tokyo(at), at=at)
            await self.kernel.repository.save(rates, causes=causes)
            return rates

        return await decide_again(act)

    async def pay(
        self, invoice_id: str, payment: Payment, reason: str, *, seen_version: int | None, causes: Sequence[Cause] = ()
    ) -> Receivable:
        """S-BI-8: record a payment and match it to its invoice."""

        async def act() -> Receivable:
            at = await self.kernel.clock.now()
            receivable = await self.kernel.repository.get(Receivable, receivables.stream(invoice_id))
            receivable.seen_at(seen_version)
            sealed = await self._sealed(reason, receivable.party.organisation_id)
            receivable.pay(msgspec.structs.replace(payment, reason=sealed), today=day_in_tokyo(at), at=at)
            await self.kernel.repository.save(receivable, causes=causes)
            return receivable

        return await decide_again(act)

    # within

    async def _sealed(self, reason: str, organisation_id: str) -> Confidential | None:
        """An officer's reason under the organisation's key; None where that was erased: money comes in all the same."""
        try:
            return (await self.kernel.vault.sealer(organisation_id)).confidential("reason", reason)
        except Erased:
            return None

    async def _settled(self, account: Account, at: datetime) -> Sequence[Aggregate]:
        if not account.edition:
            return [account]
        edition = edition_of(account.edition)
        books = await self._books(account, edition, at)
        bookkeeping.settle(books, edition, at)
        return books.touched()

    async def _books(self, account: Account, edition: Edition, at: datetime) -> Books:
        find, today = self.kernel.repository.find, day_in_tokyo(at)
        prefixes = [edition.value(f"invoice.{kind}number_prefix", today).text for kind in ("", "return_")]
        units = {parameter.unit for name, parameter in edition.parameters.items() if name.startswith("fees.")}
        return Books(
            account=account,
            edition=edition,
            registers=_known({each: await find(InvoiceRegister, registers.stream(each)) for each in prefixes}),
            rates=_known({each: await find(ExchangeRates, exchange.stream(each)) for each in units - {"yen"}}),
            invoices=_known({id: await find(Invoice, id) for id in account.invoices}),
            receivables=_known({id: await find(Receivable, receivables.stream(id)) for id in account.invoices}),
        )

    async def _account(self, case: Case, party: Party, at: datetime) -> Account:
        found = await self.kernel.repository.find(Account, accounts.stream(case.account))
        return found or Account.open(case, party, at)


def edition_of(id: str) -> SecondmentEdition:
    """The secondment edition with that id, such as ``secondment/2026``: an old case keeps the one it began under."""
    programme, _, year = id.partition("/")
    if programme != "secondment":
        raise ValueError(f"{id} is no edition of the secondment")
    return load("secondment", int(year))


def _case(event: OfSecondment) -> Case:
    return Case(
        programme=event.programme,
        fiscal_year=event.fiscal_year,
        application_id=event.application_id,
        account=event.secondment_id,
    )


def _known(found: dict[str, A | None]) -> dict[str, A]:
    return {id: aggregate for id, aggregate in found.items() if aggregate is not None}
