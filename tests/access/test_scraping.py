"""Who may read the figures: a real Prometheus's way of asking, on a real socket, and everybody who must not."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import Depends, FastAPI, Response

from kernel import http
from kernel.access import Trusting
from kernel.scraping import Scrapers, UnfitTokens, scraping
from tests.access.issuing import Issuing, bearing
from tests.access.test_limits import QUICK, serving_app
from tests.intake.support import clauses

pytestmark = pytest.mark.clause("C-SC-15")


def fresh() -> str:
    return secrets.token_hex(32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with one live token."""
    path = tmp_path / "metrics.token"
    put(path, fresh() + "\n")
    return path


def put(file: Path, text: str) -> None:
    file.write_text(text)


def removed(file: Path) -> None:
    file.unlink()


def held(file: Path) -> str:
    return file.read_text().strip()


@contextlib.asynccontextmanager
async def figures(file: Path | None) -> AsyncIterator[httpx.AsyncClient]:
    """A served desk that tells figures, and a client of it."""
    app = FastAPI()
    http.install(app, Trusting())
    app.state.scrapers = Scrapers(file)

    @app.get("/metrics", dependencies=[Depends(scraping)])
    async def metrics() -> Response:
        return Response("madoguchi_consumed_total 2")

    async with serving_app(app, QUICK) as at, httpx.AsyncClient(base_url=at.url) as client:
        yield client


async def status(client: httpx.AsyncClient, token: str | None = None, **headers: str) -> int:
    answer = await client.get("/metrics", headers=(bearing(token) if token else {}) | headers)
    assert ("madoguchi_" in answer.text) == (answer.status_code == 200)
    return answer.status_code


async def test_with_a_token_set_the_figures_are_for_whoever_brings_it(file: Path, issuer: Issuing) -> None:
    async with figures(file) as client:
        assert await status(client, held(file)) == 200
        for wrong in (None, fresh(), issuer.officer("unyo-01", "operations"), held(file) + "0"):
            assert await status(client, wrong) == 401
        refused = await client.get("/metrics")
    assert clauses(refused) == [("/authorization", "G-6")]
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert "指標" in refused.json()["title_ja"]


async def test_a_token_is_changed_without_a_gap(file: Path) -> None:
    before, after = held(file), fresh()
    async with figures(file) as client:
        put(file, f"{after}\n{before}\n")
        assert [await status(client, each) for each in (before, after)] == [200, 200]
        put(file, after)
        assert [await status(client, each) for each in (before, after)] == [401, 200]


@pytest.mark.parametrize("unfit", ["", "short", "\n".join(["a" * 32, "b" * 32, "c" * 32]), "あ" * 40, "a b" * 20])
async def test_a_file_that_cannot_be_used_stops_the_start_and_later_changes_nothing(file: Path, unfit: str) -> None:
    token = held(file)
    async with figures(file) as client:
        put(file, unfit)
        assert [await status(client, each) for each in (token, "short", None)] == [200, 401, 401]
        removed(file)
        assert await status(client, token) == 200
        put(file, after := fresh())
        assert [await status(client, each) for each in (token, after)] == [401, 200]
    put(file, unfit)
    with pytest.raises(UnfitTokens):
        Scrapers(file)
    with pytest.raises(OSError, match="none"):
        Scrapers(file.parent / "none")


PASSED_ON = {
    "x-forwarded-for": "203.0.113.9", "forwarded": "for=203.0.113.9", "via": "1.1 edge", "x-real-ip": "203.0.113.9",
    "host": "madoguchi.example",
}  # fmt: skip


async def test_without_one_they_are_told_on_this_machine_and_not_through_a_proxy() -> None:
    """A proxy beside the service comes from the loopback address too, whoever is behind it."""
    async with figures(None) as client:
        assert await status(client) == 200
        for name, value in PASSED_ON.items():
            assert await status(client, None, **{name: value}) == 401, name
        refused = await client.get("/metrics", headers={"via": "1.1 edge"})
    assert "MADOGUCHI_METRICS_TOKEN_FILE" in refused.text


@pytest.mark.parametrize(("address", "told"), [("127.0.0.1", 200), ("::1", 200), ("10.0.0.4", 401), ("", 401)])
async def test_without_one_they_are_told_to_no_other_machine(address: str, told: int) -> None:
    app = FastAPI()
    http.install(app, Trusting())
    app.state.scrapers = Scrapers(None)

    @app.get("/metrics", dependencies=[Depends(scraping)])
    async def metrics() -> None:
        """Nothing is wanted of it but the status."""

    transport = httpx.ASGITransport(app=app, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert (await client.get("/metrics")).status_code == told
