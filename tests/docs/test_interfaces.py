"""What the services serve over HTTP, as they are put together in earnest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from kernel.run import application
from kernel.service import Spec
from kernel.settings import Settings
from tests.docs.test_architecture import SPECS


@pytest.fixture(params=SPECS, ids=lambda spec: str(spec.name))
async def served(request: pytest.FixtureRequest, tmp_path: Path) -> FastAPI:
    """A service's HTTP application; nothing is connected before it starts."""
    return in_earnest(request.param, tmp_path)


def in_earnest(spec: Spec, folder: Path) -> FastAPI:
    """A service's HTTP application, as its process makes it."""
    key = folder / "master.key"
    key.write_bytes(bytes(32))
    return application(spec, Settings(master_key_file=key, prefix="test"))


def test_nobody_can_publish_through_a_page(served: FastAPI) -> None:
    """FastStream's AsyncAPI page has a "try it" route, which publishes to the broker; no service mounts the page."""
    assert [path for path in _paths(served) if "asyncapi" in path or path.rstrip("/").endswith("/try")] == []


def test_whatever_changes_something_is_a_command_of_the_business_or_of_operations(served: FastAPI) -> None:
    changing = [path for path, answers in _paths(served).items() if answers.keys() - {"get"}]
    assert changing
    assert [path for path in changing if not path.startswith(("/v1/", "/operations/"))] == []


def test_operations_are_served(served: FastAPI) -> None:
    assert {"/metrics", "/health/live", "/health/ready", "/operations/parked"} <= _paths(served).keys()
    assert served.docs_url == "/docs"


def test_every_command_and_query_says_what_it_does(served: FastAPI) -> None:
    answers = [answer for path in _paths(served).values() for answer in path.values()]
    assert [answer["operationId"] for answer in answers if not answer.get("description")] == []


def _paths(served: FastAPI) -> dict[str, dict[str, Any]]:
    """Path to method to what it answers; routes that are not documented have no answers."""
    documented: dict[str, dict[str, Any]] = served.openapi()["paths"]
    hidden: dict[str, dict[str, Any]] = {str(getattr(route, "path", "")): {} for route in served.routes}
    return hidden | documented
