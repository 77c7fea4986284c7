"""S-SC-5…8 on a person: each bar just under, on and over it."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.forms import DECLARATIONS
from schemas.values import Outcome, Route
from services.screening.policy import person as policy
from services.screening.policy.person import Person
from tests.screening.forms import SECONDMENT, secondment_rules

RULES = secondment_rules()
ASKS = "hq.overseas-expansion.strategy"
"""A unit that asks for a level of English."""


@pytest.mark.clause("S-SC-5")
@pytest.mark.parametrize(
    ("birth", "outcome", "age"),
    [
        (date(1986, 4, 2), "passed", 39),  # turns 40 on the day after the start
        (date(1986, 4, 1), "waiver_asked", 40),  # on the start
        (date(1986, 3, 31), "waiver_asked", 40),  # the day before
        (date(1985, 12, 1), "waiver_asked", 40),
    ],
)
def test_under_forty_on_the_start_date(birth: date, outcome: Outcome, age: int) -> None:
    found = policy.s_sc_5_age(birth, SECONDMENT, RULES)
    assert (found.decision.outcome, found.facts["age"]) == (outcome, age)
    assert found.decision.facts["counted_on"] == "2026-04-01"


@pytest.mark.clause("S-SC-6")
@pytest.mark.parametrize(("undeclared", "outcome"), [((), "passed"), *(((each,), "refused") for each in DECLARATIONS)])
def test_health_and_cooperation_are_declared_by_sender_and_secondee(
    undeclared: tuple[str, ...], outcome: Outcome
) -> None:
    found = policy.s_sc_6_declarations(undeclared, SECONDMENT, RULES)
    assert (found.decision.outcome, found.facts) == (outcome, {"undeclared": ",".join(undeclared)})
    assert found.decision.facts == {"secondment_id": SECONDMENT}


@pytest.mark.clause("S-SC-7")
@pytest.mark.parametrize(("years", "outcome"), [(4, "waiver_asked"), (5, "passed"), (6, "passed")])
def test_five_years_of_experience(years: int, outcome: Outcome) -> None:
    assert policy.s_sc_7_experience(years, SECONDMENT, RULES).decision.outcome == outcome


@pytest.mark.clause("S-SC-8")
@pytest.mark.parametrize(("toeic", "outcome"), [(None, "waiver_asked"), (729, "waiver_asked"), (730, "passed")])
def test_toeic_for_those_who_go_overseas(toeic: int | None, outcome: Outcome) -> None:
    found = policy.s_sc_8_language(toeic, "domestic_then_overseas", ("osaka", "hanoi"), SECONDMENT, RULES)
    assert found.decision.outcome == outcome


@pytest.mark.clause("S-SC-8")
@pytest.mark.parametrize("route", ["domestic", "headquarters"])
def test_where_no_unit_asks_for_a_level_the_decision_says_so(route: Route) -> None:
    found = policy.s_sc_8_language(None, route, ("osaka",), SECONDMENT, RULES)
    assert (found.decision.outcome, found.decision.parameters) == ("passed", ())
    assert (found.decision.facts["level"], found.decision.facts["units"]) == ("none asked", ["osaka"])


@pytest.mark.clause("S-SC-8")
@pytest.mark.parametrize(("toeic", "outcome"), [(None, "waiver_asked"), (599, "waiver_asked"), (600, "passed")])
def test_who_stays_in_japan_has_the_level_that_the_unit_asks_for(toeic: int | None, outcome: Outcome) -> None:
    found = policy.s_sc_8_language(toeic, "headquarters", ("osaka", ASKS), SECONDMENT, RULES)
    assert (found.decision.outcome, found.decision.facts["level"]) == (outcome, "asked")
    assert [(each.name, each.value) for each in found.decision.parameters] == [(f"sites.{ASKS}.toeic_least", 600)]


@pytest.mark.clause("G-7")
def test_plain_facts_of_a_decision_say_nothing_about_the_person() -> None:
    person = Person(date(1980, 1, 2), 345, 3)
    found = policy.examine(person, "domestic_then_overseas", ("osaka", "hanoi"), SECONDMENT, RULES)
    plain = repr([each.decision for each in found])
    assert "1980" not in plain
    assert "345" not in plain
    assert repr(person) == "Person(sealed)"
    assert {key for each in found for key in each.facts} == {
        "birth_date", "age", "experience_years", "toeic", "undeclared",
    }  # fmt: skip
