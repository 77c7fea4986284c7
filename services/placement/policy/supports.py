"""Decisions in a support's life: period, scope, costs of a cancelled visit, services at a price (C-LI, C-BI)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from kernel.refusals import Refused
from kernel.sealing import Confidential
from policies.calendars import add_days
from policies.faults import NotYetHolding
from policies.parameters import Read
from policies.support.edition import SupportEdition
from schemas.values import Decision, InvoiceLine, Outcome, day_in_tokyo
from services.placement.domain.service_events import ServiceAsked
from services.placement.domain.support_events import ContactKind, Survey
from services.placement.policy.decisions import decided


@dataclass(frozen=True)
class MenuFacts:
    """What the use of a limited service is weighed against (C-LI-3).

    ``times`` is asked for; ``company_so_far`` and ``total`` were granted to it and to all in this fiscal year;
    ``years_supported`` counts the company's earlier fiscal years of support.
    """

    times: int
    company_so_far: int
    total: int
    years_supported: int


def c_li_1_period(
    edition: SupportEdition, start: date, until: date, by: str, reason: Confidential | None = None, *, at: datetime
) -> Decision:
    """Whether the period agreed at kick-off lies within the programme's."""
    read = [edition.value(f"dates.{name}", day_in_tokyo(at)) for name in ("support_from", "support_until")]
    inside = read[0].day <= start <= until <= read[1].day
    facts = {"from": start.isoformat(), "until": until.isoformat()}
    return decided(
        "C-LI-1",
        "passed" if inside else "refused",
        edition=edition.id,
        at=at,
        facts=facts,
        read=read,
        by=by,
        reason=reason,
    )


def c_li_1_in_time(edition: SupportEdition, adopted_on: date, *, at: datetime) -> tuple[Decision, date]:
    """Whether the adoption leaves any of the programme's period, for an officer where it does not; and its last day."""
    last = edition.value("dates.support_until", day_in_tokyo(at))
    outcome: Outcome = "passed" if adopted_on <= last.day else "held"
    facts = {"adopted_on": adopted_on.isoformat()}
    return decided("C-LI-1", outcome, edition=edition.id, at=at, facts=facts, read=[last]), last.day


def must_pass(decision: Decision, edition: SupportEdition) -> Decision:
    """The decision on the period, unless it is a refusal, which is said."""
    if decision.outcome != "passed":
        first, last = edition.dates.support_from.first, edition.dates.support_until.first
        ja = f"支援期間は{first.isoformat()}から{last.isoformat()}までの間で設定してください。"
        en = f"The period must lie between {first.isoformat()} and {last.isoformat()}."
        raise Refused("C-LI-1", ja, en, pointer="/until")
    return decision


def c_li_7_surveys(edition: SupportEdition, start: date, until: date, *, at: datetime) -> tuple[Survey, ...]:
    """The surveys of a support: those for during it that fall into its period, and all that come after it."""
    found = []
    for name, survey in edition.life.surveys.items():
        day = edition.value(f"life.surveys.{name}", day_in_tokyo(at)).day
        if (survey.when == "during" and start <= day <= until) or (survey.when == "after" and day > until):
            found.append(Survey(name, day, add_days(day, survey.answer_days), survey.when))
    return tuple(found)


def c_li_4_scope(edition: SupportEdition, kind: str, by: str, reason: Confidential | None, *, at: datetime) -> Decision:
    """Whether what a company asks for is within the service. Raises Refused for a kind that nobody knows."""
    life, day = edition.life, day_in_tokyo(at)
    if kind in life.refused_requests:
        read = [edition.value(f"life.refused_requests.{kind}", day)]
        facts = {"request": kind}
        return decided("C-LI-4", "refused", edition=edition.id, at=at, facts=facts, read=read, by=by, reason=reason)
    known = (*life.menus, *get_args(ContactKind))
    if kind not in known:
        listed = ", ".join((*known, *life.refused_requests))
        ja, en = f"依頼の種類は次のいずれかにしてください: {listed}", f"Use one of: {listed}"
        raise Refused("C-LI-4", ja, en, pointer="/kind")
    read = [edition.value(f"life.menus.{kind}", day)] if kind in life.menus else []
    return decided(
        "C-LI-3", "passed", edition=edition.id, at=at, facts={"request": kind}, read=read, by=by, reason=reason
    )


def c_li_3_menu(
    edition: SupportEdition,
    menu: str,
    granted: bool,
    seen: MenuFacts,
    *,
    by: str,
    reason: Confidential | None,
    at: datetime,
) -> Decision:
    """An officer's word on the use of a limited service, with what it was weighed against. Refuses an unknown one."""
    if menu not in edition.life.menus:
        listed = "、".join(edition.life.menus)
        ja, en = f"枠のあるメニューは次のいずれかです: {listed}", f"Use one of: {listed}"
        raise Refused("C-LI-3", ja, en, pointer="/menu")
    read = edition.value(f"life.menus.{menu}", day_in_tokyo(at))
    earlier = {"years_supported": seen.years_supported} if edition.life.menus[menu].earlier_years_count else {}
    facts = {"menu": menu, "times": seen.times, "company_so_far": seen.company_so_far, "total": seen.total} | earlier
    outcome: Outcome = "passed" if granted else "refused"
    return decided("C-LI-3", outcome, edition=edition.id, at=at, facts=facts, read=[read], by=by, reason=reason)


def c_bi_2_costs(
    edition: SupportEdition, application_id: str, costs: Iterable[tuple[str, int | None]], on: date
) -> tuple[InvoiceLine, ...]:
    """Invoice lines for costs that an officer charges: fee codes, with the actual amount in yen where it differs."""
    lines = []
    for code, amount in costs:
        price, tax = _price(edition, "C-BI-2", code, on, "/costs")
        lines.append(
            InvoiceLine(
                fee=code,
                clause="C-BI-2",
                description=edition.fees.root[code].name,
                amount=price.number if amount is None else amount,
                tax=tax.number if tax else None,
                source=application_id,
            )
        )
    return tuple(lines)


def c_bi_3_service(
    edition: SupportEdition,
    application_id: str,
    asked: ServiceAsked,
    *,
    by: str,
    reason: Confidential | None,
    at: datetime,
) -> tuple[InvoiceLine, Decision]:
    """What a service at a price costs on its day, and why. Refuses one whose price was not agreed to beforehand."""
    price, tax = _price(edition, "C-BI-3", asked.service, asked.on, "/service")
    if asked.agreed_on > asked.on:
        ja = "価格への同意が利用日より後です。有料サービスを請求できるのは、事前に価格に同意を得た場合だけです。"
        en = "The price was agreed to only after the day of use. Only what was agreed to beforehand is charged."
        raise Refused("C-BI-3", ja, en, pointer="/agreed_on")
    day, many = f"{asked.on.year}年{asked.on.month}月{asked.on.day}日利用", asked.quantity
    line = InvoiceLine(
        fee=asked.service,
        clause="C-BI-3",
        description=f"{edition.fees.root[asked.service].name}（{day}{f'、数量{many}' if many > 1 else ''}）",
        amount=price.number * many,
        tax=tax.number if tax else None,
        source=application_id,
        unit_price=price.number,
        quantity=many,
    )
    facts: dict[str, object] = {
        "service": asked.service,
        "used_on": asked.on.isoformat(),
        "agreed_on": asked.agreed_on.isoformat(),
    }
    facts |= {"quantity": many, "unit_price": price.number, "amount": line.amount}
    read = [price, tax] if tax else [price]
    return line, decided("C-BI-3", "passed", edition=edition.id, at=at, facts=facts, read=read, by=by, reason=reason)


def _price(edition: SupportEdition, clause: str, code: str, on: date, pointer: str) -> tuple[Read, Read | None]:
    """Price and rate of tax of what is charged under a clause, as they are on that day. Refuses everything else."""
    known = edition.fees_under(clause)
    if code not in known:
        listed = "、".join(f"{each}（{fee.name}）" for each, fee in known.items())
        ja, en = f"次から選んでください: {listed}", f"Use one of: {', '.join(known)}"
        raise Refused(clause, ja, en, pointer=pointer)
    try:
        return edition.value(f"fees.{code}", on), edition.tax_rate(code, on)
    except NotYetHolding:
        ja, en = "この日には、まだ金額が定められていません。日付をご確認ください。", "No price held yet. Check the day."
        raise Refused(clause, ja, en, pointer=pointer) from None
