"""The sample edition of the support that says only what changes, and mistakes that only such an edition can make."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from policies.cases import load_cases
from policies.editions import FOLDER, load, years
from policies.faults import EditionError, EditionFault
from policies.letters import preview
from tests.policies.broken import refused

BEFORE, SAMPLE = load("support", 2026), load("support", 2027)
OPENS = date(2027, 2, 8)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """All support editions, to be changed."""
    shutil.copytree(FOLDER / "support", tmp_path / "support", ignore=shutil.ignore_patterns("*.py", "__*"))
    return tmp_path


def change(root: Path, file: str, old: str, new: str) -> None:
    path = root / "support" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(root: Path) -> tuple[EditionFault, ...]:
    with pytest.raises(EditionError) as caught:
        load("support", 2027, root)
    return caught.value.faults


@pytest.mark.clause("G-6")
def test_the_sample_changes_what_it_says_and_keeps_the_rest() -> None:
    assert years("support") == (2026, 2027)
    changed = {
        "reception.companies_most": 6,
        "reception.form_minutes": 90,
        "screening.interview.business_days_latest": 15,
        "screening.not_adopted_told_after": 2,
        "dates.support_until": date(2028, 3, 24),
        "reminders.silence_asked_of_officer_after": 15,
        "invoice.number_prefix": "INV-C2027-",
    }
    assert {name: SAMPLE.value(name, OPENS).value for name in changed} == changed
    kept = ("reception.counted", "reminders.payment_days_after", "invoice.issuer_name", "fees.specialist_fee")
    for name in kept:
        assert SAMPLE.value(name, OPENS) == BEFORE.value(name, OPENS)
        assert SAMPLE.value(name, OPENS).parameter.holds_from == "2026-02-01"
    assert SAMPLE.life.refused_requests == BEFORE.life.refused_requests
    assert SAMPLE.confidentiality == BEFORE.confidentiality


@pytest.mark.clause("C-SC-1")
@pytest.mark.clause("C-SC-10")
@pytest.mark.clause("C-SC-12")
def test_it_moves_a_status_adds_a_criterion_and_swaps_an_agreement() -> None:
    then, now = BEFORE.eligibility.residence_statuses, SAMPLE.eligibility.residence_statuses
    assert {code for code in then if then[code].first != now[code].first} == {"designated_activities"}
    assert then.keys() == now.keys()
    assert SAMPLE.screening.criteria.keys() - BEFORE.screening.criteria.keys() == {"language"}
    assert SAMPLE.consents.agreements.keys() ^ BEFORE.consents.agreements.keys() == {"use_in_talks", "regional_event"}
    assert SAMPLE.consents.declarations == BEFORE.consents.declarations


@pytest.mark.clause("C-PL-1")
@pytest.mark.clause("C-LI-3")
@pytest.mark.clause("C-SC-15")
def test_what_it_empties_is_gone() -> None:
    assert set(SAMPLE.coordinators.root) == {"coordinator-01", "coordinator-02", "coordinator-03", "coordinator-21"}
    assert SAMPLE.life.menus.keys() == {"specialist_session", "mock_interview"}
    assert SAMPLE.guidance_for("retention", "construction") == ()
    assert SAMPLE.guidance_for("retention", "tourism") == ("regional_desk",)


@pytest.mark.clause("C-BI-2")
def test_a_fee_changes_within_the_year() -> None:
    read = [SAMPLE.value("fees.transport_cancellation", day).number for day in (date(2027, 9, 30), date(2027, 10, 1))]
    assert read == [24_000, 26_000]


def test_one_letter_is_its_own_and_the_others_are_taken_over() -> None:
    assert "概ね1～3週間程度" in preview(SAMPLE, "application-complete").body
    assert "概ね1～2週間程度" in preview(BEFORE, "application-complete").body
    assert list(SAMPLE.letters.root) == list(BEFORE.letters.root)
    own = {code for code, text in SAMPLE.texts.items() if text != BEFORE.texts.get(code)}
    assert own == {"application-complete"}


def test_its_cases_are_its_own() -> None:
    cases = load_cases("support", 2027).root
    assert len(cases) >= 30
    assert {"passed", "refused", "waiver_asked", "waived", "computed"} <= {case.outcome for case in cases.values()}


def test_a_fault_in_what_is_taken_over_says_where_to_change_it(root: Path) -> None:
    change(root, "2026/invoice.yaml", "value: down", "value: away")
    (fault,) = faults(root)
    assert (fault.file, fault.clause) == ("support/2026/invoice.yaml", "C-BI-3")
    assert "support/2027/invoice.yaml に書いてください" in fault.ja


@pytest.mark.clause("C-IN-3")
@pytest.mark.clause("C-LI-1")
def test_last_years_dates_are_refused(root: Path) -> None:
    (root / "support" / "2027" / "dates.yaml").unlink()
    found = [fault for fault in faults(root) if fault.file == "support/2026/dates.yaml"]
    assert [fault.clause for fault in found] == ["C-IN-3", "C-LI-1", "C-LI-1"]
    assert "前の年度の日付" in found[0].ja
    assert all("support/2027/dates.yaml に書いてください" in fault.ja for fault in found)


@pytest.mark.clause("C-BI-3")
def test_last_years_invoice_numbers_are_refused(root: Path) -> None:
    (root / "support" / "2027" / "invoice.yaml").unlink()
    found = faults(root)
    assert [(fault.file, fault.clause) for fault in found] == [("support/2026/invoice.yaml", "C-BI-3")] * 2
    assert all("2026年度のものではなく" in fault.ja for fault in found)


@pytest.mark.clause("C-LI-7")
def test_last_years_surveys_are_refused(root: Path) -> None:
    text = (root / "support" / "2027" / "life.yaml").read_text(encoding="utf-8")
    (root / "support" / "2027" / "life.yaml").write_text(text[: text.index("surveys:")], encoding="utf-8")
    found = faults(root)
    assert {fault.file for fault in found} == {"support/2026/life.yaml"}
    assert {fault.clause for fault in found} == {"C-LI-7"}


MISTAKEN = [
    pytest.param("dates.yaml", "2027-02-08", "2027-01-15", "C-IN-3", "guide_issued", id="open before the guide"),
    pytest.param("coordinators.yaml", "  value: 2", "  value: 0", "C-PL-1", "足りません", id="too few coordinators"),
    pytest.param("reception.yaml", "value: 6", "value: 7a", "C-IN-3", "整数", id="no number"),
    pytest.param("reception.yaml", "from: 2027-01-18", "from: 2027-03-01", "C-IN-3", "受付開始日", id="a late value"),
    pytest.param("edition.yaml", "years: [2027]", "years: [2027, 2028]", "G-6", "年度ごと", id="two years"),
    pytest.param("edition.yaml", "based_on: 2026", "based_on: 2028", "G-6", "based_on", id="based on what is to come"),
    pytest.param("life.yaml", "2027-10-04", "2028-10-04", "C-LI-7", "during", id="a survey after the support"),
    pytest.param("guidance.yaml", "[tourism, retail, food]", "[fishing]", "C-SC-15", "分野", id="an unknown field"),
    pytest.param("letters/application-complete.ja.txt", "received_at", "recieved_at", "C-IN-1", "変数", id="a name"),
]  # fmt: skip


@pytest.mark.clause("G-6")
@pytest.mark.parametrize(("file", "old", "new", "clause", "said"), MISTAKEN)
def test_a_mistake_is_named_by_file_line_and_clause(
    root: Path, file: str, old: str, new: str, clause: str, said: str
) -> None:
    change(root, f"2027/{file}", old, new)
    found = [fault for fault in faults(root) if fault.clause == clause and said in fault.ja]
    assert found
    assert {fault.file for fault in found} == {f"support/2027/{file}"}
    assert all(fault.en and fault.line >= 1 and "引き継いだ" not in fault.ja for fault in found)


IMPOSSIBLE = [
    pytest.param("reminders.yaml", "value: 21", "value: 14", "C-IN-6", "最後の催促", id="asked with the last reminder"),
    pytest.param("reminders.yaml", "[7, 1]", "[21, 1]", "C-LI-7", "催促の日", id="a survey reminded of as it is asked"),
    pytest.param("screening.yaml", "value: 2\n", "value: 10\n", "C-SC-13", "予告", id="warned as the window begins"),
    pytest.param("screening.yaml", "value: 10", "value: 25", "C-SC-13", "rush_months_most", id="less time in a rush"),
    pytest.param("edition.yaml", "years: [2026]", "years: [2026, 2027]", "G-6", "年度ごと", id="two years"),
    pytest.param("edition.yaml", "2026-02-01", "2026-02-03", "C-IN-3", "guide_issued", id="open before the guide"),
    pytest.param("taxes.yaml", "2019-10-01", "2026-02-03", "C-BI-3", "受付開始日", id="a tax that comes too late"),
]


@pytest.mark.clause("G-6")
@pytest.mark.parametrize(("file", "old", "new", "clause", "said"), IMPOSSIBLE)
def test_a_cycle_that_cannot_work_is_refused(
    tmp_path: Path, file: str, old: str, new: str, clause: str, said: str
) -> None:
    found = [each for each in refused(tmp_path, "support", file, old, new) if each.clause == clause and said in each.ja]
    assert found
    assert all(fault.en and fault.line >= 1 for fault in found)
