"""Cases of the support itself: its period, limited services, requests, surveys, its end (C-LI)."""

from __future__ import annotations

from datetime import date
from typing import get_args

from madoguchi.checking.facts import BadFacts, Facts
from madoguchi.checking.found import Found, computed, decisive, found
from madoguchi.checking.rules import Rules
from madoguchi.checking.stand_ins import APPLICATION, OFFICER, party, unread
from policies.calendars import start_of_day
from policies.support.edition import SupportEdition
from schemas.values import Scalar, day_in_tokyo
from services.placement.domain import Menu, Support
from services.placement.domain.support_events import EarlyGround, Needs, SupportCase
from services.placement.policy.decisions import decided
from services.placement.policy.supports import MenuFacts, c_li_1_period, c_li_3_menu, c_li_4_scope, c_li_7_surveys

NOBODYS = Needs(prefecture="", field="", languages=(), stage="strategy")
"""What nothing in these cases depends on."""


def period(edition: SupportEdition, facts: Facts) -> Found:
    """C-LI-1: whether the period settled at kick-off lies within the programme's."""
    start = facts.day("started_on")
    return decisive([c_li_1_period(edition, start, facts.day("until"), OFFICER, at=start_of_day(start))])


def menu(edition: SupportEdition, facts: Facts) -> Found:
    """C-LI-3: an officer's word on a limited service of which so much was ``granted_before`` to all.

    Where the case says nothing of an officer, it is asked which earlier years of support are counted in.
    """
    name, times, at = facts.text("menu"), facts.number("times", 1), start_of_day(edition.dates.support_from.first)
    before = facts.number("granted_before", 0)
    seen = MenuFacts(times, 0, before, facts.number("earlier_years", 0))
    yes = facts.granted() if "officer" in facts else True
    decision = c_li_3_menu(edition, name, yes, seen, by=OFFICER, reason=unread("reason"), at=at)
    if "officer" not in facts:
        return computed({"earlier_years": decision.facts.get("years_supported")}, "C-LI-3")
    if yes:
        most = edition.value(f"life.menus.{name}", day_in_tokyo(at)).number
        kept = Menu.open(edition.edition.fiscal_year, name, at=at)
        if before:
            kept.grant("app-others", before, most, at=at)
        kept.grant(APPLICATION, times, most, at=at)
    return decisive([decision])


def request(edition: SupportEdition, facts: Facts) -> Found:
    """C-LI-3, C-LI-4: whether what a company asks for is in the service."""
    at = start_of_day(edition.dates.support_from.first)
    return decisive([c_li_4_scope(edition, facts.text("request"), OFFICER, unread("reason"), at=at)])


def surveys(edition: SupportEdition, facts: Facts) -> Found:
    """C-LI-7: which surveys a support of that period is asked; of the one that is named, when and until when."""
    start = facts.day("started_on")
    asked = {each.name: each for each in c_li_7_surveys(edition, start, facts.day("until"), at=start_of_day(start))}
    gives: dict[str, Scalar] = {"surveys": "、".join(asked)}
    if facts.known("survey"):
        one = asked.get(facts.text("survey"))
        gives["asked_on"] = one.ask_on.isoformat() if one else None
        gives["answer_by"] = one.answer_by.isoformat() if one else None
    return computed(gives, "C-LI-7")


def end(edition: SupportEdition, facts: Facts) -> Found:
    """C-LI-6: an early end on one of the grounds, between adoption and term."""
    ground, on = facts.text("ground"), facts.day("ended_on")
    if ground not in get_args(EarlyGround):
        listed = ", ".join(get_args(EarlyGround))
        raise BadFacts("ground", f"終了の事由は次のいずれかです：{listed}", f"It is one of {listed}.")
    last = edition.dates.support_until.first
    at = start_of_day(max(on, edition.dates.support_from.first))
    made = running(edition, last)
    word = decided("C-LI-6", "passed", edition=edition.id, at=at, facts={"ground": ground}, by=OFFICER)
    made.end(on, ground, word, at=at)  # type: ignore[arg-type]  # one of the grounds
    return found("passed" if made.state == "ended" else "refused", "C-LI-6")


def running(edition: SupportEdition, until: date) -> Support:
    """A support that was adopted and kicked off on the period's first day."""
    first, year = edition.dates.support_from.first, edition.edition.fiscal_year
    at = start_of_day(first)
    case = SupportCase(fiscal_year=year, application_id=APPLICATION, receipt_number="C-0001", party=party())
    made = Support.prepare(case, NOBODYS, first, edition.id, at=at)
    made.assign(next(iter(edition.coordinators.root)), 1, edition.id, (), at=at)
    made.kick_off(first, until, "strategy", unread("plan"), (), (), at=at)
    return made


RULES: Rules[SupportEdition] = {
    "period": period,
    "menu": menu,
    "request": request,
    "surveys": surveys,
    "end": end,
}
