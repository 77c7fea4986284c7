"""What `madoguchi list` shows of a line, in the clerk's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from madoguchi.cli import app, lists
from madoguchi.cli.calendar_words import LETTERS
from madoguchi.cli.cells import DECLARE, balance, cell, checklist, departure, failure, rate_waited_for
from madoguchi.cli.support_cells import consents
from policies.editions import load, years

Show = Callable[..., str]


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Show:
    def shown(what: str, *items: dict[str, Any]) -> str:
        monkeypatch.setattr(lists, "ask", lambda *_, **__: {"items": list(items), "total": len(items)})
        return CliRunner().invoke(app, ["list", what], env={"COLUMNS": "240"}).output

    return shown


HELD = {
    "id": "invoice-app-1.1-1", "account": "app-1.1", "kind": "invoice", "receipt_number": "S2026-0001",
    "recipient": "株式会社みほん", "status": "held", "missing": "USD TTS 2027-04-01",
    "awaited": {"kind": "TTS", "day": "2027-04-01"},
}  # fmt: skip


@pytest.mark.clause("S-BI-4")
def test_a_held_invoice_says_whose_it_is_and_which_rate_it_waits_for(show: Show) -> None:
    shown = show("invoices", HELD)
    for text in ("S2026-0001", "株式会社みほん", "保留", "待っている相場"):
        assert text in shown
    assert rate_waited_for(HELD).startswith("2027-04-01の米ドルの電信売相場（TTS）")
    assert rate_waited_for(HELD | {"status": "open"}) == ""


@pytest.mark.clause("S-BI-8")
def test_what_was_paid_too_much_says_so_and_a_return_invoice_owes_nothing() -> None:
    assert balance({"kind": "invoice", "balance": -70_000}) == "過入金 70,000"
    assert balance({"kind": "invoice", "balance": 9_063}) == "9,063"
    assert balance({"kind": "return", "balance": 924_000}) == ""
    assert balance(HELD) == ""


@pytest.mark.clause("S-PL-11")
def test_a_secondment_says_whether_the_post_overseas_was_taken_up() -> None:
    assert departure({}) == ""
    assert departure({"departed_on": "2027-04-01"}) == "2027-04-01"
    assert departure({"departure_planned_for": "2027-06-01"}) == "延期　予定 2027-06-01"
    assert departure({"departure_planned_for": "2027-06-01", "departure_cancelled": True}) == "中止"


@pytest.mark.clause("S-LI-4")
def test_a_checklist_names_every_item_with_who_acts_also_where_nothing_is_recorded() -> None:
    told = checklist({"visa": {"state": "done", "on": "2027-03-20"}}).splitlines()
    assert len(told) == len(load("secondment", 2026).departure.checklist)
    assert told[0] == "ビザ取得（出向者、必須）: 済み 2027-03-20"
    assert "住宅の紹介（海外事務所）: 未了" in told


@pytest.mark.clause("S-LI-8")
def test_an_appraisal_says_which_steps_are_done_and_which_are_to_do() -> None:
    told = cell("appraisals", {"2027": {}, "2026": {"goals": "2026-04-02", "reported": "2027-06-15"}})
    assert told.splitlines() == [
        "2026年度　目標 2026-04-02　中間 未了　年度末 未了　通知 2027-06-15",
        "2027年度　目標 未了　中間 未了　年度末 未了　通知 未了",
    ]


@pytest.mark.clause("S-NO-2")
def test_a_letter_that_failed_says_why_how_often_and_what_is_next(show: Show) -> None:
    failed = {"id": "letter-1", "status": "failed", "failure": "smtp-550", "tries": 3, "given_up": False}
    assert failure(failed) == "メールサーバーが拒否（宛先不明など）（smtp-550）　3回　自動で再送する"
    assert "retry-letter" in failure(failed | {"given_up": True})
    back = failed | {"failure": "bounced-5.1.1", "given_up": True}
    assert failure(back).startswith("宛先から戻ってきた（bounced-5.1.1）")
    assert "0回" not in failure(back | {"tries": 0})
    assert failure(failed | {"status": "sent"}) == ""
    assert "送れない理由" in show("letters", failed)
    assert "送れない理由" not in show("letters", failed | {"status": "sent"})


def test_lines_have_no_codes_where_there_are_words() -> None:
    assert cell("status", "cleared") == "審査済み"
    assert cell("overdue_appraisals", [2026, 2027]) == "2026年度、2027年度"
    assert cell("menus", {"trip_together": 2}) == "出張同行 2回"
    assert cell("visits", {"app-1-visit-1": {"on": "2026-08-26", "status": "cancelled"}}) == "1: 2026-08-26 取消し"
    used = {"on": "2026-05-20", "service": "interview_interpreter", "status": "used"}
    assert cell("services", {"app-1-service-1": used}) == "1: 2026-05-20 採用面接の通訳（半日）"
    assert cell("services", {"app-1-service-2": used | {"status": "withdrawn"}}).endswith("取下げ")
    assert cell("surveys_unanswered", ["half_way", "year_end"]).startswith("中間アンケート（half_way）、年度末")
    assert (
        cell("planned", [{"due": "2026-02-10T00:00:00Z", "code": "papers-reminder"}]) == "2026-02-10 09:00 書類の催促"
    )


def test_every_letter_of_an_edition_has_a_name() -> None:
    codes = {code for year in years("secondment") for code in load("secondment", year).letters.root}
    codes |= {code for year in years("support") for code in load("support", year).letters.root}
    assert codes == LETTERS.keys()


@pytest.mark.clause("C-IN-1")
def test_a_company_says_whether_its_consent_is_here_was_returned_or_is_missing() -> None:
    first = {"kind": "consent", "arrived_on": "2026-02-05", "returned": "not_sealed"}
    second = {"kind": "consent", "arrived_on": "2026-02-12", "flags": ["script"]}
    assert consents({"status": "registered", "papers": []}) == "未着"
    assert consents({"status": "registered", "papers": [first]}) == "2026-02-05 差戻し（押印がない）\n未着"
    assert consents({"status": "submitted", "papers": [first, second]}).endswith("2026-02-12 受領　要注意")
    assert consents({"status": "withdrawn", "papers": []}) == ""


@pytest.mark.clause("C-SC-16")
def test_of_a_case_not_declared_on_only_whose_it_is_is_listed_with_what_to_do(show: Show) -> None:
    shown = show("company-screenings", {"receipt_number": "C2026-0001", "name": "株式会社みほん", "declare": True})
    for text in ("C2026-0001", "株式会社みほん", DECLARE):
        assert text in shown
    assert DECLARE not in show("company-screenings", {"receipt_number": "C2026-0002", "waiting": ["to_judge"]})


@pytest.mark.clause("C-SC-16")
def test_a_list_says_how_many_wait_for_a_declaration_and_which_command_lists_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lists, "ask", lambda *_, **__: {"items": [], "total": 0, "undeclared": 3})
    wide = {"COLUMNS": "240"}
    told = CliRunner().invoke(app, ["list", "company-screenings", "--status", "overdue"], env=wide).output
    assert "申告を待っている案件が 3 件" in told
    assert "madoguchi list company-screenings --status undeclared" in " ".join(told.split())
    listed = CliRunner().invoke(app, ["list", "company-screenings", "--status", "undeclared"], env=wide).output
    assert "申告を待っている" not in listed


@pytest.mark.clause("C-SC-13")
def test_a_screening_of_a_company_says_what_it_waits_for_until_when_and_its_alarms(show: Show) -> None:
    line = {"receipt_number": "C2026-0001", "status": "to_judge", "latest": "2026-02-26"}
    shown = show("company-screenings", line | {"waiting": ["to_judge", "overdue"]})
    for text in ("2026-02-26", "│ 一次審査、期限超過"):
        assert text in shown


@pytest.mark.parametrize(
    ("what", "line", "texts"),
    [
        ("supports", {"status": "running", "stage": "recruiting"}, ("支援中", "採用")),
        ("supports", {"status": "ended", "ground": "no_cooperation"}, ("終了", "協力が得られないため")),
        (
            "coordinators",
            {"id": "coordinator-01", "most": 25, "companies": 2},
            ("23", "北海道、東北", "食品・農林水産", "中国語"),
        ),
        ("menus", {"id": "trip_together", "most": 200, "granted": 200, "left": 0}, ("出張同行", "200", "│ 0")),
        (
            "interviews",
            {"interview_at": "2026-02-18T01:00:00Z", "interview_mode": "telephone"},
            ("2026-02-18 10:00", "電話"),
        ),
        (
            "waiting-consents",
            {"corporate_number": "1180301018771", "arrived_on": "2026-02-20", "flags": ["script"]},
            ("1180301018771", "2026-02-20", "要注意"),
        ),
        ("silent", {"receipt_number": "C2026-0007", "status": "submitted"}, ("C2026-0007", "申込完了")),
        ("support-invoices", {"status": "open", "kind": "invoice", "balance": 31_000}, ("31,000", "未入金あり")),
    ],
)
def test_the_supports_lists_are_in_words(show: Show, what: str, line: dict[str, Any], texts: tuple[str, ...]) -> None:
    shown = show(what, line)
    for text in texts:
        assert text in shown


@pytest.mark.clause("C-CO-1")
def test_disclosures_are_those_of_one_case_by_their_numbers(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--case" in show("disclosures")
    monkeypatch.setattr(lists, "application_of", lambda receipt: "app-1")
    lines = [{"on": "2026-06-02", "ground": "arranging_a_meeting"}, {"on": "2026-06-09", "ground": "owner_agreed"}]
    monkeypatch.setattr(lists, "ask", lambda *_, **__: {"items": lines, "total": 2})
    told = CliRunner().invoke(app, ["list", "disclosures", "--case", "C2026-0001"], env={"COLUMNS": "240"}).output
    assert "関係先の紹介と面談の調整" in told
    assert "│ 2    │ 2026-06-09" in told


def test_each_programme_has_its_own_screenings_and_invoices() -> None:
    asked = {name: listing.always.get("programme") for name, listing in lists.LISTS.items()}
    assert (asked["screenings"], asked["company-screenings"]) == ("secondment", "support")
    assert (asked["invoices"], asked["support-invoices"]) == ("secondment", "support")
    assert {"出向", "伴走型支援", "両制度"} <= {lists.OF[each.programme] for each in lists.LISTS.values()}


def test_letters_of_one_case_and_planned_ones_by_their_receipts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    planned = {"application_id": "app-1", "programme": "support", "fiscal_year": 2026, "planned": []}
    known = {"id": "app-1", "receipt_number": "C2026-0001"}

    def ask(service: str, path: str, **params: Any) -> Any:
        asked.append(params)
        return {"items": [known if service == "intake" else planned], "total": 1}

    monkeypatch.setattr(lists, "ask", ask)
    monkeypatch.setattr(lists, "application_of", lambda receipt: "app-1")
    told = CliRunner().invoke(app, ["list", "planned-letters", "--case", "C2026-0001"]).output
    assert "C2026-0001" in told
    assert asked[0]["application_id"] == "app-1"
    assert "--case で絞れません" in CliRunner().invoke(app, ["list", "rates", "--case", "C2026-0001"]).output


@pytest.mark.clause("C-PL-1")
def test_who_takes_a_support_over_reads_its_record_in_words(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "application_of", lambda receipt: "app-1")
    record = [
        {"at": "2026-05-11T01:00:00Z", "name": "placement.contact_recorded.v1"}
        | {"data": {"kind": "referral", "on": "2026-05-08", "note": "大学に取次ぎ", "case": {"party": {"name": "x"}}}},
        {"at": "2026-05-21T01:00:00Z", "name": "placement.coordinator_assigned.v1"}
        | {"data": {"coordinator_id": "coordinator-07", "handover": "書類を準備中", "decisions": [{}]}},
    ]
    monkeypatch.setattr(lists, "ask", lambda *_, **__: {"record": record})
    told = CliRunner().invoke(app, ["list", "handover", "--case", "C2026-0001"], env={"COLUMNS": "200"}).output
    for text in ("2026-05-11 10:00", "支援の記録", "種類：取次ぎ", "覚え：大学に取次ぎ", "書類を準備中", "2 件"):
        assert text in told
    assert "party" not in told


@pytest.mark.clause("C-PL-1")
def test_why_a_company_has_its_coordinator_is_told_in_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "application_of", lambda receipt: "app-1")
    said = ["企業の所在地は甲信越です。", "担当者が理由を付けて決めました。"]
    monkeypatch.setattr(lists, "ask", lambda *_, **__: {"sentences": said})
    told = CliRunner().invoke(app, ["list", "explanation", "--case", "C2026-0001"], env={"COLUMNS": "200"}).output
    assert all(each in told for each in said)
