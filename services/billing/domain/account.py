"""The account (口座) of one secondment or support case: what was served, what was charged for it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import date, datetime

from kernel.aggregate import Aggregate
from kernel.refusals import NotFound, Refused
from kernel.sealing import Confidential, Contact
from policies.calendars import fiscal_years
from policies.edition import Edition
from policies.secondment.edition import SecondmentEdition
from schemas.values import Decision, InvoiceLine, Party, day_in_tokyo, fiscal_year
from services.billing.domain.account_events import (
    AccountOpened,
    ChargeHeld,
    DepartureCalledOff,
    FeesCharged,
    FeesGivenBack,
    PostEnded,
    PostTakenUp,
    TermChanged,
    YearOpened,
)
from services.billing.domain.cost_events import Cost, CostRecorded, CostWithdrawn
from services.billing.domain.service_events import ServiceUse, ServiceUseNoted, ServiceUseWithdrawn
from services.billing.domain.values import Billed, Case, Item, Post
from services.billing.policy import owed


class Account(Aggregate):
    """Stream ``account-<secondment id or application id>``."""

    TOPIC = "billing.account"
    case: Case
    party: Party
    receipt_number: str = ""
    edition: str = ""
    office: str = ""
    country: str = ""
    departed_on: date | None = None
    until: date | None = None
    ended_on: date | None = None
    years: tuple[int, ...] = ()
    billed: dict[str, Billed] = field(default_factory=dict)
    visits: tuple[str, ...] = ()
    costs: dict[str, Cost] = field(default_factory=dict)
    uses: dict[str, ServiceUse] = field(default_factory=dict)
    withdrawn: tuple[str, ...] = ()
    invoices: tuple[str, ...] = ()

    @classmethod
    def open(cls, case: Case, party: Party, at: datetime, *, receipt_number: str = "") -> Account:
        """A new account."""
        return cls.begin(
            AccountOpened, id=stream(case.account), at=at, case=case, party=party, receipt_number=receipt_number
        )

    @property
    def post(self) -> Post | None:
        """The post overseas as it stands now; None before it was taken up and where the departure was called off."""
        if self.departed_on is None or self.until is None:
            return None
        return self._post(self.departed_on, self.until, self.ended_on)

    def take_up(
        self, party: Party, *, office: str, country: str, departed_on: date, until: date, edition: str, at: datetime
    ) -> None:
        """The post is taken up; once more with other days: those count."""
        post = self._post(departed_on, until, self.ended_on)
        self.record(
            PostTakenUp,
            at=at,
            party=party,
            office=office,
            country=country,
            departed_on=departed_on,
            until=until,
            edition=edition,
            next_year_on=owed.next_year_on(post, (*self.years, fiscal_year(departed_on))),
        )

    def call_off(self, party: Party, *, planned_for: date | None, at: datetime) -> None:
        """The departure is postponed to ``planned_for``, or cancelled (None)."""
        self.record(DepartureCalledOff, at=at, party=party, planned_for=planned_for)

    def end(self, party: Party, *, ended_on: date, early: bool, at: datetime) -> None:
        """The secondment is over."""
        next_on = self._next_year(self.until, ended_on)
        self.record(PostEnded, at=at, party=party, ended_on=ended_on, early=early, next_year_on=next_on)

    def change_term(self, party: Party, *, until: date, at: datetime) -> None:
        """An amendment moved the last day."""
        self.record(TermChanged, at=at, party=party, until=until, next_year_on=self._next_year(until, self.ended_on))

    def begin_year(self, year: int, at: datetime) -> bool:
        """1 April has come; False, and nothing recorded, if the secondee is not overseas in that year."""
        post = self.post
        if post is None or year in self.years or year not in fiscal_years(post.departed_on, post.last):
            return False
        self.record(YearOpened, at=at, year=year, next_year_on=owed.next_year_on(post, (*self.years, year)))
        return True

    def difference(self, edition: Edition) -> owed.Difference:
        """What is still to be charged and what to be given back. Only a secondment has a post that costs something."""
        served = owed.owed(self.post, self.years, edition) if isinstance(edition, SecondmentEdition) else ()
        spent = owed.s_bi_1_invoiced(cost for cost in self.costs.values() if cost.id not in self.withdrawn)
        used = owed.c_bi_3_invoiced(use for use in self.uses.values() if use.id not in self.withdrawn)
        return owed.difference((*served, *spent, *used), self.billed.values())

    @property
    def next_cost_id(self) -> str:
        """The id that the account's next cost gets."""
        return f"cost-{len(self.costs) + 1}"

    def record_cost(
        self, cost: Cost, what: Contact | None, reason: Confidential | None, *, by: str, at: datetime
    ) -> None:
        """A cost with who bears it (S-BI-1). Refused for a day to come."""
        if cost.day > day_in_tokyo(at):
            raise Refused(
                "S-BI-1",
                "経費の発生日がまだ来ていない日になっています。発生日をご確認ください。",
                "The cost is dated on a day to come. Check the day on which it arose.",
                pointer="/day",
            )
        self.record(CostRecorded, at=at, case=self.case, cost=cost, what=what, by=by, reason=reason)

    def withdraw_cost(self, cost_id: str, reason: Confidential | None, *, by: str, at: datetime) -> None:
        """A cost that was recorded in error. Refused for one that is not on record, or withdrawn already."""
        if cost_id not in self.costs:
            raise NotFound("cost", "経費の記録")
        if cost_id in self.withdrawn:
            raise Refused("S-BI-1", "この経費の記録は、すでに取り消されています。", "This cost was withdrawn before.")
        self.record(CostWithdrawn, at=at, case=self.case, cost_id=cost_id, by=by, reason=reason)

    def note_use(self, use: ServiceUse, at: datetime) -> None:
        """The use of a service at a price (C-BI-3); told once more it changes nothing."""
        if use.id not in self.uses:
            self.record(ServiceUseNoted, at=at, case=self.case, use=use)

    def withdraw_use(self, use_id: str, at: datetime) -> None:
        """That use was recorded in error; what is not known, or withdrawn already, changes nothing."""
        if use_id in self.uses and use_id not in self.withdrawn:
            self.record(ServiceUseWithdrawn, at=at, case=self.case, use_id=use_id)

    @property
    def next_invoice_id(self) -> str:
        """The id that the account's next invoice gets."""
        return f"invoice-{self.case.account}-{len(self.invoices) + 1}"

    def hold(
        self,
        items: Sequence[Item],
        invoice_id: str,
        year: int,
        missing: str,
        decisions: Sequence[Decision],
        at: datetime,
    ) -> None:
        """The items wait on that invoice."""
        billed = tuple(Billed(item=item, invoice_id=invoice_id, yen=None) for item in items)
        self.record(
            ChargeHeld,
            at=at,
            case=self.case,
            charged_year=year,
            invoice_id=invoice_id,
            billed=billed,
            missing=missing,
            decisions=tuple(decisions),
        )

    def charge(
        self,
        billed: Sequence[Billed],
        invoice_id: str,
        year: int,
        lines: Sequence[InvoiceLine],
        decisions: Sequence[Decision],
        at: datetime,
        visit_id: str | None = None,
    ) -> None:
        """The items are on that invoice. Of a support nothing is charged but costs of a visit and services (C-BI-1)."""
        if self.case.programme == "support" and not owed.c_bi_1_chargeable(lines):
            ja = "支援は無料です。請求できるのは、取り消された訪問の費用（C-BI-2）と有料サービス（C-BI-3）だけです。"
            en = (
                "The support is free: only costs of a cancelled visit (C-BI-2) and services at a price (C-BI-3) may be."
            )
            raise Refused("C-BI-1", ja, en)
        self.record(
            FeesCharged,
            at=at,
            case=self.case,
            charged_year=year,
            invoice_id=invoice_id,
            billed=tuple(billed),
            lines=tuple(lines),
            decisions=tuple(decisions),
            visit_id=visit_id,
        )

    def give_back(
        self, surplus: Sequence[Billed], returns: str, invoice_id: str | None, decision: Decision, at: datetime
    ) -> None:
        """The items go back; ``invoice_id`` is the return invoice, None where the invoice was still held."""
        self.record(
            FeesGivenBack,
            at=at,
            case=self.case,
            returns=returns,
            invoice_id=invoice_id,
            billed=tuple(surplus),
            decisions=(decision,),
        )

    def open_year(self, year: int) -> None:
        """State only: called by events."""
        self.years = tuple(sorted({*self.years, year}))

    def book(self, billed: Sequence[Billed], invoice_id: str | None) -> None:
        """State only: called by events."""
        self.billed = {**self.billed, **{entry.item.key: entry for entry in billed}}
        if invoice_id is not None and invoice_id not in self.invoices:
            self.invoices = (*self.invoices, invoice_id)

    def _next_year(self, until: date | None, ended_on: date | None) -> date | None:
        if self.departed_on is None or until is None:
            return None
        return owed.next_year_on(self._post(self.departed_on, until, ended_on), self.years)

    def _post(self, departed_on: date, until: date, ended_on: date | None) -> Post:
        last = until if ended_on is None else min(until, ended_on)
        return Post(office=self.office, country=self.country, departed_on=departed_on, last=last)


def stream(account: str) -> str:
    """The account's stream."""
    return f"account-{account}"
