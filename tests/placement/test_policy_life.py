"""Decisions in the lives of secondments and supports, at their boundaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from msgspec.structs import replace as replace_

from kernel.refusals import Refused
from policies import editions
from services.placement.domain.values import Appraised
from services.placement.policy.appraisals import Step, s_li_8_step
from services.placement.policy.life import DepartureFacts, s_li_2_concluded, s_li_4_departure, s_pl_10_notice
from services.placement.policy.supports import (
    c_bi_2_costs,
    c_li_1_period,
    c_li_4_scope,
    c_li_7_surveys,
    must_pass,
)
from tests.placement.senders import tokyo

SECONDMENT, SUPPORT = editions.load("secondment", 2026), editions.load("support", 2026)
START, END = date(2026, 4, 1), date(2028, 3, 31)
NOW = tokyo(2026, 5, 1)
READY = DepartureFacts(date(2027, 4, 1), True, date(2026, 10, 1), True, date(2027, 3, 31))


def unmet(facts: DepartureFacts, started: date = START, until: date = END) -> list[str]:
    """What still bars the departure."""
    words = s_li_4_departure(SECONDMENT, started, until, facts, "hr-01", at=tokyo(2027, 4, 1))
    assert {word.clause for word in words} == {"S-LI-4"}
    return [str(word.facts["requirement"]) for word in words if word.outcome != "passed"]


@pytest.mark.clause("S-LI-4")
@pytest.mark.parametrize(
    ("change", "bars"),
    [
        ({}, []),
        ({"departed_on": date(2027, 3, 31)}, ["domestic_year"]),
        ({"visa_granted": False}, ["visa"]),
        ({"health_check_on": date(2026, 9, 30)}, ["health_check"]),
        ({"health_check_on": date(2027, 4, 2)}, ["health_check"]),
        ({"health_check_on": None}, ["health_check"]),
        ({"health_result_reported": False}, ["health_check"]),
        ({"safety_training_on": None}, ["safety_training"]),
        ({"safety_training_on": date(2027, 4, 2)}, ["safety_training"]),
    ],
)
def test_a_departure_needs_year_visa_health_check_and_training(change: dict[str, object], bars: list[str]) -> None:
    assert unmet(replace(READY, **change)) == bars  # type: ignore[arg-type]  # fields by name


@pytest.mark.clause("S-LI-4")
def test_what_else_an_editions_checklist_requires_bars_the_departure_too() -> None:
    items = SECONDMENT.departure.checklist
    required = items["vaccination"].model_copy(update={"required": True})
    departure = SECONDMENT.departure.model_copy(update={"checklist": {**items, "vaccination": required}})
    stricter = replace(SECONDMENT, departure=departure)

    def bars(facts: DepartureFacts) -> list[object]:
        words = s_li_4_departure(stricter, START, END, facts, "hr-01", at=tokyo(2027, 4, 1))
        return [word.facts["requirement"] for word in words if word.outcome != "passed"]

    assert bars(READY) == ["vaccination"]
    assert bars(replace(READY, done=frozenset({"vaccination"}))) == []


@pytest.mark.clause("S-LI-4")
def test_a_stay_of_less_than_six_months_needs_no_health_check() -> None:
    without = replace(READY, health_check_on=None, health_result_reported=False)
    assert unmet(without, until=date(2027, 9, 30)) == ["health_check"]
    assert unmet(without, until=date(2027, 9, 29)) == []


@pytest.mark.clause("S-LI-4")
def test_who_started_late_serves_the_domestic_year_in_full() -> None:
    assert unmet(READY, started=date(2026, 4, 2)) == ["domestic_year"]


@pytest.mark.clause("S-LI-2")
@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (date(2026, 2, 28), "waived"),
        (date(2026, 3, 1), "passed"),
        (date(2026, 3, 31), "passed"),
        (date(2026, 4, 1), "waived"),
    ],
)
def test_the_memorandum_is_concluded_in_the_month_before_the_start_or_by_hrs_waiver(day: date, outcome: str) -> None:
    word = s_li_2_concluded(SECONDMENT, day, "hr-01", None, at=NOW)
    assert (word.clause, word.outcome, word.facts) == ("S-LI-2", outcome, {"returned_on": day.isoformat()})
    assert [each.value for each in word.parameters] == ["2026-03-01", "2026-03-31"]


GOALS = Appraised(goals_on=date(2026, 4, 20))
REVIEWED = replace_(GOALS, reviewed_on=date(2026, 10, 20))


@pytest.mark.clause("S-LI-8")
@pytest.mark.parametrize(
    ("step", "day", "known", "outcome"),
    [
        ("goals", date(2026, 4, 1), Appraised(), "passed"),
        ("review", date(2026, 9, 30), GOALS, "waived"),
        ("review", date(2026, 10, 1), GOALS, "passed"),
        ("review", date(2026, 10, 1), Appraised(), "waived"),
        ("assessment", date(2027, 2, 28), REVIEWED, "waived"),
        ("assessment", date(2027, 3, 1), REVIEWED, "passed"),
        ("assessment", date(2027, 3, 1), GOALS, "waived"),
        ("assessment", date(2027, 3, 1), replace_(REVIEWED, reviewed_on=date(2027, 3, 2)), "waived"),
    ],
)
def test_steps_of_an_appraisal_come_in_their_order_and_time_or_by_a_waiver(
    step: Step, day: date, known: Appraised, outcome: str
) -> None:
    at = tokyo(2027, 3, 31)
    word = s_li_8_step(SECONDMENT, 2026, step, day, known, by="hr-01", reason=None, at=at)
    assert (word.clause, word.outcome) == ("S-LI-8", outcome)


@pytest.mark.clause("S-PL-10")
def test_results_go_out_two_months_before_the_start_or_by_an_officers_word() -> None:
    assert s_pl_10_notice(SECONDMENT, "rule", None, at=tokyo(2026, 2, 1)).outcome == "passed"
    assert s_pl_10_notice(SECONDMENT, "rule", None, at=tokyo(2026, 2, 2)).outcome == "held"
    assert s_pl_10_notice(SECONDMENT, "hr-01", None, at=tokyo(2026, 2, 2)).outcome == "waived"


@pytest.mark.clause("S-PL-10")
def test_results_go_out_before_their_day_only_by_an_officers_word() -> None:
    the_day, before = tokyo(2026, 1, 15, 0), tokyo(2026, 1, 14, 23, 59)
    assert s_pl_10_notice(SECONDMENT, "rule", None, at=the_day).outcome == "passed"
    assert s_pl_10_notice(SECONDMENT, "hr-01", None, at=the_day).outcome == "passed"
    assert s_pl_10_notice(SECONDMENT, "rule", None, at=before).outcome == "held"
    assert s_pl_10_notice(SECONDMENT, "hr-01", None, at=before).outcome == "waived"


@pytest.mark.clause("C-LI-1")
@pytest.mark.parametrize(
    ("start", "until", "outcome"),
    [
        (date(2026, 4, 1), date(2027, 3, 31), "passed"),
        (date(2026, 3, 31), date(2027, 3, 31), "refused"),
        (date(2026, 4, 1), date(2027, 4, 1), "refused"),
        (date(2026, 5, 2), date(2026, 5, 1), "refused"),
    ],
)
def test_a_supports_period_lies_within_the_programmes(start: date, until: date, outcome: str) -> None:
    word = c_li_1_period(SUPPORT, start, until, "cd-01", at=NOW)
    assert word.outcome == outcome
    if outcome == "refused":
        with pytest.raises(Refused, match="C-LI-1"):
            must_pass(word, SUPPORT)


@pytest.mark.clause("C-LI-7")
def test_surveys_are_those_that_fall_into_the_period_and_those_after_it() -> None:
    def names(start: date, until: date) -> list[str]:
        return [survey.name for survey in c_li_7_surveys(SUPPORT, start, until, at=NOW)]

    assert names(date(2026, 5, 1), date(2027, 3, 31)) == ["half_way", "year_end", "follow_up"]
    assert names(date(2026, 9, 16), date(2027, 2, 14)) == ["follow_up"]


@pytest.mark.clause("C-LI-4")
@pytest.mark.parametrize("kind", list(SUPPORT.life.refused_requests))
def test_what_is_out_of_scope_is_refused_with_its_clause(kind: str) -> None:
    word = c_li_4_scope(SUPPORT, kind, "cd-01", None, at=NOW)
    assert (word.clause, word.outcome) == ("C-LI-4", "refused")
    assert word.parameters[0].value == SUPPORT.life.refused_requests[kind].first


@pytest.mark.clause("C-LI-3")
def test_what_the_service_offers_is_passed_and_what_nobody_knows_is_asked_again() -> None:
    assert c_li_4_scope(SUPPORT, "trip_together", "cd-01", None, at=NOW).outcome == "passed"
    assert c_li_4_scope(SUPPORT, "seminar", "cd-01", None, at=NOW).outcome == "passed"
    with pytest.raises(Refused, match="C-LI-4") as refused:
        c_li_4_scope(SUPPORT, "wizardry", "cd-01", None, at=NOW)
    assert "wizardry" not in refused.value.ja + refused.value.en


@pytest.mark.clause("C-BI-2")
def test_costs_are_the_editions_or_the_actual_ones_with_their_tax() -> None:
    lines = c_bi_2_costs(
        SUPPORT, "app-1", [("transport_cancellation", 4_800), ("specialist_fee", None)], date(2026, 6, 1)
    )
    assert [(line.fee, line.amount, line.tax) for line in lines] == [
        ("transport_cancellation", 4_800, None),
        ("specialist_fee", 30_000, 10),
    ]
    with pytest.raises(Refused, match="C-BI-2"):
        c_bi_2_costs(SUPPORT, "app-1", [("champagne", None)], date(2026, 6, 1))
