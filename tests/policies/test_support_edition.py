"""The support edition of fiscal 2026, and mistakes in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policies.editions import load
from policies.faults import UnknownParameter
from tests.policies.broken import refused

EDITION = load("support", 2026)
MARCH = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("name", "value", "clause"),
    [
        pytest.param("reception.companies_most", 420, "C-IN-3", marks=pytest.mark.clause("C-IN-3")),
        pytest.param("reception.form_minutes", 120, "C-IN-2", marks=pytest.mark.clause("C-IN-2")),
        pytest.param("screening.interview.business_days_earliest", 5, "C-SC-13", marks=pytest.mark.clause("C-SC-13")),
        pytest.param("screening.interview.business_days_latest", 10, "C-SC-13", marks=pytest.mark.clause("C-SC-13")),
        pytest.param("screening.interview.rush_months_most", 1, "C-SC-13", marks=pytest.mark.clause("C-SC-13")),
        pytest.param("dates.support_until", "2027-03-31", "C-LI-1", marks=pytest.mark.clause("C-LI-1")),
    ],
)
def test_the_figures_are_those_of_the_guide(name: str, value: object, clause: str) -> None:
    assert EDITION.value(name, on=MARCH).parameter.value == value
    assert EDITION.clause_of(name) == clause


@pytest.mark.clause("C-SC-1")
def test_residence_statuses_are_listed_other_or_never() -> None:
    by_value: dict[str, set[str]] = {}
    for status in EDITION.eligibility.residence_statuses.values():
        by_value.setdefault(status.first, set()).add(status.name)
    assert by_value["listed"] == {"高度専門職", "研究", "技術・人文知識・国際業務", "経営・管理", "法律・会計業務"}
    assert by_value["never"] == {"技能実習", "育成就労", "特定技能"}
    assert "留学" in by_value["other"]


@pytest.mark.clause("C-SC-2")
def test_three_legal_forms_are_eligible() -> None:
    eligible = [form.name for form in EDITION.eligibility.legal_forms.values() if form.first]
    assert eligible == ["株式会社", "有限会社", "合同会社"]


@pytest.mark.clause("C-SC-10")
@pytest.mark.clause("C-SC-11")
@pytest.mark.clause("C-SC-12")
@pytest.mark.clause("C-CO-1")
def test_agreements_declarations_criteria_and_exceptions_are_as_many_as_the_guide_has() -> None:
    consents = EDITION.consents
    assert (len(consents.agreements), len(consents.declarations)) == (6, 3)
    assert len(EDITION.screening.criteria) == 5
    assert len(EDITION.confidentiality.exceptions) == 7


@pytest.mark.clause("C-LI-7")
def test_two_surveys_come_during_the_support_and_one_after_it() -> None:
    assert [survey.when for survey in EDITION.life.surveys.values()] == ["during", "during", "after"]


@pytest.mark.clause("C-SC-15")
def test_guidance_follows_stage_and_field_alone_and_may_be_none() -> None:
    assert EDITION.guidance_for("strategy", "it") == ("portal", "startup_support")
    assert EDITION.guidance_for("retention", "tourism") == ()
    assert [service.name for service in EDITION.services(("portal",))] == ["高度外国人材活躍推進ポータルサイト"]
    with pytest.raises(UnknownParameter):
        EDITION.services(("reasons",))


@pytest.mark.clause("C-BI-2")
def test_compensation_for_costs_is_outside_the_tax_and_a_service_is_not() -> None:
    assert EDITION.tax_rate("transport_cancellation", on=MARCH) is None
    rate = EDITION.tax_rate("specialist_fee", on=MARCH)
    assert rate is not None
    assert rate.number == 10


@pytest.mark.clause("C-PL-1")
def test_every_region_has_a_coordinator_who_lives_in_japan() -> None:
    assert len(EDITION.vocabulary.prefectures) == 47
    assert EDITION.region_of("mie") == "tokai"
    assert all(each.lives_in in EDITION.vocabulary.prefectures for each in EDITION.coordinators.root.values())
    with pytest.raises(UnknownParameter):
        EDITION.region_of("atlantis")


BROKEN = [
    pytest.param("dates.yaml", "2027-03-31", "2027-04-01", "C-LI-1", "年度の中", id="support beyond the year"),
    pytest.param("dates.yaml", "2026-02-02", "2027-03-31", "C-IN-3", "受付開始", id="reception after the support"),
    pytest.param("reception.yaml", "value: 10", "value: 120", "C-IN-2", "予告", id="a warning too late"),
    pytest.param("reception.yaml", "value: 420", "value: 4200", "C-PL-1", "足りません", id="too few coordinators"),
    pytest.param("consents.yaml", "support/2026/consent", "support/2025/consent", "C-IN-1", "様式", id="an old form"),
    pytest.param("screening.yaml", "value: 5", "value: 11", "C-SC-13", "順に", id="a window that ends first"),
    pytest.param("coordinators.yaml", "[hokkaido, tohoku]", "[hokaido]", "C-PL-1", "地方", id="an unknown region"),
    pytest.param("coordinators.yaml", "[ja, en, zh]", "[jp]", "C-PL-1", "言語", id="an unknown language"),
    pytest.param("coordinators.yaml", "[food, tourism", "[foods, tourism", "C-PL-1", "分野", id="an unknown field"),
    pytest.param("coordinators.yaml", "lives_in: tokyo", "lives_in: paris", "C-PL-1", "国内", id="living abroad"),
    pytest.param("coordinators.yaml", "coordinator-01:", "yamada:", "C-PL-1", "書式", id="a name for a label"),
    pytest.param("life.yaml", "2027-09-15", "2027-03-15", "C-LI-7", "after", id="a survey after, too early"),
    pytest.param("life.yaml", "2026-09-15", "2027-09-15", "C-LI-7", "during", id="a survey during, too late"),
    pytest.param("eligibility.yaml", "value: never", "value: perhaps", "C-SC-1", "使える値", id="an unknown standing"),
    pytest.param("guidance.yaml", "[food]", "[foot]", "C-SC-15", "分野", id="guidance for an unknown field"),
    pytest.param("vocabulary.yaml", "region: kinki", "region: kansai", "C-IN-8", "地方", id="an unknown region of one"),
    pytest.param("fees.yaml", "tax: standard", "tax: normal", "C-BI-2", "税区分", id="an unknown tax"),
    pytest.param("reminders.yaml", "[7, 14]", "7", "C-NO-1", "並び", id="one number for a list"),
]


@pytest.mark.clause("G-6")
@pytest.mark.parametrize(("file", "old", "new", "clause", "said"), BROKEN)
def test_a_mistake_is_named_by_file_line_and_clause(
    tmp_path: Path, file: str, old: str, new: str, clause: str, said: str
) -> None:
    faults = refused(tmp_path, "support", file, old, new)
    found = [fault for fault in faults if fault.clause == clause and said in fault.ja]
    assert found, faults
    assert all(fault.en and fault.line >= 1 for fault in found)
