"""A company's support as a story of events: given – when – then."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from kernel.sealing import Confidential
from kernel.testing import event, given, like, sealed
from kernel.testing.happenings import Happening
from kernel.testing.scenario import Scenario
from policies.editions import load
from schemas.values import Decision
from services.placement.api.supports import Kick
from services.placement.domain.support import Support
from services.placement.domain.support_events import (
    ContactRecorded,
    CoordinatorAssigned,
    CoordinatorAwaited,
    DisclosureNoted,
    FactsReported,
    KickedOff,
    Needs,
    RequestJudged,
    SupportCase,
    SupportEnded,
    SupportPrepared,
    Survey,
    SurveyAnswered,
    SurveyAsked,
    VisitCancelled,
    VisitFixed,
)
from services.placement.policy.decisions import decided
from services.placement.policy.supports import c_bi_2_costs
from tests.placement.senders import party, tokyo

CASE = SupportCase(fiscal_year=2026, application_id="app-1", receipt_number="C2026-0001", party=party())
NEEDS = Needs(prefecture="nagano", field="manufacturing", languages=("en",), stage="recruiting")
NOW: datetime = tokyo(2026, 6, 1)
WORD: Decision = decided("C-PL-1", "passed", edition="support/2026", at=NOW, facts={})
PLAN, NOTE = sealed(Confidential, "計画"), sealed(Confidential, "記録")
SURVEYS = (
    Survey("half_way", date(2026, 9, 15), date(2026, 10, 6), "during"),
    Survey("follow_up", date(2027, 9, 15), date(2027, 10, 6), "after"),
)
UNTIL = date(2027, 3, 31)


def assigned(who: str = "coordinator-07", replaces: str | None = None) -> Happening:
    """A coordinator was assigned."""
    fields: dict[str, Any] = {"coordinator_id": who, "replaces": replaces, "rank": 1, "edition": "support/2026"}
    return event(CoordinatorAssigned, case=CASE, decisions=(WORD,), **fields)


KICKED = event(
    KickedOff,
    case=CASE,
    started_on=date(2026, 5, 1),
    until=UNTIL,
    stage="recruiting",
    plan=PLAN,
    surveys=SURVEYS,
    decisions=(WORD,),
)
RUNNING = (assigned(), KICKED)
VISIT = event(VisitFixed, visit_id="v-1", on=date(2026, 6, 20), by="cd-01")


ENDED = event(SupportEnded, case=CASE, ended_on=date(2026, 5, 31), ground="goal_reached", early=True, decision=WORD)


def after(*events: Happening) -> Scenario:
    """An adopted company to which this happened."""
    prepared = event(SupportPrepared, case=CASE, needs=NEEDS, adopted_on=date(2026, 4, 10), edition="support/2026")
    return given(prepared, *events, of=Support, id="support-app-1")


@pytest.mark.clause("C-PL-1")
def test_a_coordinator_is_assigned_and_may_be_replaced_on_the_way() -> None:
    assign: tuple[Any, ...] = (Support.assign, "coordinator-07", 1, "support/2026", (WORD,))
    after().when(*assign, at=NOW).then(assigned()).leaves(state="assigned")
    after(event(CoordinatorAwaited, decision=WORD)).when(*assign, at=NOW).then(assigned()).leaves(state="assigned")
    after(assigned()).when(*assign, at=NOW).refused("C-PL-1", pointer="/coordinator_id")
    other: tuple[Any, ...] = (Support.assign, "coordinator-08", 1, "support/2026", (WORD,))
    replaced = assigned("coordinator-08", "coordinator-07")
    after(assigned()).when(*other, at=NOW).then(replaced).leaves(state="assigned")


@pytest.mark.clause("C-PL-1")
def test_a_running_support_is_handed_over_and_not_just_left() -> None:
    other: tuple[Any, ...] = (Support.assign, "coordinator-08", 1, "support/2026", (WORD,))
    story = after(*RUNNING).when(*other, at=NOW).refused("C-PL-1", pointer="/handover")
    story.when(*other, handover=NOTE, at=NOW)
    story.then(like(CoordinatorAssigned, replaces="coordinator-07", handover=NOTE)).leaves(state="running")


@pytest.mark.clause("C-IN-7")
def test_reported_facts_change_address_and_needs_and_an_older_report_changes_nothing() -> None:
    moved = msgspec.structs.replace(NEEDS, prefecture="osaka")
    report: tuple[Any, ...] = (Support.report, party("org-1"), moved)
    story = after(*RUNNING).when(*report, 2, at=NOW).then(like(FactsReported, revision=2, needs=moved))
    story.leaves(needs=moved, coordinator_id="coordinator-07").when(*report, 2, at=NOW).then()
    after(*RUNNING, ENDED).when(*report, 2, at=NOW).then()


@pytest.mark.clause("C-CO-1")
def test_a_referral_needs_its_disclosure_on_record_beforehand() -> None:
    noted = event(DisclosureNoted, number=1, on=date(2026, 5, 20))
    refer: tuple[Any, ...] = (Support.record_contact, "referral", date(2026, 5, 20), "cd-01", NOTE)
    after(*RUNNING).when(*refer, at=NOW).refused("C-CO-1", pointer="/disclosure")
    after(*RUNNING).when(*refer, disclosure=1, at=NOW).refused("C-CO-1", pointer="/disclosure")
    after(*RUNNING, noted).when(*refer, disclosure=2, at=NOW).refused("C-CO-1", pointer="/disclosure")
    story = after(*RUNNING, noted).when(*refer, disclosure=1, at=NOW).then(like(ContactRecorded, disclosure=1))
    story.when(*refer, disclosure=1, at=NOW).refused("C-CO-1", pointer="/disclosure")  # another tells others again
    other = event(DisclosureNoted, number=2, on=date(2026, 5, 20))
    referred = event(ContactRecorded, kind="referral", on=date(2026, 5, 20), by="cd-01", note=NOTE, disclosure=1)
    story = after(*RUNNING, noted, other, referred).when(*refer, disclosure=2, at=NOW)
    story.then(like(ContactRecorded, disclosure=2)).leaves(referred=(1, 2))
    early: tuple[Any, ...] = (Support.record_contact, "referral", date(2026, 5, 19), "cd-01", NOTE)
    after(*RUNNING, noted).when(*early, disclosure=1, at=NOW).refused("C-CO-1", pointer="/disclosure")


@pytest.mark.clause("C-LI-7")
def test_a_survey_is_answered_once_and_only_if_it_was_asked() -> None:
    asked = event(SurveyAsked, case=CASE, survey="half_way", answer_by=date(2026, 10, 6))
    answer: tuple[Any, ...] = (Support.answer_survey, "half_way", date(2026, 5, 30))
    after(*RUNNING).when(*answer, at=NOW).refused("C-LI-7", pointer="/survey")
    story = after(*RUNNING, asked).when(*answer, at=NOW)
    story.then(event(SurveyAnswered, case=CASE, survey="half_way", answered_on=date(2026, 5, 30)))
    story.when(*answer, at=NOW).refused("C-LI-7", pointer="/survey")
    after(*RUNNING, asked).when(Support.answer_survey, "half_way", date(2026, 6, 2), at=NOW).refused("G-1")


@pytest.mark.clause("C-LI-2")
@pytest.mark.parametrize("stage", ["strategy", "recruiting", "receiving", "retention"])
def test_a_company_enters_at_any_of_the_four_stages(stage: str) -> None:
    kick: tuple[Any, ...] = (Support.kick_off, date(2026, 5, 1), UNTIL, stage, PLAN, SURVEYS, (WORD,))
    after(assigned()).when(*kick, at=NOW).leaves(state="running", stage=stage)


@pytest.mark.clause("C-LI-2")
def test_a_fifth_stage_is_refused_where_it_is_named() -> None:
    with pytest.raises(ValidationError) as refused:
        Kick.model_validate(
            {"by": "officer-1", "reason": "x", "seen_version": 1}
            | {"held_on": "2026-05-01", "until": "2027-03-31", "stage": "fifth"}
            | {"plan": "x", "present": ["company", "jetro", "coordinator"]}
        )
    assert [error["loc"] for error in refused.value.errors()] == [("stage",)]


@pytest.mark.clause("C-LI-1")
def test_kick_off_starts_it_once_and_needs_a_coordinator() -> None:
    kick: tuple[Any, ...] = (Support.kick_off, date(2026, 5, 1), UNTIL, "recruiting", PLAN, SURVEYS, (WORD,))
    after(assigned()).when(*kick, at=NOW).then(KICKED).leaves(state="running")
    after().when(*kick, at=NOW).refused("C-LI-1")
    after(*RUNNING).when(*kick, at=NOW).refused("C-LI-1")
    after(assigned()).when(*kick, at=tokyo(2026, 4, 30)).refused("G-1")


@pytest.mark.clause("C-LI-1")
def test_kick_off_is_not_held_before_the_adoption() -> None:
    kick: tuple[Any, ...] = (UNTIL, "recruiting", PLAN, SURVEYS, (WORD,))
    before, adopted = date(2026, 4, 9), date(2026, 4, 10)
    after(assigned()).when(Support.kick_off, before, *kick, at=NOW).refused("C-LI-1", pointer="/held_on")
    after(assigned()).when(Support.kick_off, adopted, *kick, at=NOW).leaves(state="running", started_on=adopted)


@pytest.mark.clause("C-LI-3")
def test_neither_contact_nor_visit_lies_before_kick_off() -> None:
    before, started = date(2026, 4, 30), date(2026, 5, 1)
    contact = Support.record_contact
    after(*RUNNING).when(contact, "online", before, "cd-01", NOTE, at=NOW).refused("C-LI-3", pointer="/on")
    after(*RUNNING).when(contact, "online", started, "cd-01", NOTE, at=NOW).leaves(contacts=1)
    after(*RUNNING).when(Support.fix_visit, "v-1", before, "cd-01", at=NOW).refused("C-LI-3", pointer="/on")
    after(*RUNNING).when(Support.fix_visit, "v-1", started, "cd-01", at=NOW).then(like(VisitFixed, on=started))


@pytest.mark.clause("C-LI-3")
def test_contacts_and_visits_belong_to_a_running_support() -> None:
    contact: tuple[Any, ...] = (Support.record_contact, "online", date(2026, 6, 1), "cd-01", NOTE)
    after(*RUNNING).when(*contact, at=NOW).then(like(ContactRecorded, kind="online")).leaves(contacts=1)
    after(assigned()).when(*contact, at=NOW).refused("C-LI-1")
    after(*RUNNING).when(Support.fix_visit, "v-1", date(2026, 6, 20), "cd-01", at=NOW).then(VISIT)
    after(*RUNNING).when(Support.fix_visit, "v-1", date(2027, 4, 1), "cd-01", at=NOW).refused("C-LI-1")
    after(*RUNNING).when(Support.judge_request, "mandate", WORD, at=NOW).then(like(RequestJudged, kind="mandate"))


@pytest.mark.clause("C-BI-2")
def test_a_fixed_visit_is_cancelled_once_and_before_it_is_over() -> None:
    cancelled = event(VisitCancelled, case=CASE, visit_id="v-1", cancelled_on=date(2026, 6, 1), costs=(), decision=WORD)
    cancel: tuple[Any, ...] = (Support.cancel_visit, "v-1", date(2026, 6, 1), (), WORD)
    after(*RUNNING, VISIT).when(*cancel, at=NOW).then(cancelled)
    after(*RUNNING, VISIT, cancelled).when(*cancel, at=NOW).refused("C-BI-2")
    after(*RUNNING).when(*cancel, at=NOW).refused("G-8")
    costs = c_bi_2_costs(load("support", 2026), "app-1", [("transport_cancellation", None)], date(2026, 6, 1))
    charging: tuple[Any, ...] = (Support.cancel_visit, "v-1", date(2026, 6, 1), costs, WORD)
    by_jetro = after(*RUNNING, VISIT).when(*charging, cancelled_by="jetro", at=NOW).refused("C-BI-2", pointer="/costs")
    by_jetro.when(*cancel, cancelled_by="jetro", at=NOW).then(like(VisitCancelled, cancelled_by="jetro", costs=()))
    late: tuple[Any, ...] = (Support.cancel_visit, "v-1", date(2026, 6, 21), (), WORD)
    after(*RUNNING, VISIT).when(*late, at=tokyo(2026, 6, 21)).refused("C-BI-2")


@pytest.mark.clause("C-LI-7")
def test_each_survey_is_asked_once_and_none_of_during_after_an_early_end() -> None:
    half = event(SurveyAsked, case=CASE, survey="half_way", answer_by=date(2026, 10, 6))
    later = event(SurveyAsked, case=CASE, survey="follow_up", answer_by=date(2027, 10, 6))
    ended = event(SupportEnded, case=CASE, ended_on=date(2026, 8, 1), ground="goal_reached", early=True, decision=WORD)
    after(*RUNNING).when(Support.ask_survey, "half_way", at=NOW).then(half)
    after(*RUNNING, half).when(Support.ask_survey, "half_way", at=NOW).then()
    after(*RUNNING, ended).when(Support.ask_survey, "half_way", at=NOW).then()
    after(*RUNNING, ended).when(Support.ask_survey, "follow_up", at=NOW).then(later)


@pytest.mark.clause("C-LI-6")
def test_it_ends_at_its_term_or_early_on_a_ground() -> None:
    end: tuple[Any, ...] = (Support.end, date(2026, 6, 1), "no_cooperation", WORD)
    early = like(SupportEnded, ended_on=date(2026, 6, 1), ground="no_cooperation", early=True)
    after(*RUNNING).when(*end, at=NOW).then(early)
    after(assigned()).when(*end, at=NOW).then(early)
    after(*RUNNING).when(Support.end, UNTIL, "dissolved", WORD, at=tokyo(2027, 4, 1)).refused("C-LI-6")
    after(*RUNNING).when(Support.end, date(2026, 4, 1), "dissolved", WORD, at=NOW).refused("C-LI-6")
    term = like(SupportEnded, ended_on=UNTIL, ground="term", early=False)
    over = after(*RUNNING).when(Support.end, UNTIL, "term", WORD, at=tokyo(2027, 4, 1)).then(term)
    over.when(*end, at=NOW).refused("C-LI-6")
    over.when(Support.assign, "coordinator-08", 1, "support/2026", (WORD,), at=NOW).refused("C-LI-6")


@pytest.mark.clause("C-LI-6")
def test_what_runs_ends_no_earlier_than_it_was_kicked_off() -> None:
    end: tuple[Any, ...] = ("dissolved", WORD)
    before, started = date(2026, 4, 30), date(2026, 5, 1)
    after(*RUNNING).when(Support.end, before, *end, at=NOW).refused("C-LI-6", pointer="/ended_on")
    after(*RUNNING).when(Support.end, started, *end, at=NOW).then(like(SupportEnded, ended_on=started))
    after(assigned()).when(Support.end, before, *end, at=NOW).then(like(SupportEnded, ended_on=before))


@pytest.mark.clause("C-LI-1")
def test_without_a_last_day_only_what_runs_has_a_term() -> None:
    after(assigned()).when(Support.end, UNTIL, "term", WORD, at=tokyo(2027, 4, 1)).refused("C-LI-1")
