"""The decisions behind charges, holds and returns, as they are kept with them (G-6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from policies.edition import Edition
from policies.secondment.edition import SecondmentEdition
from policies.support.edition import SupportEdition
from schemas.values import ClauseId, Decision, InvoiceLine, Outcome, Parameter
from services.billing.domain.values import Billed, Item, Post
from services.billing.policy.wording import Group


def s_bi_2_to_5_charged(
    group: Group, line: InvoiceLine, post: Post, edition: SecondmentEdition, at: datetime
) -> Decision:
    """Why a line was charged: which fee, which months, at which price, read where."""
    return decided(line.clause, "passed", edition, at, _facts(line, post), _read(group[0].item, post, edition))


def s_bi_4_held(item: Item, post: Post, edition: SecondmentEdition, at: datetime) -> Decision:
    """No rate, no invoice."""
    kind = edition.value("invoice.exchange_rate_kind", post.departed_on)
    facts = {"fee": item.fee, "currency": item.unit, "amount": item.price, "day": post.departed_on.isoformat()}
    fee = edition.value(f"fees.{item.fee}", post.departed_on)
    return decided("S-BI-4", "held", edition, at, facts, (fee.parameter, kind.parameter))


def s_bi_6_given_back(surplus: Iterable[Billed], post: Post | None, edition: Edition, at: datetime) -> Decision:
    """Billed and not served: it is given back at the price at which it was billed."""
    facts: dict[str, Any] = {
        "given_back": [entry.item.key for entry in surplus],
        "last_day": post.last.isoformat() if post else None,
        "departed_on": post.departed_on.isoformat() if post else None,
    }
    return decided("S-BI-6", "passed", edition, at, facts, ())


def c_bi_2_charged(
    visit_id: str, cancelled_on: date, lines: Iterable[InvoiceLine], edition: Edition, at: datetime
) -> Decision:
    """Costs already caused when the company cancelled a fixed visit."""
    amounts = {str(number): line.amount for number, line in enumerate(lines, 1)}
    facts = {"visit": visit_id, "cancelled_on": cancelled_on.isoformat(), "amounts": amounts}
    return decided("C-BI-2", "passed", edition, at, facts, ())


def c_bi_3_charged(
    use_id: str, used_on: date, agreed_on: date, line: InvoiceLine, edition: SupportEdition, at: datetime
) -> Decision:
    """A service at a price, agreed to beforehand: how many, at which price and tax, read where."""
    facts: dict[str, Any] = {"use": use_id, "fee": line.fee, "used_on": used_on.isoformat()}
    facts |= {"agreed_on": agreed_on.isoformat(), "quantity": line.quantity, "unit_price": line.unit_price}
    tax = edition.tax_rate(line.fee, used_on)
    read = [edition.value(f"fees.{line.fee}", used_on), *([tax] if tax else [])]
    parameters = tuple(each.parameter for each in read)
    return decided("C-BI-3", "passed", edition, at, facts | {"amount": line.amount}, parameters)


def s_bi_7_issued(number: str, issued_on: date, edition: Edition, at: datetime) -> Decision:
    """Under whose name and number, with which terms and rounding an invoice was issued."""
    names = ("registration_number", "tax_rounding", "payment_due")
    read = tuple(edition.value(f"invoice.{name}", issued_on).parameter for name in names)
    return decided("S-BI-7", "passed", edition, at, {"number": number, "issued_on": issued_on.isoformat()}, read)


def _facts(line: InvoiceLine, post: Post) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "fee": line.fee,
        "country": post.country,
        "office": post.office,
        "departed_on": post.departed_on.isoformat(),
        "last_day": post.last.isoformat(),
        "amount": line.amount,
    }
    if line.months is not None:
        facts |= {"months": line.months, "unit_price": line.unit_price}
    if line.rate is not None:
        facts |= {"rate": line.rate.yen_per_unit, "rate_day": line.rate.day, "rate_kind": line.rate.kind}
    return facts


EXCHANGE = ("exchange_rate_kind", "exchange_rounding", "exchange_days_back", "exchange_days_after")
"""What is read where foreign money is converted."""


def _read(item: Item, post: Post, edition: SecondmentEdition) -> tuple[Parameter, ...]:
    day = post.departed_on if item.period == "once" else max(post.departed_on, date.fromisoformat(f"{item.period}-01"))
    tax = edition.tax_rate(item.fee, day)
    read = [edition.value(f"fees.{item.fee}", day)]
    read += [tax] if tax else []
    if item.period != "once":
        read.append(edition.value("invoice.month_counts", day))
    if item.foreign:
        read += [edition.value(f"invoice.{name}", day) for name in EXCHANGE]
    return tuple(each.parameter for each in read)


def decided(
    clause: ClauseId,
    outcome: Outcome,
    edition: Edition,
    at: datetime,
    facts: dict[str, Any],
    parameters: tuple[Parameter, ...],
) -> Decision:
    """A decision of the rules on these facts."""
    return Decision(
        clause=clause,
        outcome=outcome,
        edition=edition.id,
        by="rule",
        at=at.isoformat(),
        facts=facts,
        parameters=parameters,
    )
