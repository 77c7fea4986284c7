"""What placement tells and what falls due: charges, returns, invoices that a rate lets out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kernel.aggregate import Aggregate
from policies.editions import load
from policies.support.edition import SupportEdition
from schemas.intake import ApplicationAmended
from schemas.placement import (
    OfSecondment,
    SecondeeDeparted,
    SecondmentEnded,
    SecondmentStarted,
    ServiceUsed,
    ServiceWithdrawn,
    TermChanged,
    VisitCancelled,
)
from schemas.values import day_in_tokyo, fiscal_year
from services.billing.app.desk import Desk, secondment_edition
from services.billing.domain import account as accounts
from services.billing.domain import addressee as addressees
from services.billing.domain import books as bookkeeping
from services.billing.domain import rates as exchange
from services.billing.domain.account import Account
from services.billing.domain.addressee import Addressee
from services.billing.domain.rates import ExchangeRates
from services.billing.domain.receivable import Receivable
from services.billing.domain.service_events import ServiceUse
from services.billing.policy import decisions, owed


class Charging(Desk):
    """Brings each account into line with what was served."""

    # from intake

    async def readdress(self, event: ApplicationAmended) -> Sequence[Aggregate]:
        """S-IN-6, S-IN-7: later invoices go to the address that the counter told last."""
        at = await self.kernel.clock.now()
        stream = addressees.stream(event.application_id)
        found = await self.kernel.repository.find(Addressee, stream)
        if found is None:
            return [Addressee.open(event.application_id, event.party, at)]
        found.change(event.party, at)
        return [found]

    # from placement

    async def begin(self, event: SecondmentStarted) -> Sequence[Aggregate]:
        """S-BI-1: from now on costs may arise; the secondment has an account."""
        account = await self.account_of(event, await self.kernel.clock.now())
        return [account]

    async def take_up(self, event: SecondeeDeparted) -> Sequence[Aggregate]:
        """S-BI-5: the fiscal year's amount at once."""
        at = await self.kernel.clock.now()
        account = await self.account_of(event, at)
        account.take_up(
            event.party,
            office=event.office,
            country=event.country,
            departed_on=event.departed_on,
            until=event.until,
            edition=event.edition,
            at=at,
        )
        return await self.settled(account, at)

    async def call_off(self, event: OfSecondment, *, planned_for: date | None) -> Sequence[Aggregate]:
        """S-PL-11: postponed to that day, or cancelled (None); what was billed goes back."""
        at = await self.kernel.clock.now()
        account = await self.account_of(event, at)
        account.call_off(event.party, planned_for=planned_for, at=at)
        return await self.settled(account, at)

    async def end(self, event: SecondmentEnded) -> Sequence[Aggregate]:
        """S-BI-6: months billed and not served go back. A secondment that never left Japan has no account."""
        at = await self.kernel.clock.now()
        account = await self.kernel.repository.find(Account, accounts.stream(event.secondment_id))
        if account is None:
            return []
        account.end(event.party, ended_on=event.ended_on, early=event.early, at=at)
        return await self.settled(account, at)

    async def change_term(self, event: TermChanged) -> Sequence[Aggregate]:
        """S-LI-5: the post lasts longer or shorter; without an account nothing was served overseas yet."""
        at = await self.kernel.clock.now()
        account = await self.kernel.repository.find(Account, accounts.stream(event.secondment_id))
        if account is None:
            return []
        account.change_term(event.party, until=event.until, at=at)
        return await self.settled(account, at)

    async def charge_visit(self, event: VisitCancelled) -> Sequence[Aggregate]:
        """C-BI-2: one invoice for the costs of a visit, once; none for 0 yen: that stays in placement's decision."""
        costs = owed.c_bi_2_invoiced(event.costs)
        if not costs:
            return []
        at = await self.kernel.clock.now()
        account = await self.account_of(event, at)
        if event.visit_id in account.visits:
            return []
        books = await self.books(account, load(event.programme, event.fiscal_year), at)
        year = fiscal_year(event.cancelled_on)
        bookkeeping.charge_costs(books, event.visit_id, event.cancelled_on, costs, year, at)
        return books.touched()

    async def charge_service(self, event: ServiceUsed) -> Sequence[Aggregate]:
        """C-BI-3: one invoice for the use of a service at a price, once."""
        at = await self.kernel.clock.now()
        account, edition = await self.account_of(event, at), load("support", event.fiscal_year)
        why = decisions.c_bi_3_charged(event.use_id, event.used_on, event.agreed_on, event.line, edition, at)
        account.note_use(ServiceUse(id=event.use_id, used_on=event.used_on, line=event.line, decision=why), at)
        return await self._balanced(account, edition, at)

    async def withdraw_service(self, event: ServiceWithdrawn) -> Sequence[Aggregate]:
        """C-BI-3, S-BI-6: the use was recorded in error; what was invoiced for it goes back by a return invoice."""
        at = await self.kernel.clock.now()
        account = await self.kernel.repository.find(Account, accounts.stream(event.application_id))
        if account is None:
            return []
        account.withdraw_use(event.use_id, at)
        return await self._balanced(account, load("support", event.fiscal_year), at)

    async def _balanced(self, account: Account, edition: SupportEdition, at: datetime) -> Sequence[Aggregate]:
        books = await self.books(account, edition, at)
        bookkeeping.settle(books, edition, at)
        return books.touched()

    # timers

    async def begin_year(self, stream: str, due: datetime) -> Sequence[Aggregate]:
        """S-BI-5: a following fiscal year's amount on 1 April."""
        at = await self.kernel.clock.now()
        account = await self.kernel.repository.get(Account, stream)
        if not account.begin_year(day_in_tokyo(due).year, at):
            return []
        return await self.settled(account, at)

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
        rate = rates.serving(awaited) if awaited else None
        if awaited is None or rate is None:
            return []
        account = await self.kernel.repository.get(Account, accounts.stream(awaited.account))
        edition = secondment_edition(account.edition)
        books = await self.books(account, edition, at)
        bookkeeping.release(books, edition, invoice_id, rate, at)
        return books.touched()
