"""What `madoguchi list` shows of a line, in the clerk's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from madoguchi.cli import app, lists
from madoguchi.cli.calendar_words import LETTERS
from madoguchi.cli.cells import balance, cell, checklist, departure, failure, rate_waited_for
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
    assert failure(failed | {"status": "sent"}) == ""
    assert "送れない理由" in show("letters", failed)
    assert "送れない理由" not in show("letters", failed | {"status": "sent"})


def test_lines_have_no_codes_where_there_are_words() -> None:
    assert cell("status", "cleared") == "審査済み"
    assert cell("overdue_appraisals", [2026, 2027]) == "2026年度、2027年度"
    assert (
        cell("planned", [{"due": "2026-02-10T00:00:00Z", "code": "papers-reminder"}]) == "2026-02-10 09:00 書類の催促"
    )


def test_every_letter_of_an_edition_has_a_name() -> None:
    codes = {code for year in years("secondment") for code in load("secondment", year).letters.root}
    codes |= {code for year in years("support") for code in load("support", year).letters.root}
    assert codes == LETTERS.keys()
