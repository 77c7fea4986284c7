"""What `madoguchi why` tells of a decision, and where an id leads."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from infra.local.ports import SERVICES
from kernel.aggregate import Event
from madoguchi.cli import app, decision_words, finding
from madoguchi.cli import why as whys
from madoguchi.cli.talking import Closed
from madoguchi.cli.why import decisions, table
from madoguchi.cli.words import FACTS
from policies.editions import load, years
from services.screening.policy.basis import Basis
from services.screening.policy.company import examine
from tests.screening.forms import company_form, tokyo

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


@pytest.mark.clause("G-6")
@pytest.mark.parametrize("id", ["S2026-0007.2", "app-7.2"])
def test_of_two_secondments_each_is_told_its_own_judgements(monkeypatch: pytest.MonkeyPatch, id: str) -> None:
    """By a receipt's number as by the id."""

    def ask(service: str, path: str, **_: Any) -> Any:
        if path.startswith("/v1/"):
            return {"items": [{"id": "app-7"}]}
        if path != "/operations/log/screening-app-7":
            return None
        about = ({"secondment_id": "app-7.1", "age": 30}, {"secondment_id": "app-7.2", "age": 31}, {"for": "officer"})
        data = {"timestamp": "2026-02-10T01:00:00Z", "decisions": [CHARGED | {"facts": facts} for facts in about]}
        return [{"name": "screening.secondee_examined.v1", "position": 1, "data": data}]

    monkeypatch.setattr(finding, "ask", ask)
    monkeypatch.setattr(whys, "ask", ask)
    shown = CliRunner().invoke(app, ["why", id]).output
    assert "年齢：31" in shown
    assert "年齢：30" not in shown
    assert "判断する者：担当者" in shown
    assert "審査　出向者の審査（記録 1）" in shown


TOLD_FACTS: list[tuple[str, Any, str]] = [
    ("fee", "us_visa_lawyer", "米国ビザ申請に係る米国弁護士費用"),
    ("kind", "business_trip", "ジェトロの業務による出張旅費"),
    ("country", "US", "米国"),
    ("beyond", ["US"], "米国"),
    ("route", "domestic_then_overseas", "国内のち海外"),
    ("secondment_id", "app-1.2", "2件目"),
    ("places", ["osaka 2026", "bangkok 2027"], "2026年度 大阪本部、2027年度 バンコク事務所"),
    ("places", 2, "2"),
    ("given_back", ["overseas_office/2027-09", "overseas_preparation/once"], "海外事務費 2027年9月、海外受入準備金"),
    ("missing", ["resume/data", "memorandum"], "履歴書（データ）、覚書"),
    ("requirement", "visa", "査証の取得"),
    ("ground", "dissolved", "解散のため"),
    ("level", "asked by the unit", "受入部署が求める水準"),
    ("breaks", {"not_wished": 1}, "希望にない配置先の件数 1"),
]


@pytest.mark.parametrize(("name", "value", "words"), TOLD_FACTS)
def test_a_fact_is_told_in_words_and_not_in_codes(name: str, value: Any, words: str) -> None:
    assert decision_words.seen(name, value, "secondment/2026") == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("lottery", "code", "抽選"),
        ("from_first_day", "code", "海外に在る日のある月を1か月と数える"),
        ("end_of_next_month", "code", "発行月の翌月末日"),
        ("down", "code", "切り捨て"),
        ("original, data", "code", "原本、データ"),
        (3550, "USD", "3550米ドル"),
    ],
)
def test_a_figure_that_was_read_is_told_in_words(value: Any, unit: str, words: str) -> None:
    read = {"name": "a.b", "value": value, "unit": unit, "holds_from": None}
    assert decision_words.read(read) == f"a.b＝{words}"


def test_what_waits_for_an_officer_says_so() -> None:
    assert "担当者の判断待ち" in told(CHARGED | {"outcome": "held", "facts": {"for": "officer"}})
    assert "S-BI-4　保留" in told(CHARGED | {"outcome": "held"})


def _kinds(of: type[Event]) -> Iterator[type[Event]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)


def test_every_event_that_holds_a_decision_has_a_word() -> None:
    for service in SERVICES:
        import_module(f"services.{service}.main")
    held = [
        kind
        for kind in _kinds(Event)
        if "TOPIC" in vars(kind) and {"decision", "decisions"} & {*kind.__struct_fields__}
    ]
    topics = [str(vars(kind)["TOPIC"]) for kind in held]
    names = {topic.partition(".")[2].rpartition(".v")[0] for topic in topics if topic.partition(".")[0] in SERVICES}
    assert len(names) > 30
    assert not names - decision_words.HAPPENED.keys()


def test_every_country_of_an_edition_has_a_name() -> None:
    for year in years("secondment"):
        countries = {site.country for site in load("secondment", year).sites.values()}
        assert countries <= decision_words.COUNTRIES.keys()


COMPANY_FACTS: list[tuple[str, Any, str]] = [
    ("status_not_listed", [1, 3], "職1、職3"),
    ("employed_elsewhere", [], "なし"),
    ("missing", ["surveys"], "支援期間中と終了後一定期間の調査等に回答すること"),
    ("alarm", "most", "1か月超過"),
    ("request", "mandate", "委任または請負とみなされる行為"),
    ("ground", "owner_agreed", "所有者の事前の承諾"),
    ("visit", "app-1-visit-2", "2件目"),
    ("menu", "trip_together", "出張同行"),
    ("kind", "referral", "取次ぎ"),
]


@pytest.mark.clause("G-6")
@pytest.mark.parametrize(("name", "value", "words"), COMPANY_FACTS)
def test_a_fact_of_a_company_is_told_in_words(name: str, value: Any, words: str) -> None:
    assert decision_words.seen(name, value, "support/2026") == words


@pytest.mark.clause("G-6")
def test_marks_of_stage_one_are_told_by_criterion() -> None:
    marks = {"motive": {"met": True, "note": "明確"}}
    told = decision_words.seen("criteria", marks, "support/2026")
    assert told.endswith("動機・目的が明確である 満たす はい、覚え 明確")


@pytest.mark.clause("G-6")
def test_every_fact_by_which_a_company_is_examined_has_a_word() -> None:
    basis = Basis(load("support", 2026), tokyo(2026, 2, 10))
    for decision in examine(company_form(), basis):
        assert decision.facts.keys() <= FACTS.keys(), decision.clause


def test_a_fact_is_called_as_its_clause_calls_it() -> None:
    rank = CHARGED | {"clause": "C-PL-1", "edition": "support/2026", "facts": {"rank": 1}}
    assert "適合度（1が最もよい）：1" in told(rank)
    assert "希望順位：1" in told(rank | {"clause": "S-PL-3"})


@pytest.mark.clause("C-SC-15")
def test_decisions_sealed_as_a_whole_are_told_of_and_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    event = {"name": "screening.company_examined.v1", "position": 5, "recorded_at": "2026-02-02T02:01:00Z"}
    events = [event | {"data": {"decisions": "sealed:1:abc"}}]

    def ask(service: str, path: str, **_: Any) -> Any:
        return events if path == "/operations/log/screening-app-1" else None

    monkeypatch.setattr(whys, "ask", ask)
    shown = CliRunner().invoke(app, ["why", "app-1"])
    assert shown.exit_code == 0
    assert "--open で表示" in shown.output
    assert "まだありません" not in shown.output


@pytest.mark.clause("C-SC-16")
def test_what_is_closed_to_the_officer_says_why_once_and_not_that_there_is_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused = [{"clause": "C-SC-16", "ja": "先に（no-interest）を申告してください。", "en": ""}]

    def ask(service: str, path: str, **_: Any) -> Any:
        arrived = {"name": "intake.form_arrived.v1", "position": 1, "data": {}}
        return Closed(refused) if service == "screening" else [arrived] if path.endswith("/app-1") else None

    monkeypatch.setattr(whys, "ask", ask)
    shown = CliRunner().invoke(app, ["why", "app-1"])
    assert shown.exit_code == 1
    assert shown.output.count("を申告してください。") == 1
    assert "madoguchi do no-interest" in shown.output
    assert "まだありません" not in shown.output


def test_every_event_of_a_companys_road_has_a_word() -> None:
    for service in SERVICES:
        import_module(f"services.{service}.main")
    of = (
        "screening.domain.support", "domain.confidential", "domain.disclosure", "placement.domain.support_events",
        "placement.domain.company_news", "placement.domain.service_events", "intake.domain.silence",
    )  # fmt: skip
    road = [kind for kind in _kinds(Event) if "TOPIC" in vars(kind) and any(each in kind.__module__ for each in of)]
    names = {str(vars(kind)["TOPIC"]).partition(".")[2].rpartition(".v")[0] for kind in road}
    assert len(names) > 25
    assert {name for name in names if decision_words.happened(name) == name} == set()
    assert decision_words.happened("adoption_doubted") == "採択と行き違いになった辞退・同意書の差戻し"
