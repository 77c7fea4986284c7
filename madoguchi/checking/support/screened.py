"""Cases of a company's screening as officers and the company meet it (C-IN-7, C-SC-9, C-SC-13, C-SC-15, C-CO-1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from madoguchi.checking.facts import Facts
from madoguchi.checking.found import Found, computed, decisive, found
from madoguchi.checking.rules import Rules
from madoguchi.checking.stand_ins import APPLICATION, OFFICER, party, unread
from madoguchi.checking.support.form import form
from policies.calendars import start_of_day
from policies.support.edition import SupportEdition
from schemas.values import TOKYO
from services.screening.domain.support import SupportScreening
from services.screening.policy import grounds
from services.screening.policy.basis import Basis
from services.screening.policy.company import examine
from services.screening.policy.interview import c_sc_13_told, c_sc_13_window
from services.screening.policy.outcome import c_sc_15_notice
from services.screening.policy.secrecy import c_co_1_disclosure

LATER = timedelta(hours=1)


def interview(edition: SupportEdition, facts: Facts) -> Found:
    """C-SC-13: by when the company hears of stage two, all papers being here; or whether it was told in time."""
    here = start_of_day(facts.day("papers_here_on"))
    window = c_sc_13_window(here, Basis(edition, here))
    if facts.known("told_on"):
        told = Basis(edition, start_of_day(facts.day("told_on")))
        moved = facts.flag("moved", False)
        return decisive([c_sc_13_told(window, moved, told, by=OFFICER, reason=unread("reason"))])
    return computed(
        {
            "latest": window.latest.isoformat(),
            "latest_in_a_rush": window.in_a_rush.isoformat(),
            "warned_on": window.warn_on.isoformat() if window.warn_on else None,
        },
        "C-SC-13",
    )


def notice(edition: SupportEdition, facts: Facts) -> Found:
    """C-SC-15: when a company hears that it is not adopted, and which services are named to it."""
    here = start_of_day(facts.day("papers_here_on"))
    decided = Basis(edition, start_of_day(facts.day("decided_on")))
    told = c_sc_15_notice(form(edition, facts), c_sc_13_window(here, Basis(edition, here)), decided)
    return computed(
        {"told_at": told.tell_at.astimezone(TOKYO).isoformat(), "guidance": "、".join(told.guidance)}, "C-SC-15"
    )


def stage_one(edition: SupportEdition, facts: Facts) -> Found:
    """C-SC-9, C-SC-12: an officer's word on paper; a company that is not ``strong`` cannot pass."""
    case, on = _received(edition, Facts({}))
    told = c_sc_15_notice(case.form, case.window, on)
    strong = facts.flag("strong")
    case.judge_papers(facts.granted(), unread("grounds"), told, strong=strong, at=on.at)
    return found("passed" if case.state == "to_interview" else "refused", "C-SC-12" if strong else "C-SC-9")


def change(edition: SupportEdition, facts: Facts) -> Found:
    """C-IN-7: what changed facts do to a case that is screened, or to a company that is ``adopted`` already."""
    case, on = _received(edition, Facts({}))
    if facts.flag("adopted", False):
        _adopted(case, on)
    said = form(edition, facts)
    decisions = examine(said, on)
    told = c_sc_15_notice(said, case.window, on)
    eligible, waivers = grounds.eligible(decisions), grounds.waivers(decisions)
    case.change(
        party(), said, 2, unread("grounds"), eligible=eligible, waivers=waivers, notice=told, at=on.at + 3 * LATER
    )
    if case.in_doubt:
        return found("held", "C-IN-7")
    outcomes = {"not_adopted": "refused", "withdrawn": "refused"}
    return found("waiver_asked" if case.waivers else outcomes.get(case.state, "passed"), "C-IN-7")


def disclosure(edition: SupportEdition, facts: Facts) -> Found:
    """C-CO-1: whether something secret may be told to others."""
    on = facts.day("disclosed_on")
    agreed = facts.day("owner_agreed_on") if facts.known("owner_agreed_on") else None
    basis = Basis(edition, start_of_day(on))
    return decisive([c_co_1_disclosure(facts.text("ground"), on, agreed, basis, by=OFFICER)])


def _received(edition: SupportEdition, facts: Facts) -> tuple[SupportScreening, Basis[SupportEdition]]:
    """A company's complete application, with what it rests on."""
    on = Basis(edition, start_of_day(edition.dates.reception_opens.first))
    said, window = form(edition, facts), c_sc_13_window(on.at, on)
    case = SupportScreening.receive(
        APPLICATION,
        unread("grounds"),
        eligible=True,
        waivers=0,
        notice=c_sc_15_notice(said, window, on),
        programme="support",
        fiscal_year=edition.edition.fiscal_year,
        receipt_number="C-0001",
        party=party(),
        edition=edition.id,
        form=said,
        received_at=on.at,
        window=window,
        at=on.at,
    )
    return case, on


def _adopted(case: SupportScreening, on: Basis[SupportEdition]) -> None:
    """It passes both stages, the second an hour later."""
    told = c_sc_15_notice(case.form, case.window, on)
    case.judge_papers(True, unread("grounds"), told, strong=True, at=on.at)
    word = c_sc_13_told(case.window, False, on, by=OFFICER, reason=unread("reason"))
    begins: datetime = on.at + LATER
    last = on.read("dates.support_until").day
    case.set_interview(begins, 1, "telephone", None, word, at=on.at)
    case.judge_interview(True, unread("grounds"), told, adopted_on=on.on, last=last, at=begins + LATER)


RULES: Rules[SupportEdition] = {
    "interview": interview,
    "notice": notice,
    "stage_one": stage_one,
    "change": change,
    "disclosure": disclosure,
}
