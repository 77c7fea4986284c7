"""A named person and the papers through screening as a story of events: given – when – then."""

from __future__ import annotations

import pytest

from kernel.testing import event, like
from kernel.testing.scenario import Scenario
from schemas.values import Decision, Outcome
from services.screening.domain.roads import Arrival
from services.screening.domain.secondment import SecondmentScreening as Screening
from services.screening.domain.secondment_events import (
    PaperArrived,
    PapersCompleted,
    PapersDecided,
    PapersMissed,
    SecondeeExamined,
    StagePassed,
    StageRefused,
    WaiverDecided,
)
from tests.screening.forms import NOVEMBER, SECONDMENT, request, secondee
from tests.screening.scenes import BY_FEBRUARY, WHO, a_form, a_person, rule, word


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
