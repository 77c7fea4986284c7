"""Every case of every edition, put to the services' own rules; and what does not hold is told from what does."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from madoguchi.checking import secondment, support
from madoguchi.checking.verdicts import Verdict, judged, run
from madoguchi.cli.editions import editions_in
from policies.cases import FACTS, Case, load_cases
from policies.clauses import everything
from policies.editions import FOLDER, load
from schemas.values import Programme

VERDICTS = [verdict for programme, year in editions_in(FOLDER, None, None) for verdict in run(programme, year)]
RULES: dict[Programme, Any] = {"secondment": secondment.RULES, "support": support.RULES}
BY_PEOPLE = {"S-PL-7", "S-LI-1", "S-LI-3"}
"""Clauses of the secondment that no fact of a case decides: officers act, or the calendar does."""


@pytest.mark.parametrize("verdict", [pytest.param(each, id=f"{each.file}:{each.line}") for each in VERDICTS])
def test_a_case_is_what_the_rules_say(verdict: Verdict) -> None:
    assert verdict.state != "broken", f"{verdict.file}:{verdict.line} {verdict.case} {verdict.found} {verdict.fault}"


def test_every_kind_of_case_has_its_rules() -> None:
    for programme in get_args(Programme):
        assert RULES[programme].keys() == FACTS[programme].keys()


@pytest.mark.parametrize("programme", get_args(Programme))
def test_the_cases_use_every_kind_and_every_fact(programme: Programme) -> None:
    """A kind or a fact that no case uses would be one that nothing proves."""
    cases = load_cases(programme, 2026).root.values()
    assert {each.about for each in cases} == FACTS[programme].keys()
    if programme == "secondment":
        used = {about: {f for each in cases if each.about == about for f in each.facts} for about in FACTS[programme]}
        assert used == {about: set(facts) for about, facts in FACTS[programme].items()}


def test_the_cases_name_every_clause_of_the_secondment_that_facts_decide() -> None:
    cases = load_cases("secondment", 2026).root.values()
    clauses = [id for id in everything() if id.startswith("S-") and not id.startswith("S-NO")]
    assert len(cases) >= 75
    assert {id for id in clauses if id not in {each.clause for each in cases}} == BY_PEOPLE


def verdict(about: str, outcome: str, clause: str, **facts: Any) -> Verdict:
    """What comes of a case that is not in the file."""
    gives = {"total": 1} if outcome == "computed" else {}
    case = Case.model_validate({"clause": clause, "about": about, "facts": facts, "outcome": outcome, "gives": gives})
    return judged(load("secondment", 2026), "a case", "cases.yaml", 1, case)


@pytest.mark.parametrize(
    ("outcome", "clause", "state"),
    [
        ("waiver_asked", "S-SC-8", "kept"),
        ("passed", "S-SC-8", "broken"),
        ("refused", "S-SC-8", "broken"),
        ("waiver_asked", "S-SC-7", "broken"),
        ("computed", "S-SC-8", "broken"),
    ],
)
def test_outcome_and_clause_must_both_be_those_of_the_rules(outcome: str, clause: str, state: str) -> None:
    assert verdict("person", outcome, clause, overseas=True, toeic=729).state == state


def test_a_case_that_passes_by_one_clause_and_fails_by_another_does_not_pass() -> None:
    both = {"overseas": True, "toeic": 730, "experience_years": 4}
    assert verdict("person", "passed", "S-SC-8", **both).state == "broken"
    assert verdict("person", "waiver_asked", "S-SC-7", **both).state == "kept"


def test_what_is_computed_must_be_the_same_value_of_the_same_kind() -> None:
    amounts = {"taxed": (1,), "outside": (0,)}
    assert verdict("totals", "computed", "S-BI-7", **amounts).state == "kept"
    case = Case.model_validate(
        {"clause": "S-BI-7", "about": "totals", "facts": amounts, "outcome": "computed", "gives": {"total": True}}
    )
    assert judged(load("secondment", 2026), "a case", "cases.yaml", 1, case).state == "broken"


@pytest.mark.parametrize(
    ("about", "facts", "fact"),
    [
        ("person", {"birth_date": "1986-02-30"}, "birth_date"),
        ("person", {"birth_date": "1986-04-01", "starts": "2026-04-02"}, "starts"),
        ("person", {"experience_years": "five"}, "experience_years"),
        ("person", {"toeic": 730}, "overseas"),
        ("person", {"experience_years": 4, "officer": "yes"}, "officer"),
        ("person", {"experience_years": 5, "officer": "granted"}, "officer"),
        ("reception", {"received_at": "2025-12-05T10:00:00"}, "received_at"),
        ("reception", {}, "received_at"),
        ("papers", {"original": {"resumé": "2026-02-01"}}, "original"),
        ("fees", {"office": "osaka", "departs": "2027-04-01", "until": "2028-03-31", "fiscal_year": 2027}, "office"),
        ("place", {"site": "atlantis", "fiscal_year": 2026}, "site"),
        ("cost", {"cost": "lunch"}, "cost"),
    ],
)
def test_facts_that_cannot_be_read_are_named(about: str, facts: dict[str, Any], fact: str) -> None:
    made = Case.model_construct(clause="S-SC-5", about=about, facts=facts, outcome="passed", gives={})
    seen = judged(load("secondment", 2026), "a case", "cases.yaml", 1, made)
    assert seen.fault is not None
    assert (seen.state, seen.fault.fact) == ("broken", fact)
    assert seen.fault.ja
