"""Every case of every edition, put to the services' own rules; and what does not hold is told from what does."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from madoguchi.checking import secondment, support
from madoguchi.checking.verdicts import Verdict, judged, run
from madoguchi.cli.editions import editions_in
from policies.cases import FACTS, Case, load_cases
from policies.clauses import everything
from policies.edition import Edition
from policies.editions import FOLDER, load
from schemas.values import Programme

VERDICTS = [verdict for programme, year in editions_in(FOLDER, None, None) for verdict in run(programme, year)]
RULES: dict[Programme, Any] = {"secondment": secondment.RULES, "support": support.RULES}
BY_PEOPLE = {"S-PL-7", "S-LI-1", "S-LI-3"}
"""Clauses of the secondment that no fact of a case decides: officers act, or the calendar does."""
ELSEWHERE = {
    "C-IN-4",  # who is the same legal entity: the register of organisations
    "C-IN-8",  # the form's shape
    "C-SC-14", "C-SC-16", "C-LI-2", "C-LI-5", "C-LI-8", "C-BI-1",  # what officers do, or nobody may
}  # fmt: skip
"""Clauses of the support that no fact of a case decides."""
SAME_FACTS = {"change"}
"""Kinds of case whose facts are those of other kinds: changed facts are examined like the first ones."""


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
    for about, facts in FACTS[programme].items():
        if about not in SAME_FACTS:
            assert {fact for each in cases if each.about == about for fact in each.facts} == facts, about


def test_the_cases_name_every_clause_of_the_secondment_that_facts_decide() -> None:
    cases = load_cases("secondment", 2026).root.values()
    clauses = [id for id in everything() if id.startswith("S-") and not id.startswith("S-NO")]
    assert len(cases) >= 75
    assert {id for id in clauses if id not in {each.clause for each in cases}} == BY_PEOPLE


def test_the_cases_name_every_clause_of_the_support_that_facts_decide() -> None:
    cases = load_cases("support", 2026).root.values()
    clauses = [id for id in everything() if id.startswith("C-") and not id.startswith("C-NO")]
    assert len(cases) >= 150
    assert {id for id in clauses if id not in {each.clause for each in cases}} <= ELSEWHERE


@pytest.mark.parametrize("section", ["residence_statuses", "roles", "educations", "legal_forms"])
def test_the_cases_name_every_code_of_eligibility_that_is_not_simply_fit(section: str) -> None:
    """A status, role or education that nobody could do without being asked, or at all, has its case."""
    known = getattr(load("support", 2026).eligibility, section)
    unfit = {code for code, entry in known.items() if entry.first not in (True, "listed")}
    said = [case.facts.get(FACT_OF[section]) for case in load_cases("support", 2026).root.values()]
    assert unfit <= {each for value in said for each in (value if isinstance(value, tuple) else (value,))}


PUNCTUAL = ("2026-05-19", "2026-05-26")
"""The days of both reminders of an absence recorded on 12 May 2026."""


@pytest.mark.parametrize(
    ("about", "clause", "kept", "broken"),
    [
        ("silence", "C-IN-6", {"reminders": PUNCTUAL}, {"reminders": ("2026-05-12", "2026-05-26")}),
        ("silence", "C-IN-6", {"reminders": PUNCTUAL}, {"reminders": ("2026-05-19", "2026-05-27")}),
        ("silence", "C-IN-6", {"reminders": PUNCTUAL}, {"reminders": PUNCTUAL, "missed_on": ()}),
        ("silence", "C-IN-6", {"reminders": PUNCTUAL}, {"reminders": PUNCTUAL, "moved_on": ("2026-05-27",)}),
        ("reception", "C-IN-3", {"standing": 419}, {"standing": 420}),
        ("period", "C-LI-1", {"until": "2027-03-31"}, {"until": "2027-04-01"}),
        ("menu", "C-LI-3", {"granted_before": 199}, {"granted_before": 200}),
        ("disclosure", "C-CO-1", {"owner_agreed_on": "2026-06-10"}, {"owner_agreed_on": "2026-06-11"}),
        ("change", "C-IN-7", {"residence_status": "researcher"}, {"residence_status": ("researcher", "student")}),
        ("end", "C-LI-6", {"ended_on": "2027-03-30"}, {"ended_on": "2027-03-31"}),
    ],
)
def test_a_fact_that_changes_the_answer_breaks_the_case(
    about: str, clause: str, kept: dict[str, Any], broken: dict[str, Any]
) -> None:
    for change, state in ((kept, "kept"), (broken, "broken")):
        facts = USUAL[about] | change
        assert verdict(about, "passed", clause, load("support", 2026), **facts).state == state


FACT_OF = {
    "residence_statuses": "residence_status",
    "roles": "role",
    "educations": "education",
    "legal_forms": "legal_form",
}
USUAL: dict[str, dict[str, Any]] = {
    "silence": {"missed_on": ("2026-05-12",), "confirmed_at": "2026-06-02T09:00:00+09:00"},
    "reception": {},
    "period": {"started_on": "2026-04-01"},
    "menu": {"menu": "trip_together", "officer": "granted"},
    "disclosure": {"ground": "owner_agreed", "disclosed_on": "2026-06-10"},
    "change": {"adopted": True},
    "end": {"ground": "goal_reached"},
}
"""What else a case of that kind must say."""


def verdict(about: str, outcome: str, clause: str, of: Edition | None = None, /, **facts: Any) -> Verdict:
    """What comes of a case that is not in the file."""
    gives = {"total": 1} if outcome == "computed" else {}
    case = Case.model_validate({"clause": clause, "about": about, "facts": facts, "outcome": outcome, "gives": gives})
    return judged(of or load("secondment", 2026), "a case", "cases.yaml", 1, case)


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
    unreadable(load("secondment", 2026), about, facts, fact)


@pytest.mark.parametrize(
    ("about", "facts", "fact"),
    [
        ("position", {"role": ("engineer", "clerk"), "education": ("university",)}, "education"),
        ("company", {"legal_form": "kk"}, "legal_form"),
        ("notice", {"papers_here_on": "2026-02-24", "decided_on": "2026-02-25", "field": "fishing"}, "field"),
        ("coordinator", {"prefecture": "aichi", "field": "it", "full": ("coordinator-99",)}, "full"),
        ("coordinator", {"prefecture": "aichi", "field": "it", "companies": {"coordinator-01": "3"}}, "coordinator-01"),
        ("silence", {"missed_on": ("2026-05-12",), "reminders": ("soon",)}, "reminders"),
        ("end", {"ground": "term", "ended_on": "2026-12-28"}, "ground"),
        ("menu", {"menu": "trip_together", "officer": "maybe"}, "officer"),
        ("reception", {"withdrawn": 1}, "standing"),
    ],
)  # fmt: skip
def test_facts_of_the_support_that_cannot_be_read_are_named(about: str, facts: dict[str, Any], fact: str) -> None:
    unreadable(load("support", 2026), about, facts, fact)


def unreadable(of: Edition, about: str, facts: dict[str, Any], fact: str) -> None:
    """The case cannot be put to the rules, and it is said which fact is at fault."""
    made = Case.model_construct(clause="G-6", about=about, facts=facts, outcome="passed", gives={})
    seen = judged(of, "a case", "cases.yaml", 1, made)
    assert seen.fault is not None
    assert (seen.state, seen.fault.fact) == ("broken", fact)
    assert seen.fault.ja
