"""A sender's form through screening as a story of events: given – when – then."""

from __future__ import annotations

import pytest

from kernel.testing import event, like
from schemas.values import Outcome
from services.screening.domain.case import Withdrawn
from services.screening.domain.secondment import SecondmentScreening as Screening
from services.screening.domain.secondment_events import (
    FormAmended,
    FormExamined,
    PurposeJudged,
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
    secondment_rules,
)
from tests.screening.scenes import a_form, receive, word


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
def test_that_the_form_says_the_unit_agrees_does_not_stand_for_the_units_word() -> None:
    story = a_form(request(route="domestic", years=3, wishes=OSAKA, third_year_agreed=True))
    passed = word("S-SC-2", "passed", SECONDMENT)
    claimed = story.when(Screening.judge_third_year, SECONDMENT, passed, unit_agrees=False, at=NOVEMBER)
    claimed.refused("S-SC-2", pointer="/unit_agrees")


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
    story.when(Screening.amend, party(), "secondment/2026", better, 1, decisions, placed_before=False, at=NOVEMBER)
    story.then(like(FormAmended, revision=1), like(FormExamined)).leaves(status="open", waiting=("to_judge",))
    repeated = story.when(Screening.amend, party(), "s", better, 1, decisions, placed_before=False, at=NOVEMBER)
    repeated.then()


@pytest.mark.clause("S-IN-6")
def test_what_was_asked_about_the_form_before_is_asked_no_more() -> None:
    plain = form(request())
    decisions = policy.examine(APPLICATION, plain, secondment_rules())
    story = a_form(request(years=3, wishes=STATES)).leaves(waiting=("to_judge", "waiver"))
    story.when(Screening.amend, party(), "secondment/2026", plain, 1, decisions, placed_before=False, at=NOVEMBER)
    story.leaves(waiting=("to_judge",))


@pytest.mark.clause("S-IN-6")
def test_a_withdrawn_form_is_screened_no_more() -> None:
    story = a_form(request()).when(Screening.withdraw, at=NOVEMBER).then(event(Withdrawn)).leaves(waiting=())
    story.when(Screening.judge_purpose, word("S-SC-1", "passed"), at=NOVEMBER).refused("G-6")
    story.when(Screening.withdraw, at=NOVEMBER).then()
    story.when(Screening.amend, party(), "e", form(), 1, (), placed_before=False, at=NOVEMBER).then()
