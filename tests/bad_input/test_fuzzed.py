"""Requests that a machine thinks of (schemathesis), good and bad ones, against what each service documents."""

from __future__ import annotations

import contextlib
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from tests.bad_input.answers import refusal
from tests.bad_input.town import SPECS, Town

EXAMPLES = 3
"""Of each operation and each mode; there are over a hundred operations."""


@pytest.mark.parametrize("mode", [GenerationMode.NEGATIVE, GenerationMode.POSITIVE], ids=["bad", "good"])
@pytest.mark.parametrize("service", SPECS)
def test_whatever_comes_is_answered(service: str, mode: GenerationMode) -> None:
    api = schemathesis.openapi.from_asgi("/openapi.json", Town().webs[service])
    tried = 0
    for found in api.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if not (operation.body or operation.query or operation.headers):
            continue  # what is asked by its id alone is tried in `test_edge`

        @settings(
            max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def answered(case: schemathesis.Case[Any]) -> None:
            answer = case.call()
            assert answer.status_code < 500, (str(case), answer.text)
            if answer.status_code >= 400:
                kind = answer.headers["content-type"][0]
                refusal(httpx.Response(answer.status_code, headers={"content-type": kind}, content=answer.content))

        with contextlib.suppress(Unsatisfiable):  # nothing bad can be said where anything may be
            answered()
            tried += 1
    assert tried >= 4
