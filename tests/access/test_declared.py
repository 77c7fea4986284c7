"""Every route of every service says whom it is for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI

from kernel.access import OPEN, Admits, declarations, operators
from kernel.scraping import scraping
from kernel.service import Spec
from tests.docs.test_architecture import SPECS
from tests.docs.test_interfaces import in_earnest


@pytest.fixture(params=SPECS, ids=lambda spec: str(spec.name))
async def served(request: pytest.FixtureRequest, tmp_path: Path) -> FastAPI:
    """A service as its process makes it."""
    spec: Spec = request.param
    return in_earnest(spec, tmp_path)


def undeclared(app: FastAPI) -> set[str]:
    return {str(route.path) for route, admits in declarations(app) if admits is None}


GUARDED = {"/metrics"}
"""Has a gate of its own, for it is nobody's who has a role."""


def test_every_route_but_health_says_whom_it_is_for(served: FastAPI) -> None:
    assert undeclared(served) == OPEN | GUARDED
    assert len(list(declarations(served))) > 10


def test_a_route_without_a_declaration_would_be_noticed(served: FastAPI) -> None:
    router = APIRouter()
    router.get("/v1/backdoor")(lambda: None)
    served.include_router(router)
    assert undeclared(served) == {*OPEN, *GUARDED, "/v1/backdoor"}


def test_whom_a_declaration_admits_is_asked_before_anything_else(served: FastAPI) -> None:
    for route, admits in declarations(served):
        if admits is not None:
            first = route.dependencies[0].dependency
            assert isinstance(first, Admits), route.path


def test_the_figures_have_a_gate_and_their_description_says_so(served: FastAPI) -> None:
    (figures,) = (route for route, _ in declarations(served) if route.path == "/metrics")
    assert [each.dependency for each in figures.dependencies] == [scraping]
    said = served.openapi()["paths"]["/metrics"]["get"]
    assert said["security"] == [{"metrics": []}]
    assert "401" in said["responses"]


def test_what_is_of_one_programme_says_so(served: FastAPI) -> None:
    """A path that names the programme by itself is guarded by it, as one that has it as a parameter is."""
    for route, admits in declarations(served):
        parts = set(str(route.path).split("/"))
        for programme in ("secondment", "support"):
            if programme in parts:
                assert admits is not None
                assert admits.programme == programme, route.path


def test_operations_are_for_operators_and_a_stream_for_its_officers_too(served: FastAPI) -> None:
    for path, admits in _admitted(served):
        if path.startswith("/operations/") and path != "/operations/log/{stream:path}":
            assert admits.kinds == operators.kinds, path


def test_applicants_and_forms_come_to_the_counter_alone(served: FastAPI) -> None:
    outsiders = {path for path, admits in _admitted(served) if {"applicant", "form"} & set(admits.kinds)}
    assert bool(outsiders) == (served.state.gate.service == "intake")


def test_what_is_read_and_not_sent_is_no_form_s(served: FastAPI) -> None:
    """A form's key opens nothing that others sent."""
    read = [
        route.path
        for route, admits in declarations(served)
        if admits is not None and "form" in admits.kinds and route.methods == {"GET"}
    ]
    assert set(read) <= {
        "/v1/{programme}/{fiscal_year}/reception", "/v1/support/{fiscal_year}/sessions/{session_id}",
    }  # fmt: skip


def _admitted(served: FastAPI) -> Iterator[tuple[str, Any]]:
    for route, admits in declarations(served):
        if admits is not None:
            yield str(route.path), admits
