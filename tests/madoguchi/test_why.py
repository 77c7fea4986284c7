"""What `madoguchi why` tells of a decision, and where an id leads."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from madoguchi.cli import finding
from madoguchi.cli.why import decisions, table

CHARGED: dict[str, Any] = {
    "clause": "S-BI-4",
    "outcome": "passed",
    "edition": "secondment/2026",
    "by": "rule",
    "at": "2027-04-27T01:30:00+00:00",
    "facts": {"office": "new-york", "amount": 531896, "missing": [], "third_year_agreed": False},
    "parameters": [{"name": "fees.us_visa_lawyer", "value": 3550, "unit": "USD", "holds_from": "2025-11-01"}],
    "personal_facts": None,
    "reason": None,
}


def told(*found: dict[str, Any], width: int = 160) -> str:
    console = Console(width=width)
    with console.capture() as shown:
        console.print(table(list(found), width))
    return shown.get()


@pytest.mark.clause("G-6")
def test_a_decision_is_told_with_clause_facts_values_edition_and_who_and_when() -> None:
    shown = told(CHARGED)
    for text in (
        "S-BI-4　条項どおり",
        "米国は弁護士費用",
        "事務所：ニューヨーク事務所（new-york）",
        "金額：531,896",
        "不足：なし",
        "3年目の合意：いいえ",
        "fees.us_visa_lawyer＝3550米ドル（2025-11-01から）",
        "決定：規則　2027-04-27 10:30",
        "版：secondment/2026",
    ):
        assert text in shown


@pytest.mark.clause("G-7")
def test_what_is_sealed_is_told_in_a_word_until_it_is_opened() -> None:
    sealed = CHARGED | {"reason": "sealed:1:abc", "personal_facts": {"age": 33}}
    shown = told(sealed)
    assert "abc" not in shown
    assert "封じられています" in shown
    assert "本人に関する事実：年齢 33" in shown


def test_an_unknown_fact_keeps_its_own_name() -> None:
    assert "new_fact：2026-12-06 00:00" in told(CHARGED | {"facts": {"new_fact": "2026-12-05T15:00:00+00:00"}})


def test_a_place_is_told_by_the_name_that_it_had_in_the_decisions_edition() -> None:
    sapporo = CHARGED | {"facts": {"office": "sapporo"}}
    for year, name in ((2026, "北海道貿易情報センター"), (2027, "北海道貿易情報センター（札幌）")):
        assert f"事務所：{name}（sapporo）" in told(sapporo | {"edition": f"secondment/{year}"}, width=240)
    assert "事務所：sapporo " in told(sapporo | {"edition": "secondment/2090"})


def test_decisions_are_found_wherever_an_event_holds_them() -> None:
    assert list(decisions({"offer": {"decisions": [CHARGED, CHARGED]}, "other": [{"facts": {}}]})) == [CHARGED] * 2


def test_a_secondment_leads_to_its_own_streams_alone() -> None:
    streams = {place.stream for place in finding.places("app-1.2")}
    assert "proposal-app-1.2" in streams
    assert "proposal-app-1.1" not in streams


def test_of_an_account_an_invoice_shows_only_what_held_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "ask", lambda *_, **__: {"items": [{"id": "invoice-1", "account": "app-1.1"}]})
    account, invoice = finding.places("INV-S2026-000001")
    held = {"name": "billing.charge_held.v1", "data": {"invoice_id": "invoice-1"}}
    assert account.about(held)
    assert not account.about(held | {"data": {"invoice_id": "invoice-2"}})
    assert not account.about(held | {"name": "billing.fees_charged.v1"})
    assert invoice.stream == "invoice-1"
    assert invoice.about(held)


def test_a_letter_leads_to_what_was_decided_before_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    written = {"data": {"about": "app-1.1", "timestamp": "2026-01-14T01:00:00Z"}}
    monkeypatch.setattr(finding, "ask", lambda *_, **__: [written])
    letter, *rest = finding.places("letter-1")
    assert letter.service == "notify"
    assert "proposal-app-1.1" in {place.stream for place in rest}
    assert rest[0].about({"name": "", "data": {"timestamp": "2026-01-14T01:00:00Z"}})
    assert not rest[0].about({"name": "", "data": {"timestamp": "2026-02-01T01:00:00Z"}})
