"""Requests are counted by route and class of status, never by what was in the address."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from kernel import http
from kernel.access import Trusting
from kernel.measured import Measured
from kernel.metrics import Metrics


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("tests")


@pytest.fixture
def client(metrics: Metrics) -> httpx.AsyncClient:
    app = FastAPI()
    http.install(app, Trusting())
    app.add_middleware(Measured, metrics=metrics)

    @app.get("/forms/{form}")
    async def form(form: str) -> dict[str, str]:
        if form == "broken":
            raise LookupError
        return {}

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://tests")


def counted(metrics: Metrics) -> dict[tuple[str, str, str], float]:
    samples: list[Any] = [s for metric in metrics.http.collect() for s in metric.samples]
    found = [sample for sample in samples if sample.name.endswith("_count")]
    return {(s.labels["method"], s.labels["route"], s.labels["status"]): s.value for s in found}


async def test_a_request_is_counted_by_its_route(client: httpx.AsyncClient, metrics: Metrics) -> None:
    for form in ("S2026-0001", "S2026-0002"):
        await client.get(f"/forms/{form}")
    assert counted(metrics) == {("GET", "/forms/{form}", "2xx"): 2}


async def test_what_the_code_raises_is_counted_as_our_fault(client: httpx.AsyncClient, metrics: Metrics) -> None:
    await client.get("/forms/broken")
    assert counted(metrics) == {("GET", "/forms/{form}", "5xx"): 1}


async def test_what_no_route_takes_is_one_label_whatever_was_asked(client: httpx.AsyncClient, metrics: Metrics) -> None:
    for path in ("/a", "/b", "/" + "c" * 500):
        await client.get(path)
    await client.request("BREW", "/pot")
    assert counted(metrics) == {("GET", "other", "4xx"): 3, ("other", "other", "4xx"): 1}


async def test_seconds_are_what_the_request_took(client: httpx.AsyncClient, metrics: Metrics) -> None:
    await client.get("/forms/one")
    (total,) = (s.value for m in metrics.http.collect() for s in m.samples if s.name.endswith("_sum"))
    assert 0 < total < 5
