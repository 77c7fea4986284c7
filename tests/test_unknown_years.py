"""A fiscal year without an edition, asked for at any address that takes one: a clear answer, never a fault of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from kernel import http
from kernel.access import Trusting
from kernel.problems import PROBLEM
from kernel.service import Spec
from kernel.testing import Company
from schemas.values import TOKYO
from tests.docs.test_architecture import SPECS
from tests.intake import forms

YEAR = 2090
APPLICATION = "app-" + "0" * 32
SAID = {"by": "hr-01", "reason": "試し"}
BODIES: dict[str, dict[str, Any]] = {
    "send_secondment": forms.secondment(),
    "send_support": forms.support(),
    "amend_secondment": forms.secondment(),
    "amend_support": forms.support(),
    "withdraw": {},
    "name_secondee": {
        "name": "見本 太郎", "kana": "ミホン タロウ", "birth_date": "1995-05-05", "experience_years": 7,
        "health_declared": True, "cooperation_declared": True,
        "health_declared_by_secondee": True, "cooperation_declared_by_secondee": True,
    },
    "original": SAID | {"seen_version": 1, "kind": "resume", "arrived_on": "2026-02-01"},
    "invite": SAID | {"organisations": [forms.party()]},
    "admit_late": SAID | {"seen_version": 1},
    "return_consent": SAID | {"seen_version": 1, "ground": "not_sealed"},
    "record_seed": SAID | {"seen_version": 0},
    "run_round": SAID | {"seen_version": 1},
    "announce_round": SAID | {"seen_version": 1},
    "what_if": {},
    "open_session": {},
    "confirm": {"content": {}},
    "save_draft": {"content": {}},
    "resume": {},
    "adjust": SAID | {"seen_version": 1, "secondment_id": "app-1.1"},
    "change_capacity": SAID | {"seen_version": 0, "fiscal_year": YEAR, "places": 1},
}  # fmt: skip
"""What is sent to whatever changes something, by the name of its function."""
LISTS = {"work_list", "unanswered", "waiting_consents", "recorded_costs"}
"""Lists that are filtered by year: they are empty."""
Asked = tuple[Spec, APIRoute, str]


def _routes() -> Iterator[Any]:
    for spec in SPECS:
        for router in spec.routers:
            for route in router.routes:
                assert isinstance(route, APIRoute)
                takes = {each.name for each in (*route.dependant.path_params, *route.dependant.query_params)}
                if "fiscal_year" in takes or route.name == "change_capacity":
                    for programme in ("secondment", "support") if "programme" in takes else ("secondment",):
                        named = f"{spec.name} {route.name} {programme}"
                        yield pytest.param(spec, route, programme, id=named)


ROUTES = list(_routes())


def _client(spec: Spec) -> httpx.AsyncClient:
    app, company = FastAPI(), Company(spec, at=datetime(2026, 1, 10, tzinfo=TOKYO))
    application = company[spec.name].application
    app.state.application, app.state.kernel = application, application.kernel
    http.install(app, Trusting())
    for router in spec.routers:
        app.include_router(router)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://service")


def _path(route: APIRoute, programme: str) -> str:
    places = {"fiscal_year": YEAR, "programme": programme, "application_id": APPLICATION, "site_id": "bangkok"}
    places |= {"session_id": "session-" + "0" * 32, "paper_id": "paper-" + "0" * 32}
    return route.path.format(**places)


@pytest.mark.clause("G-6")
@pytest.mark.parametrize(("spec", "route", "programme"), ROUTES)
async def test_a_year_without_an_edition_is_not_found(spec: Spec, route: APIRoute, programme: str) -> None:
    method = next(iter(route.methods or ()))
    query = {each.name for each in route.dependant.query_params}
    asked: dict[str, Any] = {"params": {"fiscal_year": YEAR} if "fiscal_year" in query else {}}
    headers = {"Idempotency-Key": "k-1", "X-Officer": "hr-01"}
    if query & {"kind", "corporate_number"}:
        headers |= {"Content-Digest": forms.digest(forms.PDF), "Content-Type": "application/pdf"}
        asked = {"content": forms.PDF, "params": {"kind": "consent", "corporate_number": forms.number(1), "by": "hr"}}
    elif method != "GET":
        asked["json"] = BODIES[route.name]
    async with _client(spec) as client:
        answer = await client.request(method, _path(route, programme), headers=headers, **asked)
    if route.name in LISTS:
        assert (answer.status_code, answer.json()["total"]) == (200, 0)
        return
    assert answer.status_code == 404, answer.text
    assert answer.headers["content-type"] == PROBLEM
    (error,) = answer.json()["errors"]
    assert error["ja"].endswith("ください。")
    assert "Check" in error["en"]


@pytest.mark.parametrize("path", ["/v1/rounds/secondment/2090", "/v1/sites?fiscal_year=2090"])
async def test_the_answer_names_the_edition_that_is_missing(path: str) -> None:
    placement = next(spec for spec in SPECS if spec.name == "placement")
    async with _client(placement) as client:
        answer = (await client.get(path)).json()
    assert answer["title"] == "There is no edition secondment/2090. Check the fiscal year."
    assert answer["title_ja"] == "2090年度の版がありません（secondment）。年度をご確認ください。"
    assert json.dumps(answer).count("G-6") == 1


def test_every_service_that_takes_a_year_is_asked() -> None:
    assert {str(each.id).split()[0] for each in ROUTES} == {"intake", "screening", "placement", "billing"}
    assert len(ROUTES) >= 30
