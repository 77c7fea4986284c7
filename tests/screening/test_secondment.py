"""A sender's screening as a story of events: given – when – then."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kernel.sealing import Confidential
from kernel.testing import event, given, like, sealed
from kernel.testing.happenings import Happening
from kernel.testing.scenario import Scenario
from schemas.values import Decision, Outcome, SecondmentForm
from services.screening.domain.case import Withdrawn
from services.screening.domain.roads import Arrival
from services.screening.domain.secondment import SecondmentScreening as Screening
from services.screening.domain.secondment_events import (
    FormAmended,
    FormExamined,
    PaperArrived,
    PapersCompleted,
    PapersDecided,
    PapersMissed,
    PurposeJudged,
    SecondeeExamined,
    SecondmentReceived,
    StagePassed,
    StageRefused,
    ThirdYearJudged,
    WaiverDecided,
)
from services.screening.policy import form as policy
from tests.screening.forms import (
    APPLICATION,
    NOVEMBER,
    OSAKA,
    SECONDMENT,
    STATES,
    form,
    party,
    request,
    secondee,
    secondment_rules,
)

CASE: dict[str, Any] = {
    "programme": "secondment",
    "fiscal_year": 2026,
    "application_id": APPLICATION,
    "receipt_number": "S-1",
    "party": party(),
    "edition": "secondment/2026",
}
ID = f"screening-{APPLICATION}"
BY_FEBRUARY = date(2026, 2, 24)
WHO = secondee()


def word(clause: str, outcome: Outcome, secondment_id: str | None = None) -> Decision:
    """An officer's decision."""
    facts = {"secondment_id": secondment_id} if secondment_id else {}
    return secondment_rules().word(clause, outcome, facts, by="o-1", reason=sealed(Confidential, "理由"))


def rule(clause: str, outcome: Outcome, **facts: Any) -> Decision:
    """A decision by rule on the one secondment."""
    return secondment_rules().rule(clause, outcome, {"secondment_id": SECONDMENT, **facts})


def received(asked: SecondmentForm) -> tuple[Happening, Happening]:
    """A form stands and was examined."""
    decisions = policy.examine(APPLICATION, asked, secondment_rules())
    return (
        event(SecondmentReceived, **CASE, form=asked, placed_before=False),
        event(FormExamined, **CASE, decisions=decisions),
    )


def a_form(*requests: Any) -> Scenario:
    """Given a form with these requests."""
    return given(*received(form(*requests)), of=Screening, id=ID)


def a_person(*more: Happening, decisions: tuple[Decision, ...] = ()) -> Scenario:
    """Given a form passed and a person named."""
    passed = event(StagePassed, **CASE, stage="form", requests=(request(),))
    judged = event(PurposeJudged, stage="form", secondment_id=None, decision=word("S-SC-1", "passed"))
    known = event(
        SecondeeExamined,
        **CASE,
        secondment_id=SECONDMENT,
        secondee=WHO,
        papers_by=BY_FEBRUARY,
        decisions=decisions,
    )
    return given(*received(form()), judged, passed, known, *more, of=Screening, id=ID)


def receive(asked: SecondmentForm) -> Scenario:
    """When a form is received."""
    decisions = policy.examine(APPLICATION, asked, secondment_rules())
    case = {name: value for name, value in CASE.items() if name != "application_id"}
    return given().when(Screening.receive, APPLICATION, decisions, at=NOVEMBER, form=asked, placed_before=False, **case)


@pytest.mark.clause("S-SC-1")
def test_a_form_waits_for_an_officers_word_on_its_purpose() -> None:
    receive(form()).then(like(SecondmentReceived), like(FormExamined)).leaves(waiting=("to_judge",), status="open")


@pytest.mark.clause("S-SC-1")
def test_a_purpose_that_fits_settles_the_form() -> None:
    story = a_form(request()).when(Screening.judge_purpose, word("S-SC-1", "passed"), at=NOVEMBER)
    story.then(like(PurposeJudged), like(StagePassed, stage="form", requests=(request(),), secondment_id=None))
    story.leaves(waiting=(), status="form_passed")


@pytest.mark.clause("S-SC-1")
def test_a_purpose_that_does_not_fit_ends_the_case() -> None:
    story = a_form(request()).when(Screening.judge_purpose, word("S-SC-1", "refused"), at=NOVEMBER)
    story.then(like(PurposeJudged), like(StageRefused, stage="form", secondment_id=None, clauses=("S-SC-1",)))
    story.leaves(status="refused").when(Screening.judge_purpose, word("S-SC-1", "passed"), at=NOVEMBER).refused("G-6")


def test_a_purpose_is_judged_once() -> None:
    story = a_form(request()).when(Screening.judge_purpose, word("S-SC-1", "passed"), at=NOVEMBER)
    story.when(Screening.judge_purpose, word("S-SC-1", "passed"), at=NOVEMBER).refused("S-SC-1")


@pytest.mark.clause("S-SC-3")
def test_a_broken_hard_clause_refuses_at_once() -> None:
    refused = like(StageRefused, stage="form", secondment_id=None, clauses=("S-SC-3",))
    receive(form(request(years=4))).then(like(SecondmentReceived), like(FormExamined), refused).leaves(waiting=())


@pytest.mark.clause("S-SC-2")
def test_one_request_of_two_is_refused_and_the_other_goes_on() -> None:
    story = receive(form(request(), request(2, route="domestic", years=4, wishes=OSAKA)))
    story.then(
        like(SecondmentReceived),
        like(FormExamined),
        like(StageRefused, secondment_id="app-1.2", clauses=("S-SC-2",)),
    )
    story.when(Screening.judge_purpose, word("S-SC-1", "passed"), at=NOVEMBER)
    story.then(like(PurposeJudged), like(StagePassed, requests=(request(),)))


@pytest.mark.clause("S-SC-2")
def test_a_third_year_passes_only_where_the_unit_agrees() -> None:
    story = a_form(request(route="domestic", years=3, wishes=OSAKA))
    passed = word("S-SC-2", "passed", SECONDMENT)
    story.when(Screening.judge_third_year, SECONDMENT, passed, unit_agrees=False, at=NOVEMBER)
    story.refused("S-SC-2", pointer="/unit_agrees")
    story.when(Screening.judge_third_year, SECONDMENT, passed, unit_agrees=True, at=NOVEMBER)
    story.then(like(ThirdYearJudged, secondment_id=SECONDMENT)).leaves(waiting=("to_judge",))
    story.when(Screening.judge_purpose, word("S-SC-1", "passed"), at=NOVEMBER)
    story.then(like(PurposeJudged), like(StagePassed))


@pytest.mark.clause("S-SC-2")
def test_a_third_year_that_the_form_says_is_agreed_needs_no_other_word() -> None:
    story = a_form(request(route="domestic", years=3, wishes=OSAKA, third_year_agreed=True))
    passed = word("S-SC-2", "passed", SECONDMENT)
    story.when(Screening.judge_third_year, SECONDMENT, passed, unit_agrees=False, at=NOVEMBER).then(
        like(ThirdYearJudged)
    )


@pytest.mark.clause("S-SC-2")
def test_a_third_year_refused_ends_the_secondments_case() -> None:
    story = a_form(request(route="domestic", years=3, wishes=OSAKA))
    refused = word("S-SC-2", "refused", SECONDMENT)
    story.when(Screening.judge_third_year, SECONDMENT, refused, unit_agrees=False, at=NOVEMBER)
    story.then(like(ThirdYearJudged), like(StageRefused, clauses=("S-SC-2",))).leaves(status="refused", waiting=())


@pytest.mark.clause("S-SC-4")
@pytest.mark.parametrize(("outcome", "after"), [("waived", "open"), ("refused", "refused")])
def test_two_years_in_the_states_ask_for_a_waiver(outcome: Outcome, after: str) -> None:
    story = a_form(request(years=3, wishes=STATES)).leaves(waiting=("to_judge", "waiver"))
    story.when(Screening.decide_waiver, SECONDMENT, word("S-SC-4", outcome, SECONDMENT), at=NOVEMBER)
    ended = [like(StageRefused, clauses=("S-SC-4",))] if outcome == "refused" else []
    story.then(like(WaiverDecided, stage="form"), *ended).leaves(status=after)


def test_what_was_not_asked_cannot_be_answered() -> None:
    story = a_form(request())
    story.when(Screening.decide_waiver, SECONDMENT, word("S-SC-4", "waived"), at=NOVEMBER).refused("S-SC-4")
    story.when(Screening.decide_waiver, "app-1.7", word("S-SC-4", "waived"), at=NOVEMBER).refused("S-IN-3")
    story.when(Screening.decide_papers, SECONDMENT, word("S-SC-9", "waived"), at=NOVEMBER).refused("S-SC-9")
    third = a_form(request(route="domestic", years=3, wishes=OSAKA))
    third.when(Screening.decide_waiver, SECONDMENT, word("S-SC-2", "waived"), at=NOVEMBER).refused("S-SC-2")


@pytest.mark.clause("S-IN-6")
def test_a_newer_form_is_screened_anew_even_after_a_refusal() -> None:
    better = form(request())
    decisions = policy.examine(APPLICATION, better, secondment_rules())
    story = receive(form(request(years=4))).leaves(status="refused")
    story.when(Screening.amend, party(), "secondment/2026", better, 1, decisions, at=NOVEMBER)
    story.then(like(FormAmended, revision=1), like(FormExamined)).leaves(status="open", waiting=("to_judge",))
    story.when(Screening.amend, party(), "secondment/2026", better, 1, decisions, at=NOVEMBER).then()


@pytest.mark.clause("S-IN-6")
def test_a_withdrawn_form_is_screened_no_more() -> None:
    story = a_form(request()).when(Screening.withdraw, at=NOVEMBER).then(event(Withdrawn)).leaves(waiting=())
    story.when(Screening.judge_purpose, word("S-SC-1", "passed"), at=NOVEMBER).refused("G-6")
    story.when(Screening.withdraw, at=NOVEMBER).then()
    story.when(Screening.amend, party(), "e", form(), 1, (), at=NOVEMBER).then()


def name(story: Scenario, *decisions: Decision) -> Scenario:
    """When the sender names the person."""
    return story.when(Screening.take_secondee, SECONDMENT, WHO, BY_FEBRUARY, decisions, at=NOVEMBER)


@pytest.mark.clause("S-LI-1")
def test_a_person_to_whom_no_clause_speaks_passes() -> None:
    story = name(a_form(request()), rule("S-SC-5", "passed"))
    story.then(like(SecondeeExamined), like(StagePassed, stage="person", secondment_id=SECONDMENT, secondee=WHO))


@pytest.mark.clause("S-SC-6")
def test_an_undeclared_health_refuses_the_person() -> None:
    story = name(a_form(request()), rule("S-SC-6", "refused"), rule("S-SC-5", "waiver_asked"))
    story.then(like(SecondeeExamined), like(StageRefused, stage="person", clauses=("S-SC-6",))).leaves(waiting=())


@pytest.mark.clause("S-SC-5")
@pytest.mark.clause("S-SC-8")
def test_a_person_passes_when_every_waiver_is_granted() -> None:
    story = name(a_form(request()), rule("S-SC-5", "waiver_asked"), rule("S-SC-8", "waiver_asked"))
    story.then(like(SecondeeExamined))
    story.when(Screening.decide_waiver, SECONDMENT, word("S-SC-5", "waived"), at=NOVEMBER).then(like(WaiverDecided))
    story.when(Screening.decide_waiver, SECONDMENT, word("S-SC-8", "waived"), at=NOVEMBER)
    story.then(like(WaiverDecided, stage="person"), like(StagePassed, stage="person"))


@pytest.mark.clause("S-SC-7")
def test_a_waiver_refused_ends_the_case_of_the_person() -> None:
    story = name(a_form(request()), rule("S-SC-7", "waiver_asked"))
    story.when(Screening.decide_waiver, SECONDMENT, word("S-SC-7", "refused"), at=NOVEMBER)
    story.then(like(WaiverDecided), like(StageRefused, stage="person", clauses=("S-SC-7",))).leaves(status="refused")


@pytest.mark.clause("S-SC-9")
def test_each_arrival_is_kept_by_itself_and_once() -> None:
    arrival = Arrival("paper-1", SECONDMENT, "resume", "original", BY_FEBRUARY)
    story = (
        a_form(request()).when(Screening.take_paper, arrival, at=NOVEMBER).then(event(PaperArrived, arrival=arrival))
    )
    story.when(Screening.take_paper, arrival, at=NOVEMBER).then()


@pytest.mark.clause("S-SC-9")
def test_complete_papers_pass() -> None:
    story = a_person().when(Screening.settle_papers, SECONDMENT, rule("S-SC-9", "passed"), at=NOVEMBER)
    story.then(like(PapersCompleted), like(StagePassed, stage="papers", secondment_id=SECONDMENT))


MISSING = rule("S-SC-9", "held", missing=["resume/data"], deadline="2026-02-24")


@pytest.mark.clause("S-SC-9")
@pytest.mark.parametrize(("outcome", "after"), [("waived", StagePassed), ("refused", StageRefused)])
def test_missing_papers_are_held_for_hr(outcome: Outcome, after: type) -> None:
    story = a_person().when(Screening.settle_papers, SECONDMENT, MISSING, at=NOVEMBER)
    story.then(like(PapersMissed, missing=("resume/data",), deadline=BY_FEBRUARY)).leaves(waiting=("held",))
    story.when(Screening.settle_papers, SECONDMENT, MISSING, at=NOVEMBER).then()
    story.when(Screening.decide_papers, SECONDMENT, word("S-SC-9", outcome), at=NOVEMBER)
    story.then(like(PapersDecided), like(after, stage="papers")).leaves(waiting=())


@pytest.mark.clause("S-SC-9")
def test_papers_that_turn_out_to_be_in_time_end_the_hold() -> None:
    story = a_person().when(Screening.settle_papers, SECONDMENT, MISSING, at=NOVEMBER)
    story.when(Screening.settle_papers, SECONDMENT, rule("S-SC-9", "passed"), at=NOVEMBER)
    story.then(like(PapersCompleted), like(StagePassed, stage="papers")).leaves(waiting=())


@pytest.mark.clause("S-LI-1")
def test_another_person_begins_anew_with_papers_of_their_own() -> None:
    arrival = Arrival("paper-1", SECONDMENT, "resume", "original", BY_FEBRUARY)
    story = a_person(event(PaperArrived, arrival=arrival), decisions=(rule("S-SC-5", "waiver_asked"),))
    other = secondee("person-2")
    story.leaves(waiting=("waiver",), arrivals=(arrival,))
    story.when(Screening.take_secondee, SECONDMENT, other, BY_FEBRUARY, (rule("S-SC-5", "passed"),), at=NOVEMBER)
    story.then(like(SecondeeExamined), like(StagePassed, secondee=other)).leaves(waiting=(), arrivals=())
