"""A company's form by rule: every ground, alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kernel.sealing import Confidential
from kernel.testing import sealed
from schemas.values import Outcome
from services.screening.policy import company, grounds, interview
from tests.screening.forms import company_form, position, support_rules, tokyo

RULES = support_rules()
AGREED, DECLARED = tuple(RULES.edition.consents.agreements), tuple(RULES.edition.consents.declarations)


def outcomes(**changes: Any) -> dict[str, Outcome]:
    """The decisions that did not pass, by clause."""
    decisions = company.examine(company_form(**changes), RULES)
    return {each.clause: each.outcome for each in decisions if each.outcome != "passed"}


def test_a_proper_form_leaves_one_question() -> None:
    assert outcomes() == {"C-SC-9": "held"}
    assert len(company.examine(company_form(), RULES)) == 11


@pytest.mark.clause("C-SC-1")
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("highly_skilled_professional", None),
        ("legal_accounting", None),
        ("designated_activities", "waiver_asked"),
        ("technical_intern", "refused"),
        ("skill_development_employment", "refused"),
        ("specified_skilled", "refused"),
        ("not_in_the_edition", "refused"),
    ],
)
def test_residence_status(status: str, outcome: Outcome | None) -> None:
    assert outcomes(positions=(position(residence_status=status),)).get("C-SC-1") == outcome


@pytest.mark.clause("C-SC-1")
@pytest.mark.parametrize("change", [{"role": "clerk"}, {"role": "unheard_of"}, {"education": "high_school"}])
def test_role_and_education(change: dict[str, str]) -> None:
    assert outcomes(positions=(position(), position(**change)))["C-SC-1"] == "refused"


@pytest.mark.clause("C-SC-1")
def test_a_hard_ground_goes_before_a_waiver() -> None:
    mixed = (position(residence_status="designated_activities"), position(role="production"))
    assert outcomes(positions=mixed)["C-SC-1"] == "refused"


@pytest.mark.clause("C-SC-2")
@pytest.mark.parametrize(("legal_form", "refused"), [("kabushiki", 0), ("yugen", 0), ("godo", 0), ("other", 1)])
def test_legal_form(legal_form: str, refused: bool) -> None:
    assert ("C-SC-2" in outcomes(legal_form=legal_form)) == bool(refused)


@pytest.mark.clause("C-SC-3")
@pytest.mark.parametrize(
    ("main", "passes_on", "refused"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_placement_business_that_passes_people_on(main: bool, passes_on: bool, refused: bool) -> None:
    assert ("C-SC-3" in outcomes(placement_is_main_business=main, passes_people_on=passes_on)) == refused


@pytest.mark.clause("C-SC-4")
@pytest.mark.clause("C-SC-5")
@pytest.mark.clause("C-SC-6")
@pytest.mark.clause("C-SC-7")
@pytest.mark.clause("C-SC-8")
@pytest.mark.clause("C-SC-10")
@pytest.mark.clause("C-SC-11")
@pytest.mark.parametrize(
    ("clause", "change"),
    [
        ("C-SC-4", {"website": None}),
        ("C-SC-5", {"only_for_subsidiary_abroad": True}),
        ("C-SC-6", {"positions": (position(regular_employee=False),)}),
        ("C-SC-7", {"has_employed_graduates": False}),
        ("C-SC-8", {"positions": (position(employer_is_applicant=False),)}),
        ("C-SC-8", {"interested_in_global_south": False}),
        ("C-SC-10", {"agreements": AGREED[1:]}),
        ("C-SC-11", {"declarations": DECLARED[:-1]}),
    ],
)
def test_each_ground_alone(clause: str, change: dict[str, Any]) -> None:
    assert outcomes(**change) == {clause: "refused", "C-SC-9": "held"}


@pytest.mark.clause("C-SC-9")
def test_an_applicant_that_is_not_the_one_supported_is_for_an_officer() -> None:
    decision = company.c_sc_9_strength(company_form(applicant_is_supported=False), RULES)
    assert (decision.outcome, decision.facts["applicant_is_supported"]) == ("held", False)


def test_grounds_count() -> None:
    decisions = company.examine(company_form(website=None), RULES)
    assert not grounds.eligible(decisions)
    assert grounds.eligible(company.examine(company_form(), RULES))
    assert grounds.waivers(company.examine(company_form(positions=(position(residence_status="student"),)), RULES)) == 1


@pytest.mark.clause("C-SC-13")
def test_the_window_counts_business_days() -> None:
    window = interview.c_sc_13_window(tokyo(2026, 4, 24, 23, 59), RULES)  # a Friday; Golden Week follows
    assert (window.latest, window.in_a_rush) == (date(2026, 5, 14), date(2026, 5, 24))


@pytest.mark.clause("C-SC-13")
def test_midnight_in_tokyo_begins_the_next_day() -> None:
    assert interview.c_sc_13_window(tokyo(2026, 6, 2, 0, 0), RULES).latest == date(2026, 6, 16)
    assert interview.c_sc_13_window(tokyo(2026, 6, 1, 23, 59), RULES).latest == date(2026, 6, 15)


@pytest.mark.clause("C-SC-13")
@pytest.mark.parametrize(
    ("day", "before", "outcome"),
    [(15, None, "passed"), (16, None, "waived"), (16, "moved", "passed"), (16, "missed", "passed")],
)
def test_a_date_told_late_says_so(day: int, before: str | None, outcome: Outcome) -> None:
    window = interview.c_sc_13_window(tokyo(2026, 6, 1), RULES)
    at, why = support_rules(tokyo(2026, 6, day, 23, 59)), sealed(Confidential, "申込集中")
    told = interview.c_sc_13_told(window, before == "moved", at, missed=before == "missed", by="o-1", reason=why)
    assert (told.outcome, told.facts["told_on"], told.facts["latest"]) == (outcome, f"2026-06-{day}", "2026-06-15")


@pytest.mark.clause("C-SC-13")
@pytest.mark.parametrize(("day", "moved", "past"), [(1, False, False), (2, False, True), (2, True, False)])
def test_a_date_told_after_more_than_a_month_says_so_too(day: int, moved: bool, past: bool) -> None:
    window = interview.c_sc_13_window(tokyo(2026, 6, 1), RULES)
    at = support_rules(tokyo(2026, 7, day))
    told = interview.c_sc_13_told(window, moved, at, by="o-1", reason=sealed(Confidential, "申込集中"))
    assert (told.facts["past_month"], told.outcome) == (past, "passed" if moved else "waived")
