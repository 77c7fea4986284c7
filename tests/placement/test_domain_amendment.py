"""Changed terms, leave, work for the sender and the checklist as stories of events: given – when – then."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kernel.sealing import Contact
from kernel.testing import event, given, like, sealed
from kernel.testing.happenings import Happening
from kernel.testing.scenario import Scenario
from policies.editions import load
from schemas.values import Decision, Stay
from services.placement.domain import Amendment, Conduct, Preparation, Secondment
from services.placement.domain.amendment import (
    AmendmentAgreed,
    AmendmentAsked,
    AmendmentConcluded,
    AmendmentDropped,
    AmendmentsOpened,
    Asked,
)
from services.placement.domain.conduct import ConductOpened, LeaveGranted, LeaveTakenBack, SenderWorkJudged
from services.placement.domain.leave import LeaveEntry, taken
from services.placement.domain.preparation import ItemTicked, PreparationOpened, Ticked
from services.placement.domain.secondment_events import MemorandumCopyConfirmed, NewTerm, TermChanged
from services.placement.policy.conduct import s_li_7_sender_work, s_li_9_leave
from services.placement.policy.decisions import decided
from services.placement.policy.terms import s_li_5_stays, s_li_5_term
from tests.placement.senders import case, tokyo
from tests.placement.test_domain_secondment import (
    AGREED,
    DAYS,
    DEPARTED,
    END,
    PAPERS,
    PERSON,
    READY,
    RUNNING,
    SENT,
    STAYS,
)
from tests.placement.test_domain_secondment import after as secondment_after

EDITION = load("secondment", 2026)
CASE = case()
NOW = tokyo(2027, 11, 20)
WORD: Decision = decided("S-LI-5", "passed", edition="secondment/2026", at=NOW, facts={}, by="hr-01")
ASKED = Asked(before=END, until=date(2029, 3, 31), asked_by="sender", asked_on=date(2027, 11, 10))
OPEN = event(AmendmentAsked, case=CASE, number=1, asked=ASKED, by="hr-01", decisions=(WORD,))


def agreed(party: str, on: date = date(2027, 11, 15)) -> Happening:
    """A party agreed."""
    return event(AmendmentAgreed, party=party, agreed_on=on, by="hr-01")


ALL = (agreed("sender"), agreed("secondee"), agreed("unit"))


def amendment(*events: Happening) -> Scenario:
    """A secondment's amendments to which this happened."""
    return given(event(AmendmentsOpened, case=CASE), *events, of=Amendment, id="amendment-app-1.1")


@pytest.mark.clause("S-LI-5")
def test_a_changed_term_is_asked_for_agreed_by_the_three_parties_and_concluded() -> None:
    ask: tuple[Any, ...] = (Amendment.ask, ASKED, "hr-01", (WORD,))
    amendment().when(*ask, at=NOW).then(OPEN)
    amendment(OPEN).when(*ask, at=NOW).refused("S-LI-5")
    day = date(2027, 11, 15)
    amendment(OPEN).when(Amendment.agree, "unit", day, "hr-01", at=NOW).then(agreed("unit"))
    amendment(OPEN, agreed("unit")).when(Amendment.agree, "unit", day, "hr-01", at=NOW).then()
    amendment().when(Amendment.agree, "unit", day, "hr-01", at=NOW).refused("S-LI-5")
    early = (Amendment.agree, "unit", date(2027, 11, 9), "hr-01")
    amendment(OPEN).when(*early, at=NOW).refused("S-LI-5")
    conclude: tuple[Any, ...] = (Amendment.conclude, date(2027, 11, 18), "hr-01")
    done = event(AmendmentConcluded, number=1, asked=ASKED, concluded_on=date(2027, 11, 18), by="hr-01")
    amendment(OPEN, *ALL).when(*conclude, at=NOW).then(done)
    again = event(AmendmentAsked, case=CASE, number=2, asked=ASKED, by="hr-01", decisions=(WORD,))
    amendment(OPEN, *ALL, done).when(*ask, at=NOW).then(again)


@pytest.mark.clause("S-LI-5")
@pytest.mark.parametrize("missing", range(3))
def test_without_any_one_of_the_three_nothing_is_concluded(missing: int) -> None:
    two = tuple(each for number, each in enumerate(ALL) if number != missing)
    conclude: tuple[Any, ...] = (Amendment.conclude, date(2027, 11, 18), "hr-01")
    amendment(OPEN, *two).when(*conclude, at=NOW).refused("S-LI-5")
    amendment(OPEN, *ALL).when(Amendment.conclude, date(2027, 11, 14), "hr-01", at=NOW).refused("S-LI-5")
    amendment(OPEN, *ALL).when(Amendment.conclude, date(2027, 11, 21), "hr-01", at=NOW).refused("G-1")


@pytest.mark.clause("S-LI-5")
def test_a_change_that_is_dropped_leaves_room_for_another() -> None:
    reason = sealed(Contact, "受入先の都合")
    dropped = event(AmendmentDropped, case=CASE, number=1, asked=ASKED, reason=reason, decision=WORD)
    amendment(OPEN).when(Amendment.drop, reason, WORD, at=NOW).then(dropped)
    amendment().when(Amendment.drop, reason, WORD, at=NOW).refused("S-LI-5")
    amendment(OPEN, *ALL, dropped).when(Amendment.conclude, date(2027, 11, 18), "hr-01", at=NOW).refused("S-LI-5")


def term(until: date, before: date = END) -> NewTerm:
    """A new term from the stays of the samples."""
    return NewTerm(
        number=1, before=before, until=until, stays=s_li_5_stays(STAYS, until), concluded_on=date(2027, 11, 18)
    )


@pytest.mark.clause("S-LI-5")
def test_the_term_changes_only_between_the_memorandum_and_the_end_and_never_backwards() -> None:
    days = DAYS | {2028: date(2029, 6, 15)}
    longer, shorter = term(date(2029, 3, 31)), term(date(2027, 12, 31))

    def change(new: NewTerm) -> tuple[Any, ...]:
        return (Secondment.change_term, new, days, (WORD,))

    added: dict[str, Any] = {"appraisal_days": {2028: date(2029, 6, 15)}, "running": True, "decisions": (WORD,)}
    then = event(TermChanged, case=CASE, change=longer, **added)
    secondment_after(*RUNNING, DEPARTED).when(*change(longer), at=NOW).then(then)
    secondment_after(*RUNNING, DEPARTED).when(*change(shorter), at=NOW).then(like(TermChanged))
    before_start = like(TermChanged, running=False, appraisal_days={})
    secondment_after(*READY).when(*change(longer), at=tokyo(2026, 3, 20)).then(before_start)
    secondment_after(AGREED, PERSON, PAPERS, SENT).when(*change(longer), at=NOW).refused("S-LI-5")
    for day in (END, date(2027, 11, 19)):
        secondment_after(*RUNNING, DEPARTED).when(*change(term(day)), at=NOW).refused("S-LI-5")
    arrived_late = tokyo(2027, 3, 1)
    secondment_after(*RUNNING, DEPARTED).when(*change(term(date(2027, 3, 31))), at=arrived_late).refused("S-LI-5")


@pytest.mark.clause("S-LI-5")
def test_stays_grow_at_the_last_site_and_shrink_from_the_end() -> None:
    longer = s_li_5_stays(STAYS, date(2029, 3, 31))
    assert longer == (*STAYS, Stay(fiscal_year=2028, site="bangkok"))
    assert s_li_5_stays(STAYS, date(2027, 12, 31)) == STAYS
    assert s_li_5_stays(STAYS, date(2027, 3, 31)) == STAYS[:1]


def outcomes(stays: tuple[Stay, ...], until: date) -> dict[str, list[str]]:
    """The outcomes of the decisions on a new last day, by clause."""
    found: dict[str, list[str]] = {}
    for each in s_li_5_term(EDITION, stays, until, by="hr-01", reason=None, at=NOW):
        found.setdefault(each.clause, []).append(each.outcome)
    return found


@pytest.mark.clause("S-LI-5", "S-SC-2", "S-SC-3", "S-SC-4")
def test_a_new_term_keeps_to_the_periods_of_its_route() -> None:
    osaka = tuple(Stay(fiscal_year=year, site="osaka") for year in (2026, 2027))
    assert outcomes(osaka, date(2029, 3, 31)) == {"S-LI-5": ["passed"], "S-SC-2": ["passed"]}
    assert outcomes(osaka, date(2029, 4, 1))["S-SC-2"] == ["refused"]
    assert outcomes(STAYS, date(2029, 3, 31))["S-SC-3"] == ["passed", "passed"]
    assert outcomes(STAYS, date(2029, 4, 1))["S-SC-3"] == ["refused", "waived"]
    assert outcomes(STAYS, date(2028, 9, 30))["S-SC-3"] == ["passed", "waived"]
    assert outcomes(STAYS, date(2028, 3, 31))["S-SC-3"] == ["passed", "passed"]
    assert outcomes(STAYS, date(2028, 3, 30))["S-SC-3"] == ["waived", "waived"]
    assert outcomes(STAYS, date(2027, 3, 31))["S-SC-3"] == ["waived", "passed"]
    assert outcomes(osaka, date(2027, 3, 31))["S-SC-2"] == ["passed"]
    assert outcomes(osaka, date(2027, 3, 30))["S-SC-2"] == ["refused"]
    assert outcomes(osaka, date(2026, 4, 10))["S-SC-2"] == ["refused"]
    america = (STAYS[0], Stay(fiscal_year=2027, site="new-york"))
    assert outcomes(america, date(2028, 3, 30))["S-SC-4"] == ["passed"]
    assert outcomes(america, date(2029, 3, 31))["S-SC-4"] == ["waived"]
    tokyo_team = (Stay(fiscal_year=2026, site="hq.research.europe"),)
    decisions = s_li_5_term(EDITION, tokyo_team, date(2029, 3, 31), by="hr-01", reason=None, at=NOW)
    assert decisions[1].parameters[0].name == "routes.headquarters.years_most_with_consent"


@pytest.mark.clause("S-LI-2")
def test_each_copy_of_the_memorandum_is_accounted_for() -> None:
    confirm: tuple[Any, ...] = (Secondment.confirm_copy, "secondee", date(2026, 3, 12), "hr-01")
    held = event(MemorandumCopyConfirmed, holder="secondee", confirmed_on=date(2026, 3, 12), by="hr-01")
    at = tokyo(2026, 3, 20)
    secondment_after(AGREED, PERSON, PAPERS).when(*confirm, at=at).refused("S-LI-2")
    secondment_after(AGREED, PERSON, PAPERS, SENT).when(*confirm, at=at).then(held)
    secondment_after(AGREED, PERSON, PAPERS, SENT, held).when(*confirm, at=at).then()
    too_early = (Secondment.confirm_copy, "sender", date(2026, 3, 1), "hr-01")
    secondment_after(AGREED, PERSON, PAPERS, SENT).when(*too_early, at=at).refused("S-LI-2")


@pytest.mark.clause("S-LI-4")
def test_nobody_arrives_overseas_after_the_end() -> None:
    late: tuple[Any, ...] = (Secondment.depart, "TH", date(2028, 4, 1), (WORD,))
    secondment_after(*RUNNING).when(*late, at=tokyo(2028, 4, 2)).refused("S-LI-4")


def conduct(*events: Happening) -> Scenario:
    """A secondment's service to which this happened."""
    return given(event(ConductOpened, case=CASE), *events, of=Conduct, id="conduct-app-1.1")


BORN = date(2026, 6, 1)


def leave(days: int, taken: int = 0, kind: Any = "childbirth") -> Decision:
    """The decision on leave."""
    return s_li_9_leave(EDITION, kind, BORN, days, taken, at=NOW)


def entry(days: int, kind: Any = "childbirth", birth: int = 1, born: date = BORN) -> LeaveEntry:
    """Days of leave for a birth."""
    return LeaveEntry(kind=kind, birth=birth, days=days, first_day=BORN, born_on=born)


@pytest.mark.clause("S-LI-9")
def test_leave_is_counted_for_each_birth_and_more_is_refused() -> None:
    closed = sealed(Contact, "{}")
    kept = like(LeaveGranted, kind=None, birth=0, days=0, first_day=None)
    other = date(2027, 6, 1)

    def grant(new: LeaveEntry, *known: LeaveEntry) -> Scenario:
        decision = leave(new.days, taken(known, new.kind, new.birth), new.kind)
        return conduct().when(Conduct.grant_leave, new, known, decision, closed, at=NOW)

    grant(entry(2)).then(kept).leaves(leave={}, entries=(closed,))
    grant(entry(3)).refused("S-LI-9")
    grant(entry(1), entry(1)).then(kept)
    grant(entry(1), entry(2)).refused("S-LI-9")
    grant(entry(2, birth=2, born=other), entry(2)).then(kept)
    grant(entry(5, "childcare"), entry(2)).then(kept)
    grant(entry(6, "childcare")).refused("S-LI-9")
    grant(entry(1), entry(2), entry(-1)).then(kept)
    take = Conduct.take_back_leave
    conduct().when(take, entry(-1), (entry(2),), "hr-01", closed, at=NOW).then(like(LeaveTakenBack, days=0))
    conduct().when(take, entry(-2), (entry(1),), "hr-01", closed, at=NOW).refused("S-LI-9")


@pytest.mark.clause("S-LI-9")
def test_a_birth_is_tied_to_its_day_so_that_it_gives_its_days_once() -> None:
    known = (entry(2), entry(5, "childcare"))

    def grant(birth: int, born: date) -> Scenario:
        new = entry(1, "childcare", birth, born)
        decision = leave(1, taken(known, "childcare", birth), "childcare")
        return conduct().when(Conduct.grant_leave, new, known, decision, sealed(Contact, "{}"), at=NOW)

    grant(2, BORN).refused("S-LI-9", pointer="/birth")
    grant(2, date(2026, 11, 27)).refused("S-LI-9", pointer="/birth")
    grant(2, date(2026, 11, 28)).then(like(LeaveGranted))
    grant(1, date(2026, 6, 2)).refused("S-LI-9", pointer="/born_on")


@pytest.mark.clause("S-LI-7")
def test_work_for_the_sender_is_kept_with_the_heads_word_either_way() -> None:
    work = sealed(Contact, "自社製品の展示会での説明")
    for recognised, outcome in ((True, "passed"), (False, "refused")):
        decision = s_li_7_sender_work(EDITION, "own_work", recognised, by="head-01", at=NOW)
        assert decision.outcome == outcome
        judged = event(SenderWorkJudged, kind="own_work", on=BORN, work=work, decision=decision)
        conduct().when(Conduct.judge_sender_work, "own_work", BORN, work, decision, at=NOW).then(judged)


@pytest.mark.clause("S-LI-4")
def test_the_checklist_is_ticked_and_what_bars_the_departure_is_never_needless() -> None:
    def prepared(*events: Happening) -> Scenario:
        return given(event(PreparationOpened, case=CASE), *events, of=Preparation, id="preparation-app-1.1")

    when = sealed(Contact, "2027-01-20")
    ticked = event(ItemTicked, item="visa", acts="secondee", ticked=Ticked("done", when=when), by="hr-01")
    day = date(2027, 1, 20)

    def tick(state: str, on: date = day, required: bool = True, known_on: date | None = None, *before: Any) -> Scenario:
        told: dict[str, Any] = {"acts": "secondee", "required": required, "known_on": known_on}
        return prepared(*before).when(Preparation.tick, "visa", state, on, when, "hr-01", at=NOW, **told)

    tick("done").then(ticked)
    tick("done", day, True, day, ticked).then()
    tick("done", day, True, date(2027, 1, 19), ticked).then(ticked)
    tick("not_needed").refused("S-LI-4")
    tick("not_needed", required=False).then(like(ItemTicked))
    tick("done", date(2027, 11, 21)).refused("G-1")
