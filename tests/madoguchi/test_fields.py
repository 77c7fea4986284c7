"""What a clerk is told of an action is what its service really wants, each field with a word of its own."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from infra.local.ports import SERVICES
from madoguchi.cli import app, asking
from madoguchi.cli.cases import waiting
from madoguchi.cli.field_words import MEANT, field
from madoguchi.cli.fields import Wanted, places, wanted
from madoguchi.cli.lists import LISTS
from madoguchi.rehearsal.actions import ACTIONS
from madoguchi.rehearsal.calls import prepared


def _api(service: str) -> dict[str, Any]:
    app = FastAPI()
    for router in import_module(f"services.{service}.main").SPEC.routers:
        app.include_router(router)
    return app.openapi()


APIS = {service: _api(service) for service in SERVICES}


def _wanted(name: str, programme: str = "secondment") -> Wanted:
    return wanted(name, ACTIONS[name], APIS[ACTIONS[name].service], programme)


CASES = [
    *((name, "secondment") for name in ACTIONS),
    *((name, "support") for name in ("apply", "amend")),
]


@pytest.mark.parametrize(("name", "programme"), CASES)
def test_every_field_of_every_action_has_a_word_and_a_shape(name: str, programme: str) -> None:
    for each in _wanted(name, programme).fields:
        assert field(each.name.rpartition(".")[2]) or each.meaning, f"{name}: {each.name} has no word"
        assert each.shape.strip("[]…, "), f"{name}: {each.name} has no shape"


def test_a_choice_is_told_with_its_words_and_codes_with_the_editions() -> None:
    told = {each.name: each for each in _wanted("memorandum-copy").fields}
    assert told["holder"].needed
    assert told["holder"].shape == "sender（派遣元）、secondee（出向者）"
    assert "visa（ビザ取得）" in next(each.shape for each in _wanted("prepare").fields if each.name == "item")
    fee = next(each.shape for each in _wanted("cancel-visit").fields if each.name == "costs[].fee")
    service = next(each.shape for each in _wanted("use-service").fields if each.name == "service")
    assert ("専門家の謝金" in fee, "採用面接の通訳" in fee) == (True, False)
    assert ("専門家の謝金" in service, "採用面接の通訳" in service) == (False, True)


def test_what_the_command_fills_by_itself_is_not_asked_for() -> None:
    assert {each.name for each in _wanted("waive").fields} == {"outcome"}
    assert not _wanted("merge").fields
    assert "seen_version" in {each.name for each in _wanted("capacity").fields}  # no place to read it from
    assert [(each.name, each.needed) for each in _wanted("carry-over").fields] == [("to_number", True)]


def test_a_field_is_called_what_it_is_in_its_action() -> None:
    (party,) = (each for each in _wanted("agree-term").fields if each.name == "party")
    (currency,) = (each for each in _wanted("rate").fields if each.name == "currency")
    assert party.meaning == "同意した者"
    assert "USD" in currency.meaning


@pytest.mark.parametrize("name", MEANT)
def test_what_has_another_meaning_in_an_action_is_a_field_of_it(name: str) -> None:
    assert MEANT[name].keys() <= {each.name for each in _wanted(name).fields}


@pytest.mark.parametrize(
    ("name", "by_receipt", "named"),
    [
        ("payment", True, []),
        ("waive", True, ["clause"]),
        ("adjust", True, []),
        ("run", False, ["programme", "year"]),
        ("capacity", False, ["site"]),
        ("rate", False, []),
    ],
)
def test_a_place_is_said_by_receipt_or_by_name(name: str, by_receipt: bool, named: list[str]) -> None:
    assert places(ACTIONS[name]) == (by_receipt, named)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_a_route_of_its_service(name: str) -> None:
    path = LISTS[name].path
    ways = {path.replace("{year}", "{fiscal_year}"), path.replace("{application}", "{application_id}")}
    ways |= {path.replace(f"{each}/{{year}}", "{programme}/{fiscal_year}") for each in ("secondment", "support")}
    assert any("get" in APIS[LISTS[name].service]["paths"].get(way, {}) for way in ways)


def test_a_run_names_the_forms_that_wait_for_a_judgement() -> None:
    form, secondee = {"stage": "form", "clause": "S-SC-4"}, {"stage": "secondee", "clause": "S-SC-8"}
    screenings: list[dict[str, Any]] = [
        {"receipt_number": "S2026-0001", "questions": []},
        {"receipt_number": "S2026-0002", "questions": [form]},
        {"receipt_number": "S2026-0003", "questions": [secondee]},
    ]
    assert waiting(screenings) == ["S2026-0002"]


async def test_an_invoice_and_an_organisation_may_be_named_themselves() -> None:
    async def ask(service: str, path: str) -> Any:
        return {"version": 3, "receivable": {"version": 5}}

    paid = await prepared(ACTIONS["payment"], {"invoice_id": "invoice-1"}, {}, "key", ask)
    assert paid.path == "/v1/invoices/invoice-1/payments"
    places = {"into": "org-1", "organisation": "org-2"}
    merged = await prepared(ACTIONS["merge"], places, {}, "key", ask)
    assert merged.path == "/v1/organisations/org-1/merge"
    assert merged.options["json"] == {"other": "org-2", "seen_version": 3}


CODES = [
    ("apply", "positions[].residence_status", "student（留学）"),
    ("apply", "prefecture", "hyogo（兵庫県）"),
    ("apply", "agreements", "[…]　all_year_effort（"),
    ("paper", "kind", "consent（同意書）"),
    ("stage-one", "criteria", "motive（"),
    ("disclose", "ground", "owner_agreed（"),
    ("disclose", "ground", "arranging_a_meeting（"),
    ("replace-coordinator", "coordinator_id", "coordinator-16"),
    ("cancel-visit", "costs[].fee", "transport_cancellation（交通機関の取消料）"),
    ("use-service", "service", "interview_interpreter（"),
    ("refuse-request", "kind", "introduce_person（外国人材の紹介）"),
    ("menu", "menu", "trip_together（出張同行）"),
    ("survey-answer", "survey", "half_way（中間アンケート）"),
    ("contact", "kind", "referral（取次ぎ）"),
]


@pytest.mark.parametrize(("name", "at", "code"), CODES)
def test_a_field_of_the_support_tells_the_codes_that_it_takes(name: str, at: str, code: str) -> None:
    (told,) = (each for each in _wanted(name, "support").fields if each.name == at)
    assert code in told.shape


def test_a_receipt_tells_of_which_programme_the_fields_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "ask", lambda service, path: APIS[service])
    for place, kind in (("C2026-0001", "consent（同意書）"), ("S2026-0001", "resume（履歴書）")):
        assert kind in CliRunner().invoke(app, ["do", "paper", "--fields", "--place", place]).output
