"""`madoguchi form`: the officer who judges a purpose can read it, in words."""

from __future__ import annotations

from typing import Any

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


@pytest.mark.parametrize("receipt", ["C2026-0001", "INV-S2026-000001", "S2026-9999"])
def test_what_is_no_form_of_a_secondment_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, receipt: str) -> None:
    monkeypatch.setattr(forms, "ask", lambda *_, **__: {"items": []})
    answer = CliRunner().invoke(app, ["form", receipt])
    assert answer.exit_code == 1
    assert receipt in answer.output
