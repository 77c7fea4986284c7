"""What a process writes down of its own troubles."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from kernel import tracing
from kernel.run import WithoutWords


def test_an_exception_is_told_by_its_type_and_place_and_never_by_its_words() -> None:
    try:
        int("港区の花子")
    except ValueError:
        record = logging.LogRecord("uvicorn.error", logging.ERROR, __file__, 1, "Exception", (), sys.exc_info())
    line = WithoutWords("%(message)s").format(record)
    assert "花子" not in line
    assert "ValueError at test_run.py" in line


async def test_a_span_tells_nothing_of_what_went_wrong_within(monkeypatch: pytest.MonkeyPatch) -> None:
    spans = InMemorySpanExporter()
    monkeypatch.setattr("opentelemetry.exporter.otlp.proto.http.trace_exporter.OTLPSpanExporter", lambda **where: spans)
    monkeypatch.setattr("opentelemetry.sdk.trace.export.BatchSpanProcessor", SimpleSpanProcessor)
    app = FastAPI()
    tracing.install(app, "desk", "http://collector.example")

    @app.get("/age")
    async def age() -> Any:
        return int("港区の花子")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://desk") as desk:
        with pytest.raises(ValueError, match="花子"):
            await desk.get("/age")
    (span,) = spans.get_finished_spans()
    assert "花子" not in span.to_json()
    assert json.loads(span.to_json())["events"] == []
