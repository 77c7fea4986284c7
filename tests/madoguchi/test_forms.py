"""`madoguchi form`: the officer who judges a purpose can read it, in words."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from rich.console import Console
from typer.testing import CliRunner

from madoguchi.cli import app, forms

CASE: dict[str, Any] = {
    "status": "open",
    "waiting": ["to_judge"],
    "state": {
        "party": {"name": "株式会社みほん", "kind": "company", "person": "人事部 [担当]"},
        "form": {
            "purpose": "米国での販路を開く担当者を育てるため。",
            "requests": [
                {
                    "number": 1,
                    "route": "domestic_then_overseas",
                    "years": 2,
                    "wishes": [{"rank": 1, "domestic": "osaka", "overseas": "new-york"}],
                    "third_year_agreed": False,
                    "remarks": "来春まで",
                }
            ],
        },
    },
}


@pytest.mark.clause("S-SC-1")
@pytest.mark.clause("S-IN-3")
def test_a_form_is_shown_with_purpose_and_wishes_in_words() -> None:
    console = Console(width=120)
    with console.capture() as told:
        console.print(forms.shown("S2026-0001", CASE))
    for text in (
        "未了（待っている判断：判断）",
        "株式会社みほん",
        "企業",
        "人事部 [担当]",
        "米国での販路を開く担当者を育てるため。",
        "国内のち海外　2年",
        "第1希望　大阪本部→ニューヨーク事務所",
        "備考　来春まで",
    ):
        assert text in told.get()


@pytest.mark.parametrize("receipt", ["C2026-9999", "INV-S2026-000001", "S2026-9999"])
def test_what_is_no_form_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, receipt: str) -> None:
    monkeypatch.setattr(forms, "ask", lambda *_, **__: {"items": []})
    answer = CliRunner().invoke(app, ["form", receipt])
    assert answer.exit_code == 1
    assert receipt in answer.output


COMPANY: dict[str, Any] = {
    "programme": "support",
    "status": "to_judge",
    "waiting": ["to_judge", "due_soon"],
    "state": {
        "fiscal_year": 2026,
        "party": {"name": "株式会社みほん", "corporate_number": "7000012050002", "person": "総務 [採用]"},
        "window": {"latest": "2026-02-26", "in_a_rush": "2026-03-10"},
        "form": {
            "legal_form": "godo",
            "industry": "精密機械",
            "employees": 1200,
            "website": None,
            "prefecture": "nagano",
            "field": "manufacturing",
            "languages": ["en", "vi"],
            "stage": "recruiting",
            "placement_is_main_business": False,
            "passes_people_on": False,
            "only_for_subsidiary_abroad": False,
            "applicant_is_supported": True,
            "has_employed_graduates": True,
            "interested_in_global_south": False,
            "agreements": ["all_year_effort", "prompt_contact", "surveys", "publication", "use_in_talks"],
            "declarations": ["lawful", "subsidies_act", "no_antisocial_forces"],
            "positions": [
                {
                    "residence_status": "student",
                    "role": "engineer",
                    "education": "university",
                    "regular_employee": False,
                    "employer_is_applicant": True,
                    "place": "長野県",
                }
            ],
            "purpose": "設計を担う技術者を迎えるため。",
            "finances": "三期連続の黒字。",
            "organisation": "社長が毎月確かめる。",
        },
    },
}


@pytest.mark.clause("C-IN-8")
@pytest.mark.clause("C-SC-12")
def test_a_companys_form_is_shown_in_words_with_what_it_did_not_agree_to() -> None:
    console = Console(width=160)
    with console.capture() as told:
        console.print(forms.shown("C2026-0001", COMPANY))
    for text in (
        "一次審査（期限が近い）",
        "2026-02-26（最長 2026-03-10）",
        "総務 [採用]",
        "合同会社",
        "精密機械　1,200名",
        "長野県　製造業",
        "英語、ベトナム語",
        "採用活動の実施",
        "登録事項に変更がある場合は、速やかに連絡すること",
        "留学　エンジニア　大学卒業",
        "正社員でない　申込企業が雇用　長野県",
        "設計を担う技術者を迎えるため。",
        "三期連続の黒字。",
        "社長が毎月確かめる。",
    ):
        assert text in told.get()
    assert "申告していない事項" not in told.get()


@pytest.mark.clause("C-SC-16")
def test_before_a_declaration_a_companys_form_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal ends the command with the service's own words, not with "no such form"."""
    ja = "先に「利害関係なし」（no-interest）を申告してください。"
    told = {"errors": [{"clause": "C-SC-16", "ja": ja, "en": "Declare first."}], "title": ""}

    def answer(method: str, url: str, **_: Any) -> httpx.Response:
        if "/screenings/" in url:
            return httpx.Response(403, json=told)
        return httpx.Response(200, json={"items": [{"id": "app-1"}]})

    monkeypatch.setattr(httpx, "request", answer)
    shown = CliRunner().invoke(app, ["form", "C2026-0001"])
    assert shown.exit_code == 1
    assert "先に「利害関係なし」" in shown.output
    assert "審査に回った申込はありません" not in shown.output
    assert "madoguchi do no-interest --place" in shown.output
