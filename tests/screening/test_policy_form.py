"""A sender's form by rule: routes, periods, countries; each boundary on both sides."""

from __future__ import annotations

import pytest

from schemas.values import Decision, Outcome, Route, Wish
from services.screening.policy import form as policy
from tests.screening.forms import OSAKA, OVERSEAS, SECONDMENT, STATES, UNIT, form, request, secondment_rules

RULES = secondment_rules()
WISHES: dict[Route, tuple[Wish, ...]] = {"domestic": OSAKA, "headquarters": UNIT, "domestic_then_overseas": OVERSEAS}


def of(clause: str, decisions: tuple[Decision, ...]) -> Outcome:
    return next(each.outcome for each in decisions if each.clause == clause)


@pytest.mark.clause("S-SC-1")
def test_the_purpose_is_for_an_officer() -> None:
    assert of("S-SC-1", policy.examine("app-1", form(), RULES)) == "held"


@pytest.mark.clause("S-SC-2")
@pytest.mark.parametrize("route", ["domestic", "headquarters"])
@pytest.mark.parametrize(
    ("years", "outcome"), [(1, "passed"), (2, "passed"), (3, "held"), (4, "refused"), (9, "refused")]
)
def test_domestic_and_headquarters_for_one_or_two_years(route: Route, years: int, outcome: Outcome) -> None:
    asked = request(route=route, years=years, wishes=WISHES[route])
    decision = policy.s_sc_2_period(asked, SECONDMENT, RULES)
    assert decision.outcome == outcome
    assert {parameter.name for parameter in decision.parameters} >= {f"routes.{route}.years_most"}
    assert decision.facts["years"] == years


@pytest.mark.clause("S-SC-2")
@pytest.mark.parametrize("agreed", [True, False])
def test_a_third_year_is_heard_with_and_without_the_units_agreement(agreed: bool) -> None:
    asked = request(route="domestic", years=3, wishes=OSAKA, third_year_agreed=agreed)
    decision = policy.s_sc_2_period(asked, SECONDMENT, RULES)
    assert (decision.outcome, decision.facts["third_year_agreed"]) == ("held", agreed)


@pytest.mark.clause("S-SC-3")
@pytest.mark.parametrize(("years", "outcome"), [(1, "refused"), (2, "passed"), (3, "passed"), (4, "refused")])
def test_overseas_two_years_in_all_and_three_at_most(years: int, outcome: Outcome) -> None:
    decision = policy.s_sc_3_period(request(years=years), SECONDMENT, RULES)
    assert decision.outcome == outcome
    assert decision.facts["overseas_years"] == years - 1


@pytest.mark.clause("S-SC-4")
@pytest.mark.parametrize(("years", "outcome"), [(2, "passed"), (3, "waiver_asked")])
def test_one_year_in_the_united_states(years: int, outcome: Outcome) -> None:
    (decision,) = policy.s_sc_4_countries(request(years=years, wishes=STATES), SECONDMENT, RULES)
    assert decision.outcome == outcome
    assert decision.facts["countries"] == ["US"]
    assert [p.value for p in decision.parameters if "countries.US" in p.name] == [1]


@pytest.mark.clause("S-SC-4")
def test_a_country_without_a_bound_asks_nothing() -> None:
    assert policy.s_sc_4_countries(request(years=3), SECONDMENT, RULES) == ()


@pytest.mark.clause("S-IN-4")
@pytest.mark.parametrize(
    ("route", "wish", "outcome"),
    [
        ("domestic", Wish(rank=1, domestic="osaka"), "passed"),
        ("domestic", Wish(rank=1, domestic="hq.research.planning"), "refused"),
        ("domestic", Wish(rank=1, domestic="osaka", overseas="bangkok"), "refused"),
        ("domestic", Wish(rank=1, domestic="atlantis"), "refused"),
        ("headquarters", Wish(rank=1, domestic="hq.research.planning"), "passed"),
        ("headquarters", Wish(rank=1, domestic="osaka"), "refused"),
        ("domestic_then_overseas", Wish(rank=1, domestic="osaka", overseas="bangkok"), "passed"),
        ("domestic_then_overseas", Wish(rank=1, domestic="hq.research.planning", overseas="bangkok"), "passed"),
        ("domestic_then_overseas", Wish(rank=1, domestic="osaka"), "refused"),
        ("domestic_then_overseas", Wish(rank=1, domestic="bangkok", overseas="bangkok"), "refused"),
        ("domestic_then_overseas", Wish(rank=1, domestic="osaka", overseas="sapporo"), "refused"),
        ("domestic_then_overseas", Wish(rank=1, domestic="osaka", overseas="atlantis"), "refused"),
    ],
)
def test_wishes_keep_to_the_route(route: Route, wish: Wish, outcome: Outcome) -> None:
    decision = policy.s_in_4_route(request(route=route, wishes=(wish,)), SECONDMENT, RULES)
    assert decision.outcome == outcome
    assert decision.facts["ranks_astray"] == ([] if outcome == "passed" else [1])


@pytest.mark.clause("G-6")
def test_a_decision_says_edition_moment_and_who() -> None:
    decision = policy.s_sc_1_purpose(RULES)
    assert (decision.edition, decision.at, decision.by) == ("secondment/2026", "2025-11-20T01:00:00+00:00", "rule")
