"""Decisions in a support's life: period, scope, costs of a cancelled visit (C-LI-1, C-LI-4, C-LI-7, C-BI-2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from kernel.refusals import Refused
from kernel.sealing import Confidential
from policies.calendars import add_days
from policies.support.edition import SupportEdition
from schemas.values import Decision, InvoiceLine, Outcome, day_in_tokyo
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
        fee = edition.fees.root.get(code)
        if fee is None:
            listed = ", ".join(edition.fees.root)
            raise Refused("C-BI-2", f"費用は次から選んでください: {listed}", f"Use one of: {listed}", pointer="/costs")
        rate = edition.tax_rate(code, on)
        lines.append(
            InvoiceLine(
                fee=code,
                clause=fee.clause,
                description=fee.name,
                amount=edition.value(f"fees.{code}", on).number if amount is None else amount,
                tax=rate.number if rate else None,
                source=application_id,
            )
        )
    return tuple(lines)
