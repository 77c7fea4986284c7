"""Requests that a machine thinks of (schemathesis), good and bad ones, against what each service documents."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
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
def test_whatever_comes_is_answered_as_documented(service: str, mode: GenerationMode) -> None:
    api = schemathesis.openapi.from_asgi("/openapi.json", Town().webs[service])
    tried = 0
    for found in api.get_all_operations():
        assert isinstance(found, Ok)
        with contextlib.suppress(Unsatisfiable):  # nothing bad can be said where anything may be
            answering(found.ok(), mode)()
            tried += 1
    assert tried >= 12


def answering(operation: Any, mode: GenerationMode) -> Callable[[], None]:
    """Tries an operation: nothing breaks, no answer has a status that its document does not name, refusals are told."""
    documented = operation.definition.raw["responses"]

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def answered(case: schemathesis.Case[Any]) -> None:
        answer = case.call()
        assert answer.status_code < 500, (str(case), answer.text)
        assert str(answer.status_code) in documented, (str(case), answer.status_code)
        if answer.status_code >= 400:
            kind = answer.headers["content-type"][0]
            refusal(httpx.Response(answer.status_code, headers={"content-type": kind}, content=answer.content))

    return answered
