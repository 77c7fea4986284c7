"""A company's screening as a story of events: given – when – then."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kernel.sealing import Confidential
from kernel.testing import event, given, like, sealed
from kernel.testing.happenings import Happening
from kernel.testing.scenario import Scenario
from schemas.values import Decision, Outcome
from services.screening.domain.case import Withdrawn
from services.screening.domain.confidential import (
    AdoptionReviewed,
    CompanyExamined,
    CompanyWaiverDecided,
    ConflictDeclared,
    NoInterestDeclared,
    StageOneJudged,
    StageTwoJudged,
)
from services.screening.domain.support import SupportScreening as Screening
from services.screening.domain.support_events import (
    Adopted,
    AdoptionDoubted,
    ClosedTo,
    ConsentAwaited,
    Doubt,
    FactsChanged,
    Interview,
    InterviewAbsenceWithdrawn,
    InterviewCancelled,
    InterviewMissed,
    InterviewOverdue,
    InterviewSet,
    InterviewWanted,
    NotAdopted,
    NotAdoptedDecided,
    Notice,
    ReceivedAgain,
    SupportOver,
    SupportReceived,
    Window,
)
from tests.screening.forms import APPLICATION, FEBRUARY, company_form, party, position, support_rules, tokyo

CASE: dict[str, Any] = {
    "programme": "support",
    "fiscal_year": 2026,
    "application_id": APPLICATION,
    "receipt_number": "C-1",
    "party": party(),
    "edition": "support/2026",
}
ID = f"screening-{APPLICATION}"
GROUNDS = sealed(Confidential, "[]", field="decisions")
OTHERS = Notice(("portal",), tokyo(2026, 2, 25, 9))
WINDOW = Window(date(2026, 2, 25), date(2026, 3, 10))
MEETING = tokyo(2026, 2, 20, 14)
LAST = date(2027, 3, 31)
LINK = "https://teams.example.jp/1"


def word(outcome: Outcome = "passed") -> Decision:
    return support_rules().word("C-SC-13", outcome, {}, by="o-1", reason=sealed(Confidential, "調整済み"))


def standing(*more: Happening, questions: int = 0) -> Scenario:
    """Given an eligible application, and what happened since."""
    form = company_form()
    received = event(SupportReceived, **CASE, form=form, received_at=FEBRUARY, window=WINDOW)
    examined = event(CompanyExamined, decisions=GROUNDS, questions=questions)
    return given(received, examined, *more, of=Screening, id=ID)


WANTED = event(InterviewWanted)
SET = event(InterviewSet, **CASE, interview=Interview(MEETING, 60, "online", LINK, 0), decision=word())


def arrange(story: Scenario, starts_at: datetime = MEETING, **changes: Any) -> Scenario:
    """When an officer sets the date of stage two."""
    usual: dict[str, Any] = {"minutes": 60, "mode": "online", "link": LINK, "decision": word(), "at": FEBRUARY}
    return story.when(Screening.set_interview, starts_at, **(usual | changes))


def receive(*, eligible: bool, waivers: int = 0) -> Scenario:
    """When an application is complete."""
    case = {name: value for name, value in CASE.items() if name != "application_id"}
    return given().when(
        Screening.receive, APPLICATION, GROUNDS, eligible=eligible, waivers=waivers, notice=OTHERS, at=FEBRUARY,
        form=company_form(), received_at=FEBRUARY, window=WINDOW, **case,
    )  # fmt: skip


def test_an_eligible_company_waits_for_stage_one() -> None:
    receive(eligible=True).then(like(SupportReceived), like(CompanyExamined)).leaves(waiting=("to_judge",))


@pytest.mark.clause("C-SC-15")
def test_a_hard_ground_ends_in_guidance_alone() -> None:
    story = receive(eligible=False, waivers=1)
    story.then(like(SupportReceived), like(CompanyExamined, questions=0), event(NotAdoptedDecided, notice=OTHERS))
    story.leaves(status="not_adopted", waiting=())
    told = event(NotAdopted, **CASE, guidance=("portal",))
    story.when(Screening.tell_outcome, at=OTHERS.tell_at).then(told).leaves(notice=None)
    story.when(Screening.tell_outcome, at=OTHERS.tell_at).then()


@pytest.mark.clause("C-SC-1")
def test_a_waiver_comes_before_stage_one() -> None:
    story = receive(eligible=True, waivers=1).leaves(waiting=("waiver",))
    judge = (Screening.judge_papers, True, GROUNDS, OTHERS)
    story.when(*judge, strong=True, at=FEBRUARY).refused("C-SC-1")
    story.when(Screening.decide_waiver, True, GROUNDS, OTHERS, at=FEBRUARY).then(like(CompanyWaiverDecided))
    story.leaves(waiting=("to_judge",)).when(Screening.decide_waiver, True, GROUNDS, OTHERS, at=FEBRUARY).refused(
        "C-SC-1"
    )


@pytest.mark.clause("C-SC-1")
def test_a_waiver_refused_ends_the_case() -> None:
    story = standing(questions=1).when(Screening.decide_waiver, False, GROUNDS, OTHERS, at=FEBRUARY)
    story.then(like(CompanyWaiverDecided), event(NotAdoptedDecided, notice=OTHERS))


@pytest.mark.clause("C-SC-12")
@pytest.mark.parametrize(("passed", "after"), [(True, InterviewWanted), (False, NotAdoptedDecided)])
def test_stage_one_is_an_officers_judgement(passed: bool, after: type) -> None:
    story = standing().when(Screening.judge_papers, passed, GROUNDS, OTHERS, strong=passed, at=FEBRUARY)
    story.then(event(StageOneJudged, decisions=GROUNDS), like(after))
    story.when(Screening.judge_papers, passed, GROUNDS, OTHERS, strong=passed, at=FEBRUARY)
    story.refused("C-SC-12" if passed else "G-6")


@pytest.mark.clause("C-SC-9")
def test_a_company_judged_too_weak_cannot_pass() -> None:
    standing().when(Screening.judge_papers, True, GROUNDS, OTHERS, strong=False, at=FEBRUARY).refused("C-SC-9")


@pytest.mark.clause("C-SC-14")
def test_an_interview_is_arranged_and_moved() -> None:
    first = like(InterviewSet, moved=False, interview=Interview(MEETING, 60, "online", LINK, 0))
    story = arrange(standing(WANTED)).then(first)
    later = tokyo(2026, 2, 21)
    arrange(story, later, mode="telephone", link=None)
    moved = like(InterviewSet, moved=True, interview=Interview(later, 60, "telephone", None, 1))
    story.then(moved).leaves(waiting=("to_decide",))


@pytest.mark.clause("C-SC-14")
def test_an_interview_needs_its_stage_a_time_to_come_and_a_link() -> None:
    arrange(standing()).refused("C-SC-14")
    arrange(standing(WANTED), FEBRUARY).refused("C-SC-14", pointer="/starts_at")
    arrange(standing(WANTED), link=None).refused("C-SC-14", pointer="/link")


@pytest.mark.clause("C-SC-13")
def test_a_window_without_a_date_is_overdue_until_there_is_one() -> None:
    sound = Screening.sound_alarm
    story = standing(WANTED).when(sound, "soon", word("held"), at=FEBRUARY).then(like(InterviewOverdue, alarm="soon"))
    story.leaves(waiting=("to_interview", "due_soon")).when(sound, "soon", word("held"), at=FEBRUARY).then()
    story.when(sound, "latest", word("held"), at=FEBRUARY).leaves(waiting=("to_interview", "overdue"))
    story.when(sound, "most", word("held"), at=FEBRUARY).leaves(waiting=("to_interview", "past_month"))
    arrange(story).leaves(waiting=("to_decide",))
    story.when(sound, "latest", word("held"), at=FEBRUARY).then()


@pytest.mark.clause("C-SC-13")
def test_limits_that_passed_while_a_date_stood_are_sounded_when_it_is_taken_back() -> None:
    passed = {"soon": word("held"), "latest": word("held")}
    story = standing(WANTED, SET).when(Screening.sound_alarm, "soon", word("held"), at=FEBRUARY).then()
    story.when(Screening.cancel_interview, word("held"), passed, at=FEBRUARY)
    story.then(like(InterviewCancelled), like(InterviewOverdue, alarm="soon"), like(InterviewOverdue, alarm="latest"))
    story.leaves(waiting=("to_interview", "overdue"))
    story.when(Screening.sound_alarm, "latest", word("held"), at=FEBRUARY).then()  # its timer, heard late


@pytest.mark.clause("C-SC-14")
@pytest.mark.clause("C-NO-1")
def test_a_date_that_is_taken_back_counts_on_for_calendars() -> None:
    story = standing(WANTED, SET).when(Screening.cancel_interview, word("held"), {}, at=FEBRUARY)
    story.then(like(InterviewCancelled, interview=Interview(MEETING, 60, "online", LINK, 1)))
    story.leaves(waiting=("to_interview",)).when(Screening.cancel_interview, word("held"), {}, at=FEBRUARY)
    story.refused("C-SC-14")
    arrange(story).then(like(InterviewSet, moved=False, interview=Interview(MEETING, 60, "online", LINK, 2)))
    story.when(Screening.cancel_interview, word("held"), {}, at=MEETING).refused("C-SC-14")


@pytest.mark.clause("C-IN-6")
def test_a_company_that_was_not_there_is_asked_and_not_judged() -> None:
    miss = (Screening.miss_interview, word("held"))
    day = MEETING.date()
    standing(WANTED).when(*miss, asked_on=day, at=MEETING).refused("C-IN-6")
    standing(WANTED, SET).when(*miss, asked_on=day, at=FEBRUARY).refused("C-SC-14")
    story = standing(WANTED, SET).when(*miss, asked_on=day, at=MEETING)
    story.then(like(InterviewMissed, asked_on=day)).leaves(missed=True, waiting=("missed",))
    story.when(*miss, asked_on=day, at=MEETING).refused("C-IN-6")
    judge = (Screening.judge_interview, False, GROUNDS, OTHERS)
    story.when(*judge, adopted_on=day, last=LAST, at=MEETING).refused("C-IN-6")
    later = MEETING + timedelta(days=7)
    link = (60, "online", LINK, word("held"))
    story.when(Screening.set_interview, later, *link, at=MEETING).then(like(InterviewSet, moved=False)).leaves(
        missed=False
    )
    story.when(*judge, adopted_on=day, last=LAST, at=later).then(like(StageTwoJudged), like(NotAdoptedDecided))


HELD = Interview(MEETING, 60, "online", LINK, 0)
MISSED = event(InterviewMissed, **CASE, interview=HELD, asked_on=MEETING.date(), decision=word())


@pytest.mark.clause("C-IN-6")
@pytest.mark.clause("C-SC-14")
def test_an_absence_that_was_recorded_in_error_is_taken_back_and_the_company_judged() -> None:
    back = (Screening.withdraw_absence, word())
    standing(WANTED, SET).when(*back, at=MEETING).refused("C-IN-6")
    standing(WANTED, SET, MISSED, event(Withdrawn)).when(*back, at=MEETING).refused("G-6")
    story = standing(WANTED, SET, MISSED).when(*back, at=MEETING)
    story.then(like(InterviewAbsenceWithdrawn, interview=HELD))
    story.leaves(missed=False, waiting=("to_decide",)).when(*back, at=MEETING).refused("C-IN-6")
    judge = (Screening.judge_interview, True, GROUNDS, OTHERS)
    story.when(*judge, adopted_on=MEETING.date(), last=LAST, at=MEETING).then(like(StageTwoJudged), like(Adopted))


@pytest.mark.clause("C-IN-6")
@pytest.mark.clause("C-IN-1")
@pytest.mark.clause("C-SC-14")
@pytest.mark.parametrize("told", [True, False], ids=["as it is told", "of before it was told"])
def test_a_missed_date_does_not_outlast_a_returned_consent(told: bool) -> None:
    ended = event(InterviewAbsenceWithdrawn, **CASE, interview=HELD, because="consent")
    story = standing(WANTED, SET, MISSED, *([] if told else [AWAITED]))
    if told:
        story.when(Screening.await_consent, at=MEETING).then(ended, AWAITED)
    receive_again(story.leaves(missed=False, interview=None)).leaves(waiting=("to_interview",))
    later = MEETING + timedelta(days=20)
    usual: dict[str, Any] = {"adopted_on": later.date(), "last": LAST, "at": later}
    story.when(Screening.judge_interview, True, GROUNDS, OTHERS, **usual).refused("C-SC-14")
    story.when(Screening.miss_interview, word("held"), asked_on=later.date(), at=later).refused("C-IN-6")
    story.when(Screening.withdraw_absence, word(), at=later).refused("C-IN-6")


@pytest.mark.clause("C-SC-13")
@pytest.mark.clause("C-IN-1")
def test_the_window_of_a_new_consent_is_watched_and_its_date_is_arranged() -> None:
    story = receive_again(standing(WANTED, SET, MISSED).when(Screening.await_consent, at=MEETING))
    story.when(Screening.sound_alarm, "latest", word("held"), at=MEETING).then(like(InterviewOverdue, alarm="latest"))
    story.leaves(waiting=("to_interview", "overdue"))
    later = MEETING + timedelta(days=1)
    first = like(InterviewSet, moved=False, interview=Interview(later, 60, "online", LINK, 1))
    arrange(story, later, at=MEETING).then(first).leaves(waiting=("to_decide",))


@pytest.mark.clause("C-IN-6")
@pytest.mark.clause("C-IN-1")
def test_an_absence_that_was_recorded_anew_on_a_date_of_before_the_new_consent_still_stands() -> None:
    again = event(InterviewMissed, **CASE, interview=HELD, asked_on=MEETING.date(), decision=word())
    story = standing(WANTED, SET, MISSED, AWAITED, event(ReceivedAgain, **AGAIN), again)
    story.leaves(missed=True, interview=HELD, waiting=("missed",))
    story.when(Screening.withdraw_absence, word(), at=MEETING).leaves(waiting=("to_decide",))


@pytest.mark.clause("C-SC-15")
@pytest.mark.clause("C-IN-1")
def test_who_missed_its_date_and_is_not_adopted_stays_so_when_its_consent_is_returned() -> None:
    decided = event(NotAdoptedDecided, notice=OTHERS)
    story = standing(WANTED, SET, MISSED, decided).when(Screening.await_consent, at=MEETING)
    story.then(like(InterviewAbsenceWithdrawn, because="consent"), AWAITED).leaves(status="not_adopted")


@pytest.mark.clause("C-IN-6")
@pytest.mark.clause("C-SC-1")
def test_a_missed_company_that_also_wants_a_waiver_stands_on_both_lists() -> None:
    change = (Screening.change, party(), company_form(employees=3), 1, GROUNDS)
    story = standing(WANTED, SET, MISSED).when(*change, eligible=True, waivers=1, notice=OTHERS, at=MEETING)
    story.leaves(waiting=("waiver", "missed"))


@pytest.mark.clause("C-NO-1")
def test_a_date_to_come_is_cancelled_with_the_case_and_one_that_was_held_is_not() -> None:
    withdraw = Screening.withdraw
    standing(WANTED, SET).when(withdraw, at=FEBRUARY).then(like(InterviewCancelled, decision=None), event(Withdrawn))
    standing(WANTED, SET).when(withdraw, at=MEETING).then(event(Withdrawn))
    change = (Screening.change, party(), company_form(website=None), 1, GROUNDS)
    story = standing(WANTED, SET).when(*change, eligible=False, waivers=0, notice=OTHERS, at=FEBRUARY)
    story.then(like(FactsChanged), like(CompanyExamined), like(InterviewCancelled), like(NotAdoptedDecided))


@pytest.mark.clause("C-SC-14")
def test_stage_two_is_judged_once_the_interview_has_begun() -> None:
    judge = (Screening.judge_interview, True, GROUNDS, OTHERS)
    story = standing(WANTED, SET).when(*judge, adopted_on=date(2026, 2, 20), last=LAST, at=FEBRUARY).refused("C-SC-14")
    standing(WANTED).when(*judge, adopted_on=date(2026, 2, 20), last=LAST, at=MEETING).refused("C-SC-14")
    story.when(*judge, adopted_on=date(2026, 2, 20), last=LAST, at=MEETING)
    story.then(like(StageTwoJudged), like(Adopted, adopted_on=date(2026, 2, 20), support=company_form()))


@pytest.mark.clause("C-LI-1")
def test_nobody_is_adopted_after_the_programmes_last_day() -> None:
    judge = (Screening.judge_interview, True, GROUNDS, OTHERS)
    story = standing(WANTED, SET).when(*judge, adopted_on=LAST + timedelta(days=1), last=LAST, at=MEETING)
    story.refused("C-LI-1", pointer="/outcome")
    story.when(*judge, adopted_on=LAST, last=LAST, at=MEETING).then(like(StageTwoJudged), like(Adopted))
    refuse = (Screening.judge_interview, False, GROUNDS, OTHERS)
    late = standing(WANTED, SET).when(*refuse, adopted_on=LAST + timedelta(days=1), last=LAST, at=MEETING)
    late.then(like(StageTwoJudged), like(NotAdoptedDecided))


@pytest.mark.clause("C-SC-15")
def test_not_adopted_after_the_interview_says_as_little_as_before() -> None:
    story = standing(WANTED, SET)
    story.when(Screening.judge_interview, False, GROUNDS, OTHERS, adopted_on=date(2026, 2, 20), last=LAST, at=MEETING)
    story.then(like(StageTwoJudged), event(NotAdoptedDecided, notice=OTHERS))


@pytest.mark.clause("C-SC-16")
def test_an_officer_with_an_interest_is_shut_out() -> None:
    story = (
        standing().when(Screening.admit, "o-2").refused("C-SC-16").when(Screening.admit, "o-2", declaring=True).then()
    )
    declare = Screening.declare_no_interest
    story.when(declare, "o-2", GROUNDS, at=FEBRUARY).then(like(NoInterestDeclared, officer="o-2"))
    story.when(declare, "o-2", GROUNDS, at=FEBRUARY).then().when(Screening.admit, "o-2").then()
    story.when(Screening.declare_conflict, "o-2", GROUNDS, to="hash", at=FEBRUARY)
    story.then(like(ConflictDeclared, officer="o-2"), like(ClosedTo, to="hash"))
    story.when(Screening.admit, "o-2").refused("C-SC-16")
    story.when(Screening.admit, "o-2", declaring=True).refused("C-SC-16")
    story.when(Screening.admit, None).refused("C-SC-16")
    story.when(Screening.admit, None, declaring=True).refused("C-SC-16")


@pytest.mark.clause("C-IN-7")
@pytest.mark.parametrize("eligible", [True, False])
def test_changed_facts_may_undo_eligibility(eligible: bool) -> None:
    changed = company_form(employees=3)
    story = standing(WANTED).when(
        Screening.change, party(), changed, 1, GROUNDS, eligible=eligible, waivers=0, notice=OTHERS, at=FEBRUARY
    )
    ended = [] if eligible else [like(NotAdoptedDecided)]
    story.then(like(FactsChanged, form=changed), like(CompanyExamined), *ended)
    story.leaves(status="to_interview" if eligible else "not_adopted")


ADOPTED = event(Adopted, **CASE, adopted_on=date(2026, 2, 20), support=company_form())


@pytest.mark.clause("C-IN-7")
@pytest.mark.parametrize(("eligible", "waivers", "doubt"), [(True, 0, False), (False, 0, True), (True, 1, True)])
def test_changed_facts_of_an_adopted_company_are_looked_at_and_decide_nothing_by_themselves(
    eligible: bool, waivers: int, doubt: bool
) -> None:
    change = (Screening.change, party(), company_form(website=None), 1, GROUNDS)
    story = standing(WANTED, SET, ADOPTED).when(*change, eligible=eligible, waivers=waivers, notice=OTHERS, at=MEETING)
    story.then(like(FactsChanged), like(CompanyExamined, questions=0, in_doubt=doubt))
    story.leaves(status="adopted", waiting=("review",) if doubt else ())
    story.when(Screening.review_adoption, "C-IN-7", True, GROUNDS, at=MEETING)
    if doubt:
        story.then(like(AdoptionReviewed, to_end=False)).leaves(waiting=())
    else:
        story.refused("C-IN-7")


@pytest.mark.clause("C-SC-1")
def test_a_status_that_was_waived_is_not_asked_about_again() -> None:
    story = standing(questions=1).when(Screening.decide_waiver, True, GROUNDS, OTHERS, at=FEBRUARY)
    usual: dict[str, Any] = {"eligible": True, "waivers": 1, "notice": OTHERS, "at": FEBRUARY}
    story.when(Screening.change, party(), company_form(employees=3), 1, GROUNDS, **usual)
    story.then(like(FactsChanged), like(CompanyExamined, questions=0)).leaves(waiting=("to_judge",))
    grown = company_form(positions=[position(), position(residence_status="highly_skilled_2")])
    story.when(Screening.change, party(), grown, 2, GROUNDS, **usual)
    story.then(like(FactsChanged), like(CompanyExamined, questions=1)).leaves(waiting=("waiver",))


@pytest.mark.clause("C-SC-1")
def test_a_status_that_was_waived_is_not_asked_about_again_after_a_returned_consent() -> None:
    waived = event(CompanyWaiverDecided, decisions=GROUNDS)
    usual: dict[str, Any] = {"eligible": True, "notice": OTHERS, "at": MEETING}
    story = standing(waived, AWAITED, questions=1).when(Screening.receive_again, GROUNDS, waivers=1, **usual, **AGAIN)
    story.then(like(ReceivedAgain), like(CompanyExamined, questions=0)).leaves(waiting=("to_judge",))
    grown = AGAIN | {"form": company_form(positions=[position(), position(residence_status="highly_skilled_2")])}
    other = standing(waived, AWAITED, questions=1).when(Screening.receive_again, GROUNDS, waivers=1, **usual, **grown)
    other.leaves(waiting=("waiver",))


@pytest.mark.clause("C-IN-7")
@pytest.mark.clause("C-SC-15")
def test_facts_that_change_before_the_notice_change_whom_it_goes_to_and_not_its_day() -> None:
    decided = event(NotAdoptedDecided, notice=OTHERS)
    other = Notice(("elsewhere",), OTHERS.tell_at.replace(year=2030))
    changed = company_form(employees=3)
    usual: dict[str, Any] = {"eligible": True, "waivers": 0, "at": FEBRUARY}
    story = standing(decided).when(Screening.change, party(), changed, 1, GROUNDS, notice=other, **usual)
    now = Notice(("elsewhere",), OTHERS.tell_at)
    story.then(like(FactsChanged, form=changed), event(NotAdoptedDecided, notice=now))
    story.when(Screening.change, party(), changed, 2, GROUNDS, notice=other, **usual).then(like(FactsChanged))
    story.when(Screening.tell_outcome, at=OTHERS.tell_at).then(like(NotAdopted, guidance=("elsewhere",)))
    story.when(Screening.change, party(), changed, 3, GROUNDS, notice=other, **usual).then()


@pytest.mark.clause("C-IN-5")
@pytest.mark.clause("C-IN-1")
@pytest.mark.parametrize(("given_up", "clause"), [(Screening.withdraw, "C-IN-5"), (Screening.await_consent, "C-IN-1")])
def test_an_adoption_that_crosses_a_withdrawal_or_a_returned_consent_is_looked_at(given_up: Any, clause: Doubt) -> None:
    review = Screening.review_adoption
    story = standing(WANTED, SET, ADOPTED).when(given_up, at=MEETING).then(event(AdoptionDoubted, clause=clause))
    story.leaves(status="adopted", waiting=("crossed",)).when(given_up, at=MEETING).then()
    story.when(review, "C-IN-7", True, GROUNDS, at=MEETING).refused("C-IN-7")
    story.when(review, clause, True, GROUNDS, at=MEETING).then(like(AdoptionReviewed, clause=clause)).leaves(waiting=())
    doubted = standing(WANTED, SET, ADOPTED, event(AdoptionDoubted, clause=clause))
    doubted.when(review, clause, False, GROUNDS, at=MEETING).leaves(waiting=("to_end",), to_end=(clause,))


IN_DOUBT = event(CompanyExamined, decisions=GROUNDS, questions=0, in_doubt=True)


@pytest.mark.clause("C-IN-7")
@pytest.mark.clause("C-IN-5")
def test_facts_and_what_crossed_an_adoption_are_two_doubts_and_each_has_its_word() -> None:
    review = Screening.review_adoption
    story = standing(WANTED, SET, ADOPTED, IN_DOUBT).when(Screening.withdraw, at=MEETING).then(like(AdoptionDoubted))
    story.leaves(waiting=("review", "crossed"))
    story.when(Screening.doubt_meant, None).refused("G-6", pointer="/clause")
    change = (Screening.change, party(), company_form(employees=3), 1, GROUNDS)
    story.when(*change, eligible=True, waivers=0, notice=OTHERS, at=MEETING).leaves(waiting=("crossed",))
    assert story.when(Screening.doubt_meant, None).answer == "C-IN-5"
    story.when(review, "C-IN-5", False, GROUNDS, at=MEETING).leaves(waiting=("to_end",))
    assert story.when(Screening.doubt_meant, None).answer == "C-IN-5"  # which can be taken back
    story.when(
        Screening.change,
        party(),
        company_form(employees=2),
        2,
        GROUNDS,
        eligible=False,
        waivers=0,
        notice=OTHERS,
        at=MEETING,
    ).leaves(waiting=("review", "to_end"))
    story.when(review, "C-IN-7", True, GROUNDS, at=MEETING).leaves(waiting=("to_end",))  # the other word stands
    story.when(review, "C-IN-5", True, GROUNDS, at=MEETING).leaves(waiting=())
    story.when(Screening.doubt_meant, None).refused("C-IN-7")


@pytest.mark.clause("C-IN-7")
def test_an_officers_word_on_what_crossed_says_nothing_of_the_facts() -> None:
    story = standing(WANTED, SET, ADOPTED, IN_DOUBT, event(AdoptionDoubted, clause="C-IN-5"))
    story.when(Screening.review_adoption, "C-IN-5", True, GROUNDS, at=MEETING).leaves(waiting=("review",))


@pytest.mark.clause("C-IN-7")
def test_a_word_of_before_the_doubts_were_told_apart_settles_all_of_them() -> None:
    word_of_then = event(AdoptionReviewed, decisions=GROUNDS)
    told = (ADOPTED, IN_DOUBT, event(AdoptionDoubted), word_of_then)
    standing(WANTED, SET, *told).leaves(waiting=(), in_doubt=False, crossed=())


@pytest.mark.clause("C-IN-7")
@pytest.mark.clause("C-LI-6")
def test_a_support_that_is_to_end_waits_for_its_end_whichever_is_heard_first() -> None:
    review, over = Screening.review_adoption, like(SupportOver)
    story = standing(WANTED, SET, ADOPTED, IN_DOUBT).when(review, "C-IN-7", False, GROUNDS, at=MEETING)
    story.then(like(AdoptionReviewed, to_end=True)).leaves(status="adopted", waiting=("to_end",))
    story.when(review, "C-IN-7", True, GROUNDS, at=MEETING).then(like(AdoptionReviewed, to_end=False)).leaves(
        waiting=()
    )
    story.when(review, "C-IN-7", True, GROUNDS, at=MEETING).refused("C-IN-7")
    reviewed = event(AdoptionReviewed, decisions=GROUNDS, to_end=True)
    ended = standing(WANTED, SET, ADOPTED, reviewed).when(Screening.hear_end, at=MEETING).then(over)
    ended.leaves(waiting=()).when(Screening.hear_end, at=MEETING).then()
    ended.when(review, "C-IN-7", True, GROUNDS, at=MEETING).refused("C-IN-7")
    late = standing(WANTED, SET, ADOPTED, event(SupportOver), IN_DOUBT)  # as it was once written
    late.leaves(waiting=("review",)).when(review, "C-IN-7", False, GROUNDS, at=MEETING)
    late.then(like(AdoptionReviewed, to_end=False)).leaves(waiting=())


@pytest.mark.clause("C-IN-7")
@pytest.mark.clause("C-LI-6")
def test_about_a_support_that_is_over_nothing_is_asked_any_more() -> None:
    story = standing(WANTED, SET, ADOPTED, IN_DOUBT, event(AdoptionDoubted, clause="C-IN-5"))
    story.leaves(waiting=("review", "crossed")).when(Screening.hear_end, at=MEETING).leaves(waiting=())
    change = (Screening.change, party(), company_form(website=None), 1, GROUNDS)
    story.when(*change, eligible=False, waivers=0, notice=OTHERS, at=MEETING)
    story.then(like(FactsChanged), like(CompanyExamined, in_doubt=False)).leaves(waiting=())
    story.when(Screening.withdraw, at=MEETING).then().when(Screening.await_consent, at=MEETING).then()


AWAITED = event(ConsentAwaited)
AGAIN: dict[str, Any] = {
    "received_at": MEETING, "window": Window(date(2026, 3, 6), date(2026, 3, 20)), "party": party(),
    "form": company_form(), "revision": 4,
}  # fmt: skip


def receive_again(story: Scenario, *, eligible: bool = True) -> Scenario:
    """When another consent is here."""
    usual: dict[str, Any] = {"eligible": eligible, "waivers": 0, "notice": OTHERS, "at": MEETING}
    return story.when(Screening.receive_again, GROUNDS, **usual, **AGAIN)


@pytest.mark.clause("C-IN-1")
def test_a_returned_consent_stops_the_screening_until_another_is_here() -> None:
    story = standing(WANTED, SET).when(Screening.await_consent, at=FEBRUARY)
    story.then(like(InterviewCancelled), AWAITED).leaves(waiting=("consent",))
    story.when(Screening.await_consent, at=FEBRUARY).then()
    arrange(story, MEETING).refused("C-IN-1")
    story.when(Screening.sound_alarm, "latest", word("held"), at=FEBRUARY).then()
    receive_again(story).then(event(ReceivedAgain, **AGAIN), like(CompanyExamined))
    story.leaves(waiting=("to_interview",), window=AGAIN["window"], revision=4)
    receive_again(story).then()  # the same application told twice is received once
    judged = (True, GROUNDS, OTHERS)
    asked = standing(AWAITED, questions=1)
    asked.when(Screening.judge_papers, *judged, strong=True, at=FEBRUARY).refused("C-IN-1")
    asked.when(Screening.decide_waiver, *judged, at=FEBRUARY).refused("C-IN-1")


@pytest.mark.clause("C-IN-1")
@pytest.mark.clause("C-SC-15")
def test_who_was_refused_and_not_told_is_told_on_the_days_of_the_new_consent() -> None:
    decided = event(NotAdoptedDecided, notice=OTHERS)
    story = standing(decided).when(Screening.await_consent, at=FEBRUARY).then(AWAITED)
    story.leaves(status="not_adopted", waiting=("consent",))
    story.when(Screening.tell_outcome, at=OTHERS.tell_at).then()
    receive_again(story).then(event(ReceivedAgain, **AGAIN), event(NotAdoptedDecided, notice=OTHERS))
    story.leaves(waiting=())
    told = event(NotAdopted, **CASE, guidance=())
    standing(decided, told).when(Screening.await_consent, at=FEBRUARY).then()
    receive_again(standing(AWAITED), eligible=False).then(
        event(ReceivedAgain, **AGAIN), like(CompanyExamined), like(NotAdoptedDecided)
    )
    standing(AWAITED).when(Screening.withdraw, at=FEBRUARY).then(event(Withdrawn)).leaves(waiting=())


@pytest.mark.clause("C-IN-5")
def test_who_has_not_been_told_yet_may_still_withdraw() -> None:
    decided = event(NotAdoptedDecided, notice=OTHERS)
    story = standing(decided).when(Screening.withdraw, at=FEBRUARY).then(event(Withdrawn)).leaves(status="withdrawn")
    story.when(Screening.tell_outcome, at=OTHERS.tell_at).then()
    told = event(NotAdopted, **CASE, guidance=())
    standing(decided, told).when(Screening.withdraw, at=OTHERS.tell_at).then().leaves(status="not_adopted")


@pytest.mark.clause("C-IN-5")
def test_a_withdrawn_application_is_screened_no_more() -> None:
    story = standing(questions=1).when(Screening.withdraw, at=FEBRUARY).then(event(Withdrawn)).leaves(waiting=())
    story.when(Screening.decide_waiver, True, GROUNDS, OTHERS, at=FEBRUARY).refused("G-6")
    arrange(story).refused("G-6")
