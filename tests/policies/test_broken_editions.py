"""A mistake in an edition is refused as a whole, naming file, line and clause."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policies.editions import FOLDER, load
from policies.faults import EditionError
from tests.policies.broken import line_of, refused

SECONDMENT = [
    pytest.param("dates.yaml", "2026-02-24", "2026-02-30", "S-SC-9", "存在しない日付", id="a day that does not exist"),
    pytest.param("dates.yaml", "2026-01-15", "2026-02-25", "S-SC-9", "results_announced", id="deadlines out of order"),
    pytest.param("dates.yaml", "2026-01-15", "2026-02-02", "S-PL-10", "か月前", id="announced too late"),
    pytest.param("dates.yaml", "value: 14", "value: 60", "S-PL-8", "papers_due", id="answer after the papers"),
    pytest.param("bars.yaml", "value: 40", "value: forty", "S-SC-5", "整数", id="text for a number"),
    pytest.param("bars.yaml", "value: 40", "value: 40.5", "S-SC-5", "整数", id="a fraction for a number"),
    pytest.param("bars.yaml", "value: 40", "value: true", "S-SC-5", "整数", id="yes for a number"),
    pytest.param("bars.yaml", "value: 40", "valeu: 40", "S-SC-5", "使えません", id="an unknown key"),
    pytest.param("bars.yaml", "age_under", "age_below", "S-SC-5", "使えません", id="an unknown parameter"),
    pytest.param("bars.yaml", "clause: S-SC-5", "clause: S-SC-10", "S-SC-10", "条項", id="an unknown clause"),
    pytest.param("bars.yaml", "clause: S-SC-5", "clause: C-SC-5", "C-SC-5", "条項", id="a clause of the other one"),
    pytest.param("bars.yaml", "unit: years", "unit: yaers", "S-SC-5", "使える値", id="an unknown unit"),
    pytest.param("fees.yaml", "tax: standard", "tax: reduced", "S-BI-3", "税区分", id="an unknown tax"),
    pytest.param("fees.yaml", "value: 120000", "value: -1", "S-BI-3", "以上", id="a negative fee"),
    pytest.param("fees.yaml", "[US]", "[FJ]", "S-BI-4", "この国", id="a fee for a country without an office"),
    pytest.param(
        "fees.yaml", "2025-11-01, value: 120", "2026-01-01, value: 120", "S-BI-3", "受付開始日", id="late fee"
    ),
    pytest.param("invoice.yaml", "T9999999999999", "T8999999999999", "S-BI-7", "検査用数字", id="a wrong check digit"),
    pytest.param("invoice.yaml", "T9999999999999", "T999999999999", "S-BI-7", "書式", id="not a registration number"),
    pytest.param(
        "headquarters.yaml", "id: hq.food.strategy", "id: hq.food.channels", "S-PL-1", "重複", id="an id twice"
    ),
    pytest.param("headquarters.yaml", "{2026: 1, 2027: 1,", "{2026: 1,", "S-PL-1", "各年度", id="a year left out"),
    pytest.param(
        "headquarters.yaml",
        "europe.russia, name: ロシア班, capacity: {2026: 1",
        "europe.russia, name: ロシア班, capacity: {2026: 3",
        "S-PL-1",
        "超えて",
        id="a team above its unit",
    ),
    pytest.param(
        "headquarters.yaml",
        "米州課, accepting: false",
        "米州課, accepting: false, capacity: {2026: 1}",
        "S-PL-1",
        "受入なし",
        id="places where nobody is taken",
    ),
    pytest.param(
        "offices.yaml",
        "city: ハノイ, capacity: {2026: 1",
        "city: ハノイ, capacity: {2026: 2",
        "S-PL-1",
        "waived_because",
        id="two at an overseas office",
    ),
    pytest.param("incumbents.yaml", "site: bangkok", "site: bankok", "S-PL-6", "拠点ID", id="an unknown site"),
    pytest.param(
        "incumbents.yaml",
        "2026-04-01, until: 2027-03-31",
        "2025-04-01, until: 2024-03-31",
        "S-PL-6",
        "前です",
        id="a stay that ends before it begins",
    ),
    pytest.param(
        "incumbents.yaml",
        "site: osaka, from: 2025-04-01, until: 2027-03-31",
        "site: osaka, from: 2025-04-01, until: 2027-03-31, places: 9",
        "S-PL-6",
        "受入数",
        id="more there than places",
    ),
    pytest.param("routes.yaml", "  US:", "  FJ:", "S-SC-4", "この国", id="a limit for a country without an office"),
    pytest.param(
        "routes.yaml",
        "S-SC-3, unit: years, from: 2025-11-01, value: 2",
        "S-SC-3, unit: years, from: 2025-11-01, value: 4",
        "S-SC-3",
        "以下",
        id="four years",
    ),
    pytest.param("tiebreak.yaml", "value: 2025-11-04", "value: 2025-12-06", "S-PL-5", "抽選", id="a seed too late"),
    pytest.param("bars.yaml", "  clause: S-SC-5\n", "", "G-6", "必要な項目", id="a clause left out"),
    pytest.param("bars.yaml", "value: 730", "value: -730", "S-SC-8", "以上", id="a number below nought"),
    pytest.param("offices.yaml", "country: TH", "country: XX", "S-PL-1", "国の略号", id="no country"),
    pytest.param("offices.yaml", "country: TH", "country: JP", "S-PL-1", "国の略号", id="an office abroad in Japan"),
    pytest.param("offices.yaml", "country: TH", "country: Thailand", "S-PL-1", "書式", id="a country in words"),
    pytest.param("offices.yaml", "id: hanoi", "id: osaka", "S-PL-1", "重複", id="an id at home and abroad"),
    pytest.param("offices.yaml", "id: hanoi", "id: Hanoi", "S-PL-1", "書式", id="an id in capitals"),
    pytest.param(
        "offices.yaml",
        "city: ハノイ, capacity: {2026",
        "city: ハノイ, capacity: {2025",
        "S-PL-1",
        "各年度",
        id="a wrong year",
    ),
    pytest.param("edition.yaml", "[2026, 2027, 2028]", "[2026, 2028]", "G-6", "years", id="a year between left out"),
    pytest.param("dates.yaml", "2026-03-10", "2026-04-02", "S-LI-3", "particulars", id="particulars after the start"),
    pytest.param("reminders.yaml", "[14, 3]", "[32, 3]", "S-IN-2", "催促の日", id="reminded before reception opens"),
    pytest.param("reminders.yaml", "[3]", "[14]", "S-PL-8", "催促の日", id="reminded on the day of the offer"),
    pytest.param("reminders.yaml", "[14, 7, 1]", "[14, 7, 0]", "S-NO-1", "以上", id="reminded on the day itself"),
    pytest.param("appraisal.yaml", "value: 6", "value: 13", "S-LI-8", "1から12", id="a thirteenth month"),
    pytest.param("appraisal.yaml", "value: 15", "value: 31", "S-LI-8", "reported_month", id="31 June"),
    pytest.param(
        "invoice.yaml", "value: RET-S2026-", "value: INV-S2026-", "S-BI-7", "接頭辞", id="one prefix for both"
    ),
    pytest.param("tiebreak.yaml", "value: shukko-2026-20251104", "value: ''", "S-PL-5", "空", id="a seed of nothing"),
    pytest.param(
        "letters.yaml",
        "variables: [receipt_number, revision,",
        "variables: [receipt_number, revisions,",
        "S-IN-6",
        "variables.yaml",
        id="an unknown variable of a letter",
    ),
    pytest.param("letters.yaml", "event: NoWishReplied", "event: NoWish", "S-IN-2", "イベント", id="an unknown event"),
    pytest.param(
        "letters.yaml",
        "sent: dates.particulars_sent",
        "sent: dates.particulars",
        "S-LI-3",
        "パラメータ",
        id="no such day",
    ),
    pytest.param(
        "letters/started.ja.txt",
        "{{ receipt_number }}",
        "{{ receipt }}",
        "S-LI-3",
        "変数",
        id="an unknown variable in a text",
    ),
    pytest.param("edition.yaml", "fiscal_year: 2026", "fiscal_year: 2027", "G-6", "フォルダー", id="the wrong year"),
]


@pytest.mark.clause("G-6")
@pytest.mark.parametrize(("file", "old", "new", "clause", "said"), SECONDMENT)
def test_a_mistake_is_named_by_file_line_and_clause(
    tmp_path: Path, file: str, old: str, new: str, clause: str, said: str
) -> None:
    faults = refused(tmp_path, "secondment", file, old, new)
    found = [fault for fault in faults if fault.clause == clause and said in fault.ja]
    assert found, faults
    assert all(fault.en for fault in found)
    assert {fault.file for fault in found} <= {"secondment/2026/" + file, "secondment/2026/dates.yaml"}
    assert str(tmp_path) not in str(faults)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            "    - {from: 2025-11-01, until: 2026-12-31, value: 120000}\n    - {from: 2026-10-01, value: 130000}",
            "重なって",
        ),
        ("    - {from: 2025-11-01, value: 120000}\n    - {from: 2025-11-01, value: 130000}", "重なって"),
        (
            "    - {from: 2025-11-01, until: 2026-09-30, value: 120000}\n    - {from: 2026-10-02, value: 130000}",
            "値のない日",
        ),
        ("    - {from: 2025-11-01, until: 2026-09-30, value: 120000}", "until は書けません"),
    ],
    ids=["overlap", "the same day twice", "gap", "no end"],
)
@pytest.mark.clause("S-BI-6")
def test_a_fees_periods_neither_overlap_nor_leave_a_gap(tmp_path: Path, values: str, said: str) -> None:
    old = "    - {from: 2025-11-01, value: 120000}"
    (fault,) = refused(tmp_path, "secondment", "fees.yaml", old, values)
    assert said in fault.ja
    assert (fault.file, fault.clause) == ("secondment/2026/fees.yaml", "S-BI-3")
    assert fault.line in {line_of("secondment", "fees.yaml", old) + more for more in (-1, 0, 1)}


@pytest.mark.clause("S-BI-6")
def test_a_fee_that_changes_is_read_by_the_day(tmp_path: Path) -> None:
    old = "    - {from: 2025-11-01, value: 120000}"
    new = f"{old}\n    - {{from: 2027-10-01, value: 130000}}"
    faults = refused(tmp_path, "secondment", "fees.yaml", old, f"{new}\nunknown: 1")
    assert faults
    path = tmp_path / "secondment" / "2026" / "fees.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("\nunknown: 1", ""), encoding="utf-8")
    edition = load("secondment", 2026, tmp_path)
    amounts = [edition.value("fees.overseas_office", on=date(2027, *day)) for day in ((9, 30), (10, 1))]
    assert [(each.number, each.parameter.holds_from) for each in amounts] == [
        (120_000, "2025-11-01"),
        (130_000, "2027-10-01"),
    ]


@pytest.mark.clause("S-BI-1")
def test_a_table_of_costs_that_leaves_any_other_cost_open_is_refused(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, "secondment", "costs.yaml", "other: {name", "others: {name")
    assert (fault.clause, "other" in fault.ja) == ("S-BI-1", True)


def test_the_line_is_that_of_the_mistake(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, "secondment", "bars.yaml", "value: 730", "value: high")
    assert fault.line == line_of("secondment", "bars.yaml", "value: 730")
    assert str(fault).startswith(f"secondment/2026/bars.yaml:{fault.line} [S-SC-8] ")


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    faults = refused(tmp_path, "secondment", "bars.yaml", "value: 40", "value: forty\n  extra: 1")
    assert len(faults) == 2


def test_what_is_no_yaml_is_said_with_its_line(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, "secondment", "leave.yaml", "value: 2", "value: [2")
    assert "YAML" in fault.ja
    assert fault.line > 1


def test_a_key_written_twice_is_refused(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, "secondment", "leave.yaml", "value: 2", "value: 2\n  value: 3")
    assert fault.line == line_of("secondment", "leave.yaml", "value: 2") + 1


def test_an_edition_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match=r"secondment/2031"):
        load("secondment", 2031, tmp_path)


def test_a_file_too_many_or_too_few_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, "secondment", "leave.yaml", "value: 2", "value: two")
    folder = tmp_path / "secondment" / "2026"
    (folder / "leave.yaml").rename(folder / "leaves.yaml")
    with pytest.raises(EditionError) as caught:
        load("secondment", 2026, tmp_path)
    assert [fault.file for fault in caught.value.faults] == [
        "secondment/2026/leave.yaml",
        "secondment/2026/leaves.yaml",
    ]


@pytest.mark.parametrize("file", ["leave.yaml", "letters/started.ja.txt"])
def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path, file: str) -> None:
    refused(tmp_path, "secondment", "leave.yaml", "value: 2", "value: two")
    folder = tmp_path / "secondment" / "2026"
    good = (FOLDER / "secondment" / "2026" / "leave.yaml").read_text(encoding="utf-8")
    (folder / "leave.yaml").write_text(good, encoding="utf-8")
    text = (folder / file).read_text(encoding="utf-8")
    (folder / file).write_bytes(text.encode("cp932"))
    with pytest.raises(EditionError, match="UTF-8") as caught:
        load("secondment", 2026, tmp_path)
    assert [fault.file for fault in caught.value.faults] == [f"secondment/2026/{file}"]
