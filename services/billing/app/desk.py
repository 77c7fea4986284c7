"""What every command of billing needs: the kernel's parts, the account, its books, its edition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from kernel.aggregate import Aggregate
from kernel.sealing import Confidential
from kernel.service import Kernel
from kernel.vault import Erased
from policies.edition import Edition
from policies.editions import load
from policies.secondment.edition import SecondmentEdition
from schemas.placement import OfSecondment, OfSupport
from schemas.values import day_in_tokyo
from services.billing.domain import account as accounts
from services.billing.domain import addressee as addressees
from services.billing.domain import books as bookkeeping
from services.billing.domain import rates as exchange
from services.billing.domain import receivable as receivables
from services.billing.domain import register as registers
from services.billing.domain.account import Account
from services.billing.domain.addressee import Addressee
from services.billing.domain.books import Books
from services.billing.domain.invoice import Invoice
from services.billing.domain.rates import ExchangeRates
from services.billing.domain.receivable import Receivable
from services.billing.domain.register import InvoiceRegister
from services.billing.domain.values import Case

A = TypeVar("A", bound=Aggregate)


class Desk:
    """Billing's desk: what the commands share."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    async def account_of(self, event: OfSecondment | OfSupport, at: datetime) -> Account:
        """The account that an event is about; a new one where none was heard of."""
        case = case_of(event)
        found = await self.kernel.repository.find(Account, accounts.stream(case.account))
        return found or Account.open(case, event.party, at, receipt_number=event.receipt_number)

    async def settled(self, account: Account, at: datetime) -> Sequence[Aggregate]:
        """The account with its books brought into line; itself alone before its edition is known."""
        if not account.edition:
            return [account]
        edition = secondment_edition(account.edition)
        books = await self.books(account, edition, at)
        bookkeeping.settle(books, edition, at)
        return books.touched()

    async def books(self, account: Account, edition: Edition, at: datetime) -> Books:
        """Everything that a settlement of the account may touch."""
        find, today = self.kernel.repository.find, day_in_tokyo(at)
        prefixes = [edition.value(f"invoice.{kind}number_prefix", today).text for kind in ("", "return_")]
        addressee = await find(Addressee, addressees.stream(account.case.application_id))
        units = {parameter.unit for name, parameter in edition.parameters.items() if name.startswith("fees.")}
        return Books(
            account=account,
            edition=edition,
            registers=_known({each: await find(InvoiceRegister, registers.stream(each)) for each in prefixes}),
            rates=_known({each: await find(ExchangeRates, exchange.stream(each)) for each in units - {"yen"}}),
            invoices=_known({id: await find(Invoice, id) for id in account.invoices}),
            receivables=_known({id: await find(Receivable, receivables.stream(id)) for id in account.invoices}),
            addressee=addressee.party if addressee else None,
        )

    async def sealed(self, reason: str, organisation_id: str) -> Confidential | None:
        """An officer's reason under the organisation's key; None where that was erased: money comes in all the same."""
        try:
            return (await self.kernel.vault.sealer(organisation_id)).confidential("reason", reason)
        except Erased:
            return None


def secondment_edition(id: str) -> SecondmentEdition:
    """The secondment edition with that id, such as ``secondment/2026``: an old case keeps the one it began under."""
    programme, _, year = id.partition("/")
    if programme != "secondment":
        raise ValueError(f"{id} is no edition of the secondment")
    return load("secondment", int(year))


def edition_named(id: str) -> Edition:
    """The edition of either programme with that id."""
    programme, _, year = id.partition("/")
    return load("support", int(year)) if programme == "support" else secondment_edition(id)


def case_of(event: OfSecondment | OfSupport) -> Case:
    """Whose account an event is about: the secondment's, or the support case's."""
    return Case(
        programme=event.programme,
        fiscal_year=event.fiscal_year,
        application_id=event.application_id,
        account=event.secondment_id if isinstance(event, OfSecondment) else event.application_id,
    )


def _known(found: dict[str, A | None]) -> dict[str, A]:
    return {id: aggregate for id, aggregate in found.items() if aggregate is not None}
