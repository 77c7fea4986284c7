"""Costs that officers record, and who bears each (S-BI-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from kernel.refusals import NotFound, Refused
from kernel.repository import decide_again
from kernel.sealing import Contact
from kernel.vault import Erased
from policies.faults import NotYetHolding
from policies.secondment.edition import SecondmentEdition
from schemas.values import Yen
from services.billing.app.desk import Desk, secondment_edition
from services.billing.app.money import Order
from services.billing.domain import account as accounts
from services.billing.domain import books as bookkeeping
from services.billing.domain.account import Account
from services.billing.domain.cost_events import Cost, Side
from services.billing.policy.costs import s_bi_1_borne


@dataclass(frozen=True)
class Spending:
    """A cost as an officer tells it: kind in the table, yen without tax, the day it arose, who has paid, and what."""

    kind: str
    amount: Yen
    day: date
    paid_by: Side
    what: str


class Costs(Desk):
    """Costs of a secondment."""

    async def record_cost(self, account: str, spending: Spending, order: Order) -> tuple[Account, Cost]:
        """S-BI-1: who bears it is decided; what JETRO has paid for the sender is invoiced at once."""

        async def act() -> tuple[Account, Cost]:
            at = await self.kernel.clock.now()
            found = await self._secondment(account, order)
            edition = _edition(found)
            id = found.next_cost_id
            if spending.kind not in edition.costs.root:
                raise _no_such_kind(spending.kind, edition)
            organisation = found.party.organisation_id
            said = await self._note(edition.costs.root[spending.kind].name, organisation, "said")
            arose: tuple[Yen, date, Side] = (spending.amount, spending.day, spending.paid_by)
            try:
                cost = s_bi_1_borne(id, spending.kind, *arose, edition, at, said=said)
            except NotYetHolding:
                raise _before_the_table() from None
            what, reason = await self._note(spending.what, organisation), await self.sealed(order.reason, organisation)
            found.record_cost(cost, what, reason, by=order.by, at=at)
            books = await self.books(found, edition, at)
            bookkeeping.settle(books, edition, at)
            await self.kernel.repository.save(*books.touched(), causes=order.causes)
            return found, cost

        return await decide_again(act)

    async def withdraw_cost(self, account: str, cost_id: str, order: Order) -> Account:
        """S-BI-6: a cost recorded in error; what was invoiced for it goes back by a return invoice."""

        async def act() -> Account:
            at = await self.kernel.clock.now()
            found = await self._secondment(account, order)
            edition = _edition(found)
            found.withdraw_cost(
                cost_id, await self.sealed(order.reason, found.party.organisation_id), by=order.by, at=at
            )
            books = await self.books(found, edition, at)
            bookkeeping.settle(books, edition, at)
            await self.kernel.repository.save(*books.touched(), causes=order.causes)
            return found

        return await decide_again(act)

    async def _secondment(self, account: str, order: Order) -> Account:
        found = await self.kernel.repository.find(Account, accounts.stream(account))
        if found is None:
            raise NotFound("account of a secondment that has started", "口座（受入が始まった出向の番号）")
        if found.case.programme != "secondment":
            raise Refused(
                "C-BI-1", "支援は無料のため、経費は記録できません。", "The support is free: no cost is recorded."
            )
        found.seen_at(order.seen)
        return found

    async def _note(self, text: str, organisation_id: str, field: str = "what") -> Contact | None:
        try:
            return (await self.kernel.vault.sealer(organisation_id)).contact(field, text)
        except Erased:
            return None


def _edition(account: Account) -> SecondmentEdition:
    return secondment_edition(account.edition or f"secondment/{account.case.fiscal_year}")


def _no_such_kind(kind: str, edition: SecondmentEdition) -> Refused:
    kinds = edition.costs.root
    near = [each for each in get_close_matches(kind, kinds, n=1)] or list(kinds)
    ja = "、".join(f"{each}（{kinds[each].name}）" for each in near)
    return Refused(
        "S-BI-1",
        f"負担の表にない費目です。次から選んでください：{ja}",
        f"The table has no such kind of cost. Choose from: {', '.join(near)}.",
        pointer="/kind",
    )


def _before_the_table() -> Refused:
    return Refused(
        "S-BI-1",
        "この日には、まだ負担の表が定められていません。発生日をご確認ください。",
        "No table held yet on this day. Check the day on which the cost arose.",
        pointer="/day",
    )
