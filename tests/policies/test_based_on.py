"""An edition that is based on an earlier one: it says what changes, and everything else is the earlier one's."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from policies.cases import load_cases
from policies.editions import FOLDER, load, speaking_of, years
from policies.faults import EditionError, EditionFault, NoEdition
from policies.letters import preview
from policies.secondment.edition import SecondmentEdition

BEFORE = load("secondment", 2026)
SAMPLE = load("secondment", 2027)
START = date(2027, 4, 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """All secondment editions, to be changed."""
    shutil.copytree(FOLDER / "secondment", tmp_path / "secondment", ignore=shutil.ignore_patterns("*.py", "__*"))
    return tmp_path


def write(root: Path, file: str, text: str) -> None:
    (root / "secondment" / file).write_text(text, encoding="utf-8")


def change(root: Path, file: str, old: str, new: str) -> None:
    text = (root / "secondment" / file).read_text(encoding="utf-8")
    assert old in text
    write(root, file, text.replace(old, new, 1))


def faults(root: Path, year: int = 2027) -> tuple[EditionFault, ...]:
    with pytest.raises(EditionError) as caught:
        load("secondment", year, root)
    return caught.value.faults


@pytest.mark.clause("G-6")
def test_the_sample_changes_bars_fees_dates_and_sites_and_keeps_the_rest() -> None:
    assert years("secondment") == (2026, 2027)
    assert [SAMPLE.value(f"bars.{name}", START).value for name in SAMPLE.bars.__class__.model_fields] == [
        45, "reception_closes", 3, 800,
    ]  # fmt: skip
    assert SAMPLE.value("invoice.number_prefix", START).text == "INV-S2027-"
    assert SAMPLE.value("invoice.issuer_name", START).text == BEFORE.value("invoice.issuer_name", START).text
    assert SAMPLE.value("invoice.issuer_name", START).parameter.holds_from == "2025-11-01"
    assert list(SAMPLE.papers.root) == [*BEFORE.papers.root, "recommendation"]
    assert list(SAMPLE.letters.root) == list(BEFORE.letters.root)


@pytest.mark.clause("S-PL-1")
def test_the_sample_opens_closes_and_renames_places() -> None:
    assert SAMPLE.sites.keys() - BEFORE.sites.keys() == {"riyadh"}
    assert BEFORE.sites.keys() - SAMPLE.sites.keys() == set()
    taking = {
        year: {id for id, site in of.sites.items() if site.accepting} for year, of in ((2026, BEFORE), (2027, SAMPLE))
    }
    assert taking[2026] - taking[2027] == {"dhaka", "hq.innovation.startup"}
    assert taking[2027] - taking[2026] == {"riyadh", "hq.research.americas"}
    renamed = {id for id, site in BEFORE.sites.items() if SAMPLE.site(id).name != site.name}
    assert renamed == {"sapporo", "hq.business-support.expansion"}


@pytest.mark.clause("S-BI-6")
def test_the_office_fee_rises_in_the_middle_of_a_stay() -> None:
    read = [SAMPLE.value("fees.overseas_office", day) for day in (date(2028, 9, 30), date(2028, 10, 1))]
    assert [each.number for each in read] == [130_000, 140_000]
    assert BEFORE.value("fees.overseas_office", date(2028, 10, 1)).number == 120_000


def test_a_letter_of_its_own_stands_for_the_earlier_one() -> None:
    news = "希望が重なったときの抽選の種は"
    assert news in preview(SAMPLE, "form-received").body
    assert news not in preview(BEFORE, "form-received").body
    assert "2027年度" in preview(SAMPLE, "withdrawn").body + preview(SAMPLE, "form-received").body
    assert SAMPLE.texts["withdrawn"].body == BEFORE.texts["withdrawn"].body


def test_its_cases_are_its_own_and_name_its_sites() -> None:
    cases = load_cases("secondment", 2027).root
    assert len(cases) >= 20
    facts = [each.facts.get(key) for each in cases.values() for key in ("domestic", "overseas", "office")]
    named = {each for each in facts if isinstance(each, str)}
    assert {"riyadh", "dhaka", "hq.research.americas"} <= named
    assert named <= SAMPLE.sites.keys()


def test_a_fault_names_the_file_that_holds_the_line(root: Path) -> None:
    change(root, "2027/bars.yaml", "value: 45", "value: high")
    (fault,) = faults(root)
    assert str(fault).startswith("secondment/2027/bars.yaml:6 [S-SC-5] ")
    assert "引き継いだ" not in fault.ja


def test_a_fault_in_what_is_taken_over_says_where_to_change_it(root: Path) -> None:
    change(root, "2026/invoice.yaml", "value: down", "value: away")
    (fault,) = faults(root)
    assert fault.file == "secondment/2026/invoice.yaml"
    assert fault.clause == "S-BI-7"
    assert "secondment/2027/invoice.yaml に書いてください" in fault.ja
    assert "Taken over from secondment/2026" in fault.en


def test_a_fault_in_a_letter_taken_over_names_the_earlier_text(root: Path) -> None:
    change(root, "2026/letters/withdrawn.ja.txt", "withdrawn_at", "withdrawm_at")
    found = {fault.file for fault in faults(root)}
    assert found == {"secondment/2026/letters/withdrawn.ja.txt"}


def test_a_change_of_what_both_share_is_taken_over(root: Path) -> None:
    change(root, "2026/invoice.yaml", "アーク森ビル", "別のビル")
    assert load("secondment", 2027, root).value("invoice.issuer_address", START).text.endswith("別のビル")


def test_a_key_without_a_value_is_taken_away_and_a_letters_text_with_it(root: Path) -> None:
    write(root, "2027/letters.yaml", "appraisal-june:\n")
    found = faults(root)
    assert {fault.file for fault in found} == {"secondment/2026/variables.yaml"}  # what only that letter said
    write(root, "2027/variables.yaml", "appraised_year:\n")
    edition = load("secondment", 2027, root)
    assert "appraisal-june" not in edition.letters.root
    assert "appraisal-june" not in edition.texts


def test_the_sites_of_the_year_before_stay_known(root: Path) -> None:
    line = "  - {id: dhaka, name: ダッカ事務所, country: BD, city: ダッカ, accepting: false}\n"
    change(root, "2027/offices.yaml", line, "")
    (fault,) = faults(root)
    assert (fault.file, fault.clause) == ("secondment/2027/offices.yaml", "S-PL-1")
    assert "accepting: false" in fault.ja


@pytest.mark.clause("S-PL-5")
def test_last_years_seed_is_refused(root: Path) -> None:
    (root / "secondment" / "2027" / "tiebreak.yaml").unlink()
    (fault,) = faults(root)
    assert (fault.file, fault.clause) == ("secondment/2026/tiebreak.yaml", "S-PL-5")
    assert "前の年度" in fault.ja


def test_last_years_dates_are_refused(root: Path) -> None:
    (root / "secondment" / "2027" / "dates.yaml").unlink()
    assert any(fault.clause == "S-LI-3" and "starts" in fault.ja for fault in faults(root))


@pytest.mark.parametrize("based_on", ["2025", "2027", "2028", "昨年"])
def test_what_is_based_on_nothing_is_refused(root: Path, based_on: str) -> None:
    change(root, "2027/edition.yaml", "based_on: 2026", f"based_on: {based_on}")
    (fault,) = faults(root)
    assert (fault.file, fault.line) == ("secondment/2027/edition.yaml", 8)
    assert "based_on" in fault.ja


@pytest.mark.parametrize("years_", ["[2026, 2027, 2028]", "[2027, 2029]", "[]"])
def test_the_years_begin_with_the_editions_own(root: Path, years_: str) -> None:
    change(root, "2027/edition.yaml", "[2027, 2028, 2029]", years_)
    assert ("secondment/2027/edition.yaml", 11) in {(fault.file, fault.line) for fault in faults(root)}


def test_a_third_year_takes_over_from_both(root: Path) -> None:
    """What a clerk writes for 2028 where hardly anything changes: an edition, dates, seed, places, invoice numbers."""
    (root / "secondment" / "2028").mkdir()
    for file in ("edition", "dates", "tiebreak", "headquarters", "offices", "incumbents", "invoice"):
        text = (root / "secondment" / "2027" / f"{file}.yaml").read_text(encoding="utf-8")
        for year in (2029, 2028, 2027, 2026):
            text = text.replace(str(year), str(year + 1))
        write(root, f"2028/{file}.yaml", text.replace("2027-12-11", "2027-12-10"))
    third: SecondmentEdition = load("secondment", 2028, root)
    day = date(2028, 4, 3)
    assert third.value("bars.age_under", day).number == 45  # from 2027
    assert third.value("invoice.issuer_name", day).parameter.holds_from == "2025-11-01"  # from 2026
    assert third.edition.years == (2028, 2029, 2030)
    assert third.capacity("riyadh", 2030, day).number == 1


def test_the_newest_edition_that_is_out_speaks_of_a_fiscal_year() -> None:
    days = (date(2025, 12, 1), date(2026, 11, 1), date(2026, 11, 2))
    assert [speaking_of(2027, day).id for day in days] == ["secondment/2026", "secondment/2026", "secondment/2027"]
    assert speaking_of(2026, days[2]).id == "secondment/2026"
    with pytest.raises(NoEdition):
        speaking_of(2029, days[0])
