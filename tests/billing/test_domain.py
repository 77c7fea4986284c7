"""The aggregates of billing: given what happened, when somebody acts, then this follows or is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kernel.testing import event, given, like
from schemas.values import InvoiceLine, TaxTotal
from services.billing.domain.account import Account
from services.billing.domain.account_events import AccountOpened, PostEnded, PostTakenUp, TermChanged, YearOpened
from services.billing.domain.invoice import Content, Invoice, InvoiceDrafted, InvoiceDropped, InvoiceHeld, InvoiceIssued
from services.billing.domain.rates import ExchangeRates, RateAwaited, RatePosted, RatesOpened, WaitEnded
from services.billing.domain.receivable import Payment, Receivable
from services.billing.domain.receivable_events import (
    CreditBroughtIn,
    CreditCarriedOver,
    CreditGiven,
    CreditRefunded,
    OverdueSeen,
    PaymentRecorded,
    PaymentReversed,
    ReceivableOpened,
)
from services.billing.domain.register import InvoiceRegister, NumberTaken, RegisterOpened
from services.billing.domain.values import Awaited, Rate
from tests.billing.support import CASE, party, tokyo

AT = tokyo(2027, 4, 5)
TODAY = date(2027, 4, 5)
AWAITED = Awaited(account="app-1.1", invoice_id="invoice-app-1.1-1", kind="TTS", day=TODAY)

drafted = event(InvoiceDrafted, case=CASE, kind="invoice", year=2027, edition="secondment/2026", returns=None)
held = event(InvoiceHeld, case=CASE, awaited=AWAITED, missing="USD TTS 2027-04-05")
CONTENT = Content(
    number="S2026-000001",
    party=party(),
    issued_on=TODAY,
    due_on=date(2027, 5, 31),
    lines=[
        InvoiceLine(
            fee="overseas_preparation", clause="S-BI-2", description="準備金", amount=1, tax=None, source="app-1.1"
        )
    ],
    totals=[TaxTotal(rate=None, amount=1, tax=0)],
    total=1,
    issuer="独立行政法人見本機構",
    issuer_address="東京都港区",
    registration_number="T9999999999999",
    bank_account="見本銀行",
    layout="invoice",
    receipt_number="S2026-0001",
    returns_number=None,
    returns_issued_on=None,
    decisions=[],
)


@pytest.mark.clause("S-BI-7")
def test_a_draft_is_issued_with_all_that_a_qualified_invoice_says() -> None:
    given(drafted, of=Invoice).when(Invoice.issue, CONTENT, AT).then(
        like(InvoiceIssued, number="S2026-000001", total=1, registration_number="T9999999999999")
    ).leaves(status="issued", number="S2026-000001")


@pytest.mark.clause("S-BI-6")
def test_an_issued_invoice_never_changes() -> None:
    issued = given(drafted, of=Invoice).when(Invoice.issue, CONTENT, AT)
    issued.when(Invoice.issue, CONTENT, AT).refused("S-BI-6")
    issued.when(Invoice.drop, AT).refused("S-BI-6")
    issued.when(Invoice.hold, AWAITED, "USD", AT).refused("S-BI-6")


@pytest.mark.clause("S-BI-4")
def test_a_held_invoice_is_issued_or_dropped() -> None:
    given(drafted, held, of=Invoice).when(Invoice.issue, CONTENT, AT).leaves(status="issued", awaited=None)
    given(drafted, held, of=Invoice).when(Invoice.drop, AT).then(event(InvoiceDropped, case=CASE)).leaves(
        status="dropped"
    )


@pytest.mark.clause("S-BI-7")
def test_numbers_follow_each_other() -> None:
    first = given(event(RegisterOpened, prefix="S2026-"), of=InvoiceRegister).when(
        InvoiceRegister.take, "invoice-a-1", TODAY, AT
    )
    first.then(event(NumberTaken, place=1, number="S2026-000001", invoice_id="invoice-a-1", issued_on=TODAY))
    first.when(InvoiceRegister.take, "invoice-b-1", TODAY, AT).then(like(NumberTaken, number="S2026-000002"))


def rate(day: date = TODAY, yen: str = "150.25", kind: str = "TTS") -> Rate:
    return Rate(currency="USD", kind=kind, day=day, yen_per_unit=yen, bank="見本銀行", source="公示相場")


posting: dict[str, Any] = {"by": "keiri-1", "grounds": None, "today": TODAY, "at": AT}
opened = event(RatesOpened, currency="USD")


@pytest.mark.clause("S-BI-4")
def test_a_rate_lets_out_the_invoices_that_waited_for_it() -> None:
    waiting = given(opened, event(RateAwaited, awaited=AWAITED), of=ExchangeRates)
    waiting.when(ExchangeRates.post, rate(kind="TTM"), **posting).then(like(RatePosted, serves=[]))
    waiting.when(ExchangeRates.post, rate(), **posting).then(like(RatePosted, serves=["invoice-app-1.1-1"]))
    waiting.when(ExchangeRates.stop_waiting, "invoice-app-1.1-1", AT).then(like(WaitEnded)).leaves(awaited={})
    waiting.when(ExchangeRates.stop_waiting, "invoice-app-1.1-1", AT).then()


@pytest.mark.clause("S-BI-4")
def test_a_rate_of_tomorrow_or_of_nothing_is_refused() -> None:
    given(opened, of=ExchangeRates).when(ExchangeRates.post, rate(date(2027, 4, 6)), **posting).refused(
        "S-BI-4", pointer="/day"
    )
    given(opened, of=ExchangeRates).when(ExchangeRates.post, rate(yen="0"), **posting).refused(
        "S-BI-4", pointer="/yen_per_unit"
    )


@pytest.mark.clause("S-BI-4")
def test_a_correction_counts_from_then_on() -> None:
    corrected = given(opened, of=ExchangeRates).when(ExchangeRates.post, rate(yen="150"), **posting)
    corrected.when(ExchangeRates.post, rate(yen="151"), **posting)
    assert isinstance(corrected.aggregate, ExchangeRates)
    assert corrected.aggregate.serving(Awaited(account="a", invoice_id="i", kind="TTS", day=TODAY)) == rate(yen="151")


receivable = event(
    ReceivableOpened,
    case=CASE,
    invoice_id="invoice-app-1.1-1",
    number="S2026-000001",
    party=party(),
    total=1000,
    due_on=date(2027, 5, 31),
    remind_on=(date(2027, 6, 1), date(2027, 6, 14)),
)


def paying(amount: int, reference: str = "T-1", on: date = TODAY) -> dict[str, Any]:
    payment = Payment(amount=amount, received_on=on, bank_reference=reference, by="keiri-1")
    return {"payment": payment, "today": TODAY, "at": AT}


@pytest.mark.clause("S-BI-8")
def test_part_whole_and_excess_are_told_apart() -> None:
    scenario = given(receivable, of=Receivable)
    scenario.when(Receivable.pay, **paying(400)).then(like(PaymentRecorded, balance=600, state="partly_paid"))
    scenario.when(Receivable.pay, **paying(600, "T-2")).then(like(PaymentRecorded, balance=0, state="paid"))
    scenario.when(Receivable.pay, **paying(1, "T-3")).then(like(PaymentRecorded, balance=-1, state="overpaid"))


@pytest.mark.clause("S-BI-8")
def test_the_same_bank_reference_and_a_day_to_come_are_refused() -> None:
    scenario = given(receivable, of=Receivable).when(Receivable.pay, **paying(400))
    scenario.when(Receivable.pay, **paying(600)).refused("S-BI-8", pointer="/bank_reference")
    scenario.when(Receivable.pay, **paying(600, "T-2", date(2027, 4, 6))).refused("S-BI-8", pointer="/received_on")


JUNE_1, JUNE_14 = tokyo(2027, 6, 1, 0), tokyo(2027, 6, 14, 0)


@pytest.mark.clause("S-BI-8")
def test_what_is_open_is_reminded_on_each_day_until_nothing_is() -> None:
    scenario = given(receivable, of=Receivable)
    scenario.when(Receivable.see_overdue, JUNE_1).then(like(OverdueSeen, balance=1000, next_on=date(2027, 6, 14)))
    scenario.when(Receivable.see_overdue, JUNE_14).then(like(OverdueSeen, next_on=None))
    scenario.when(Receivable.credit, "S2026-R000001", 1000, AT).then(like(CreditGiven, balance=0, state="paid"))
    scenario.when(Receivable.see_overdue, JUNE_14).then()


@pytest.mark.clause("S-BI-8")
def test_days_of_reminding_that_were_missed_are_not_made_up_for_one_by_one() -> None:
    late = given(receivable, of=Receivable).when(Receivable.see_overdue, tokyo(2027, 6, 20))
    late.then(like(OverdueSeen, balance=1000, next_on=None))


def reversing(reference: str = "T-1", at: Any = AT) -> dict[str, Any]:
    return {"bank_reference": reference, "reason": None, "by": "keiri-1", "at": at}


@pytest.mark.clause("S-BI-8")
def test_a_payment_recorded_in_error_is_taken_out_by_a_counter_entry_and_may_be_recorded_again() -> None:
    scenario = given(receivable, of=Receivable).when(Receivable.pay, **paying(1000))
    scenario.when(Receivable.reverse, **reversing()).then(
        like(PaymentReversed, amount=1000, received_on=TODAY, balance=1000, state="open", next_on=date(2027, 6, 1))
    )
    scenario.when(Receivable.reverse, **reversing()).refused("S-BI-8", pointer="/bank_reference")
    scenario.when(Receivable.pay, **paying(900)).then(like(PaymentRecorded, balance=100, state="partly_paid"))


@pytest.mark.clause("S-BI-8")
@pytest.mark.parametrize(("day", "next_on"), [(1, date(2027, 6, 14)), (20, date(2027, 6, 21))])
def test_what_is_open_again_is_reminded_on_its_next_day_or_else_on_the_morrow(day: int, next_on: date) -> None:
    paid = given(receivable, of=Receivable).when(Receivable.pay, **paying(1000))
    paid.when(Receivable.reverse, **reversing(at=tokyo(2027, 6, day))).then(like(PaymentReversed, next_on=next_on))


@pytest.mark.clause("S-BI-8")
def test_an_excess_goes_back_and_no_more_than_it() -> None:
    scenario = given(receivable, of=Receivable).when(Receivable.pay, **paying(1300))
    scenario.when(Receivable.refund, refund=paying(301, "R-1")["payment"], today=TODAY, at=AT).refused(
        "S-BI-8", pointer="/amount"
    )
    to_come = paying(300, "R-1", date(2027, 4, 6))["payment"]
    scenario.when(Receivable.refund, refund=to_come, today=TODAY, at=AT).refused("S-BI-8", pointer="/refunded_on")
    scenario.when(Receivable.refund, refund=paying(200, "R-1")["payment"], today=TODAY, at=AT).then(
        like(CreditRefunded, amount=200, balance=-100, state="overpaid")
    )
    scenario.when(Receivable.refund, refund=paying(100, "R-1")["payment"], today=TODAY, at=AT).refused("S-BI-8")
    scenario.when(Receivable.refund, refund=paying(100, "R-2")["payment"], today=TODAY, at=AT).then(
        like(CreditRefunded, balance=0, state="paid")
    )


@pytest.mark.clause("S-BI-8")
def test_what_was_refunded_for_a_payment_that_never_came_is_open_again() -> None:
    scenario = given(receivable, of=Receivable).when(Receivable.pay, **paying(1000))
    scenario.when(Receivable.pay, **paying(500, "T-2"))
    scenario.when(Receivable.refund, refund=paying(500, "R-1")["payment"], today=TODAY, at=AT)
    scenario.when(Receivable.reverse, **reversing("T-2")).then(like(PaymentReversed, balance=500, state="partly_paid"))


@pytest.mark.clause("S-BI-6")
@pytest.mark.clause("S-BI-8")
def test_a_return_invoice_after_the_payment_leaves_a_credit_that_is_seen() -> None:
    scenario = given(receivable, of=Receivable).when(Receivable.pay, **paying(1000))
    scenario.when(Receivable.credit, "RET-1", 300, AT).then(like(CreditGiven, balance=-300, state="overpaid"))


def another(organisation: str = "org-1", total: int = 200) -> Receivable:
    sender = replace(party(), organisation_id=organisation)
    due: dict[str, Any] = {"due_on": date(2027, 6, 30), "days_after": (1,), "at": AT}
    return Receivable.open(CASE, "invoice-app-1.1-2", "S2026-000002", sender, total=total, **due)


@pytest.mark.clause("S-BI-8")
def test_an_excess_is_set_against_another_invoice_as_far_as_that_is_open() -> None:
    scenario = given(receivable, of=Receivable).when(Receivable.pay, **paying(1300))
    other = another()
    scenario.when(Receivable.carry_over, other, None, by="keiri-1", at=AT).then(
        like(CreditCarriedOver, amount=200, balance=-100, to_number="S2026-000002", to_balance=0)
    )
    assert (other.balance, other.state, type(other.pending_events[-1])) == (0, "paid", CreditBroughtIn)
    scenario.when(Receivable.carry_over, other, None, by="keiri-1", at=AT).refused("S-BI-8")
    scenario.when(Receivable.carry_over, another("org-2"), None, by="keiri-1", at=AT).refused(
        "S-BI-8", pointer="/to_number"
    )


@pytest.mark.clause("S-BI-8")
def test_without_an_excess_nothing_is_carried_over() -> None:
    given(receivable, of=Receivable).when(Receivable.carry_over, another(), None, by="keiri-1", at=AT).refused("S-BI-8")


account = event(AccountOpened, case=CASE, party=party())


def taken_up(until: date) -> Any:
    return event(
        PostTakenUp, party=party(), office="bangkok", country="TH", departed_on=TODAY, until=until,
        edition="secondment/2026", next_year_on=date(2028, 4, 1),
    )  # fmt: skip


@pytest.mark.clause("S-BI-5")
def test_a_year_begins_once_and_only_while_overseas() -> None:
    overseas = given(account, taken_up(date(2029, 3, 31)), of=Account)
    overseas.when(Account.begin_year, 2028, AT).then(event(YearOpened, year=2028, next_year_on=None))
    overseas.when(Account.begin_year, 2028, AT).then()
    overseas.when(Account.begin_year, 2029, AT).then()
    given(account, of=Account).when(Account.begin_year, 2028, AT).then()


@pytest.mark.clause("S-BI-6")
def test_an_end_or_a_shortening_takes_the_next_year_away() -> None:
    ending: dict[str, Any] = {"ended_on": date(2027, 9, 30), "early": True, "at": AT}
    given(account, taken_up(date(2029, 3, 31)), of=Account).when(Account.end, party(), **ending).then(
        like(PostEnded, next_year_on=None)
    )
    given(account, taken_up(date(2029, 3, 31)), of=Account).when(
        Account.change_term, party(), until=date(2028, 4, 1), at=AT
    ).then(like(TermChanged, next_year_on=date(2028, 4, 1)))
