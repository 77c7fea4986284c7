"""The secondment as a story of events: given – when – then."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

import pytest

from kernel.sealing import Contact, Personal
from kernel.testing import event, given, like, sealed
from kernel.testing.happenings import Happening
from kernel.testing.scenario import Scenario
from schemas.values import Decision, Stay
from services.placement.domain.appraisal_events import AppraisalOverdue, AppraisalReported, AppraisalStepRecorded
from services.placement.domain.secondment import Secondment
from services.placement.domain.secondment_events import (
    DepartureCancelled,
    DeparturePostponed,
    EndAsked,
    MemorandumDrafted,
    MemorandumReturned,
    MemorandumSent,
    PapersPassed,
    SecondeeDeparted,
    SecondeePassed,
    SecondeeReplaced,
    SecondeeTurnedAway,
    SecondmentAgreed,
    SecondmentCalledOff,
    SecondmentEnded,
    SecondmentForeseen,
    SecondmentStarted,
    StartHeld,
)
from services.placement.policy.decisions import decided
from tests.placement.senders import case, tokyo

CASE = case()
STAYS = (Stay(fiscal_year=2026, site="osaka"), Stay(fiscal_year=2027, site="bangkok"))
START, END = date(2026, 4, 1), date(2028, 3, 31)
MARCH: datetime = tokyo(2026, 3, 10)
DAYS = {2026: date(2027, 6, 15), 2027: date(2028, 6, 15)}
WORD: Decision = decided("S-LI-2", "passed", edition="secondment/2026", at=MARCH, facts={}, by="hr-01")
AGREED = event(SecondmentAgreed, case=CASE, stays=STAYS, starts_on=START, ends_on=END, edition="secondment/2026")
PERSON, PAPERS = event(SecondeePassed, secondee_id="person-1"), event(PapersPassed)
SENT = event(MemorandumSent, case=CASE, sent_on=date(2026, 3, 2), copies=3, by="hr-01")
RETURNED = event(MemorandumReturned, case=CASE, returned_on=date(2026, 3, 10), by="hr-01")
STARTED = event(
    SecondmentStarted, case=CASE, started_on=START, until=END, stays=STAYS, appraisal_days=DAYS, decisions=(WORD,)
)
READY = (AGREED, PERSON, PAPERS, SENT, RETURNED)
RUNNING = (*READY, STARTED)
LEFT: dict[str, Any] = {"case": CASE, "office": "bangkok", "country": "TH", "until": END, "edition": "secondment/2026"}
DEPARTED = event(SecondeeDeparted, **LEFT, departed_on=date(2027, 4, 1), decisions=(WORD,))


def after(*events: Happening) -> Scenario:
    """A foreseen secondment to which this happened."""
    return given(event(SecondmentForeseen, case=CASE), *events, of=Secondment, id="secondment-app-1.1")


@pytest.mark.clause("S-LI-2")
def test_the_memorandum_goes_out_in_three_copies_once_secondee_and_papers_are_here() -> None:
    send: tuple[Any, ...] = (Secondment.send_memorandum, date(2026, 3, 2), "hr-01")
    after(PERSON, PAPERS).when(*send, at=MARCH).refused("S-LI-2")
    after(AGREED, PERSON).when(*send, at=MARCH).refused("S-LI-2")
    after(AGREED, PAPERS).when(*send, at=MARCH).refused("S-LI-2")
    after(AGREED, PERSON, PAPERS).when(*send, at=MARCH).then(SENT)
    after(AGREED, PERSON, PAPERS, SENT).when(*send, at=MARCH).refused("S-LI-2")
    after(*RUNNING).when(*send, at=MARCH).refused("S-LI-2")
    drafted = event(MemorandumDrafted, drafted_on=date(2026, 3, 1), by="hr-01")
    after(AGREED, PERSON, PAPERS).when(Secondment.draft_memorandum, date(2026, 3, 1), "hr-01", at=MARCH).then(drafted)
    after(AGREED, PERSON, PAPERS, drafted).when(*send, at=MARCH).then(SENT)


@pytest.mark.clause("S-LI-2")
def test_the_memorandum_comes_back_after_it_was_sent_and_not_from_the_future() -> None:
    out = (AGREED, PERSON, PAPERS, SENT)
    after(*out).when(Secondment.return_memorandum, date(2026, 3, 10), "hr-01", at=MARCH).then(RETURNED)
    after(*out[:3]).when(Secondment.return_memorandum, date(2026, 3, 10), "hr-01", at=MARCH).refused("S-LI-2")
    after(*out).when(Secondment.return_memorandum, date(2026, 3, 1), "hr-01", at=MARCH).refused("S-LI-2")
    after(*out).when(Secondment.return_memorandum, date(2026, 3, 11), "hr-01", at=MARCH).refused("G-1")


@pytest.mark.clause("S-LI-1")
@pytest.mark.clause("S-SC-9")
def test_another_secondee_brings_papers_and_a_memorandum_of_its_own() -> None:
    replaced = event(SecondeeReplaced, case=CASE, secondee_id="person-2", memorandum="concluded")
    other = after(*READY).when(Secondment.pass_person, "person-2", at=MARCH).then(replaced)
    other.leaves(secondee_id="person-2", papers_here=False, memorandum="none", memorandum_copies={})
    after(*READY, replaced).when(Secondment.start, START, DAYS, (WORD,), at=MARCH).refused("S-LI-2")
    after(*READY, replaced).when(Secondment.send_memorandum, date(2026, 3, 2), "hr-01", at=MARCH).refused("S-LI-2")
    theirs = event(PapersPassed, secondee_id="person-2")
    after(*READY, replaced).when(Secondment.pass_papers, "person-2", at=MARCH).then(theirs).leaves(papers_here=True)
    after(*READY, replaced, theirs).when(Secondment.send_memorandum, date(2026, 3, 2), "hr-01", at=MARCH).then(SENT)
    after(*READY, theirs, replaced).leaves(papers_here=True)
    after(*READY, theirs).leaves(papers_here=False)


@pytest.mark.clause("S-LI-1")
def test_after_the_start_nobody_takes_the_secondees_place() -> None:
    away = event(SecondeeTurnedAway, secondee_id="person-2")
    late = after(*RUNNING).when(Secondment.pass_person, "person-2", at=MARCH).then(away)
    late.leaves(secondee_id="person-1", memorandum="concluded")
    after(*RUNNING, away).when(Secondment.pass_person, "person-2", at=MARCH).then()
    after(*RUNNING).when(Secondment.pass_person, "person-1", at=MARCH).then()


@pytest.mark.clause("S-LI-2")
def test_no_memorandum_is_concluded_for_a_secondment_that_was_called_off_or_has_started() -> None:
    back: tuple[Any, ...] = (Secondment.return_memorandum, date(2026, 3, 10), "hr-01")
    after(AGREED, PERSON, PAPERS, SENT, event(SecondmentCalledOff)).when(*back, at=MARCH).refused("S-LI-2")
    after(AGREED, PERSON, PAPERS, SENT, STARTED).when(*back, at=MARCH).refused("S-LI-2")


@pytest.mark.clause("S-LI-3")
def test_hr_lets_only_a_held_secondment_start_late_from_its_memorandum_up_to_today() -> None:
    held = event(StartHeld, case=CASE, missing=("memorandum",), decision=WORD)
    april = event(MemorandumReturned, case=CASE, returned_on=date(2026, 4, 10), by="hr-01")
    waits = (AGREED, PERSON, PAPERS, SENT, held, april)
    twentieth = tokyo(2026, 4, 20)

    def late(story: tuple[Happening, ...], on: date) -> Scenario:
        return after(*story).when(Secondment.start_late, on, DAYS, (WORD,), at=twentieth)

    late(READY, START).refused("S-LI-3")
    late(waits, date(2026, 4, 9)).refused("S-LI-3")
    late(waits, date(2020, 1, 1)).refused("S-LI-3")
    late(waits, date(2026, 4, 21)).refused("G-1")
    late(waits[:-1], date(2026, 4, 20)).refused("S-LI-2")
    late((*READY, held), date(2026, 3, 31)).refused("S-LI-3")
    for day in (date(2026, 4, 10), date(2026, 4, 20)):
        late(waits, day).then(like(SecondmentStarted, started_on=day)).leaves(state="running")
    ended = after(AGREED, PERSON, PAPERS, SENT, held, event(MemorandumReturned, case=CASE, returned_on=END, by="hr"))
    ended.when(Secondment.start_late, END, DAYS, (WORD,), at=tokyo(2028, 3, 31)).refused("S-LI-3")


@pytest.mark.clause("S-LI-2")
@pytest.mark.parametrize("without", [PERSON, PAPERS, RETURNED])
def test_no_start_while_anything_is_missing(without: Happening) -> None:
    story = tuple(each for each in READY if each is not without)
    after(*story).when(Secondment.start, START, DAYS, (WORD,), at=MARCH).refused("S-LI-2")
    after(*story).when(Secondment.hold_start, WORD, at=MARCH).then(like(StartHeld)).leaves(state="held")


@pytest.mark.clause("S-LI-3")
def test_it_starts_when_everything_is_here() -> None:
    after(*READY).when(Secondment.start, START, DAYS, (WORD,), at=MARCH).then(STARTED).leaves(state="running")
    after(*RUNNING).when(Secondment.start, START, DAYS, (WORD,), at=MARCH).refused("S-LI-2")


@pytest.mark.clause("S-LI-4")
def test_one_departs_once_while_the_secondment_runs_and_only_overseas() -> None:
    leave: tuple[Any, ...] = (Secondment.depart, "TH", date(2027, 4, 1), (WORD,))
    april = tokyo(2027, 4, 1)
    after(*RUNNING).when(*leave, at=april).then(DEPARTED)
    after(*READY).when(*leave, at=april).refused("S-LI-4")
    after(*RUNNING, DEPARTED).when(*leave, at=april).refused("S-LI-4")
    after(*RUNNING).when(*leave, at=tokyo(2027, 3, 31)).refused("G-1")
    home = event(SecondmentAgreed, case=CASE, stays=STAYS[:1], starts_on=START, ends_on=END, edition="e")
    after(home, *RUNNING[1:]).when(*leave, at=april).refused("S-LI-4")


@pytest.mark.clause("S-PL-11")
def test_a_departure_is_postponed_or_cancelled_until_it_has_happened() -> None:
    why = sealed(Contact, "制度変更")
    postponed = event(DeparturePostponed, case=CASE, planned_for=date(2027, 7, 1), reason=why, decision=WORD)
    move: Any = partial(Secondment.postpone, earliest=date(2027, 4, 1))
    stays = (STAYS[0], Stay(fiscal_year=2027, site="osaka"))
    cancelled = event(DepartureCancelled, case=CASE, reason=why, stays=stays, decision=WORD)
    for story in (READY, RUNNING):
        after(*story).when(move, date(2027, 7, 1), why, WORD, at=MARCH).then(postponed)
        after(*story).when(Secondment.cancel_departure, stays, why, WORD, at=MARCH).then(cancelled)
    for never in (date(2028, 4, 1), date(2027, 4, 1), date(2027, 3, 1)):  # after the end; no later than it could be
        after(*RUNNING).when(move, never, why, WORD, at=MARCH).refused("S-PL-11")
    for done in (DEPARTED, cancelled):
        after(*RUNNING, done).when(move, date(2027, 7, 1), why, WORD, at=MARCH).refused("S-LI-4")
        after(*RUNNING, done).when(Secondment.cancel_departure, stays, why, WORD, at=MARCH).refused("S-LI-4")


@pytest.mark.clause("S-PL-11")
def test_a_departure_is_postponed_to_a_day_after_today_the_year_in_japan_and_the_plan_so_far() -> None:
    why = sealed(Contact, "制度変更")
    postponed = event(DeparturePostponed, case=CASE, planned_for=date(2027, 9, 1), reason=why, decision=WORD)

    def move(day: date, *before: Happening, at: datetime = MARCH) -> Scenario:
        story = after(*RUNNING, *before)
        return story.when(Secondment.postpone, day, why, WORD, earliest=date(2027, 4, 1), at=at)

    move(date(2020, 1, 1)).refused("S-PL-11")
    move(date(2027, 4, 1)).refused("S-PL-11")
    move(date(2027, 4, 2)).then(like(DeparturePostponed, planned_for=date(2027, 4, 2)))
    move(date(2027, 6, 1), at=tokyo(2027, 6, 1)).refused("S-PL-11")
    move(date(2027, 9, 1), postponed).refused("S-PL-11")
    move(date(2027, 9, 2), postponed).then(like(DeparturePostponed, planned_for=date(2027, 9, 2)))


@pytest.mark.clause("S-LI-8")
def test_an_appraisal_is_reported_in_june_or_as_soon_as_it_is_made() -> None:
    result = sealed(Personal, "優")
    june = tokyo(2027, 6, 15, 0)
    made = event(
        AppraisalStepRecorded,
        appraised_year=2026,
        step="assessment",
        recorded_on=date(2027, 3, 31),
        by="hr-01",
        result=result,
    )
    reported = event(AppraisalReported, case=CASE, appraised_year=2026, reported_on=date(2027, 6, 15), result=result)
    overdue = event(AppraisalOverdue, appraised_year=2026)
    assess: tuple[Any, ...] = (Secondment.appraise, 2026, "assessment", date(2027, 3, 31), "hr-01", result)
    after(*RUNNING, made).when(Secondment.report_appraisal, 2026, at=june).then(reported)
    after(*RUNNING).when(Secondment.report_appraisal, 2026, at=june).then(overdue)
    after(*RUNNING, overdue).when(*assess, at=june).then(made, reported).leaves(overdue_appraisals=())
    after(*RUNNING, made, reported).when(*assess, at=june).refused("S-LI-8")
    after(*RUNNING, made, reported).when(Secondment.report_appraisal, 2026, at=june).then()
    after(*RUNNING).when(Secondment.appraise, 2029, "goals", START, "hr-01", at=june).refused("S-LI-8")
    after(*RUNNING).when(Secondment.appraise, 2027, "goals", date(2027, 3, 31), "hr-01", at=june).refused("S-LI-8")


@pytest.mark.clause("S-LI-8")
def test_no_step_is_made_before_its_fiscal_year_or_the_secondment_has_begun() -> None:
    def assess(year: int, on: date, *story: Happening) -> Scenario:
        step = (Secondment.appraise, year, "assessment", on, "hr-01")
        return after(*(story or RUNNING)).when(*step, at=tokyo(2028, 3, 31))

    assess(2027, date(2027, 3, 31)).refused("S-LI-8")
    assess(2026, date(2025, 5, 1)).refused("S-LI-8")
    assess(2027, date(2027, 4, 1)).then(like(AppraisalStepRecorded))
    late = event(
        SecondmentStarted,
        case=CASE,
        started_on=date(2026, 6, 1),
        until=END,
        stays=STAYS,
        appraisal_days=DAYS,
        decisions=(WORD,),
    )
    assess(2026, date(2026, 5, 31), *READY, late).refused("S-LI-8")
    assess(2026, date(2026, 6, 1), *READY, late).then(like(AppraisalStepRecorded))


@pytest.mark.clause("S-LI-6")
def test_it_ends_at_its_term_or_early_between_start_and_term() -> None:
    ill = sealed(Personal, "illness")

    def ended(on: date, ground: Personal | None = None) -> Happening:
        return event(SecondmentEnded, case=CASE, ended_on=on, early=on != END, ground=ground, decision=WORD)

    def sooner(on: date) -> tuple[Any, ...]:
        return Secondment.end, on, WORD

    late = tokyo(2028, 4, 1)
    after(*RUNNING).when(*sooner(END), early=False, at=late).then(ended(END))
    early = date(2027, 9, 30)
    after(*RUNNING).when(*sooner(early), early=True, ground=ill, at=late).then(ended(early, ill))
    after(*RUNNING).when(*sooner(END), early=True, ground=ill, at=late).refused("S-LI-6")
    after(*RUNNING).when(*sooner(date(2026, 3, 31)), early=True, at=late).refused("S-LI-6")
    after(*RUNNING).when(*sooner(early), early=True, at=tokyo(2027, 9, 29)).refused("G-1")
    after(*READY).when(*sooner(early), early=True, at=late).refused("S-LI-6")
    after(*RUNNING, DEPARTED).when(*sooner(date(2027, 3, 31)), early=True, at=late).refused("S-LI-6")
    over = ended(early, ill)
    after(*RUNNING, over).when(*sooner(early), early=True, at=late).refused("S-LI-6")
    after(*RUNNING, ended(date(2027, 3, 31))).when(Secondment.report_appraisal, 2027, at=late).then()


@pytest.mark.clause("S-IN-6")
def test_a_withdrawal_calls_it_off_before_the_start_and_asks_an_officer_after_it() -> None:
    after(*READY).when(Secondment.withdraw, at=MARCH).then(event(SecondmentCalledOff)).leaves(state="called_off")
    after(*RUNNING).when(Secondment.withdraw, at=MARCH).then(event(EndAsked)).leaves(state="running")
    after(*READY, event(SecondmentCalledOff)).when(Secondment.hold_start, WORD, at=MARCH).then()
