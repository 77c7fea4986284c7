"""All five services in one process, with a case of every kind, reached over HTTP like the real ones."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

import httpx
from fastapi import FastAPI

from kernel import http, operations
from kernel.access import Trusting
from kernel.checkpoints import StoredCheckpoints
from kernel.metrics import Metrics
from kernel.run import besides
from kernel.scraping import Scrapers
from kernel.testing import Company
from kernel.testing.company import Resident
from schemas.values import TOKYO
from services.billing.main import SPEC as BILLING
from services.intake.main import SPEC as INTAKE
from services.notify.main import SPEC as NOTIFY
from services.placement.main import SPEC as PLACEMENT
from services.screening.main import SPEC as SCREENING

SPECS = {spec.name: spec for spec in (INTAKE, SCREENING, PLACEMENT, BILLING, NOTIFY)}
OPEN = datetime(2026, 2, 10, 10, tzinfo=TOKYO)
"""A day on which the reception of the support is open and that of the secondment over."""


class Running:
    """What operations' routes look for on a running service."""

    def __init__(self, of: Resident) -> None:
        self.spec, self.log, self.vault, self.db = of.spec, of.world.log, of.world.vault, of.world.db
        self.clock, self.parking, self.consumer, self.timers = of.world.clock, of.parking, of.consumer, of.timers
        self.followers: list[Any] = []
        self.shards, self.checkpoints = [self], StoredCheckpoints(self.db["checkpoints"])
        self.metrics, self.ready = Metrics(of.spec.name), True

    async def followed(self) -> None:
        """See `kernel.leading.Leading`: here nothing follows but in its turn."""


def web(of: Resident) -> FastAPI:
    """A resident's HTTP application, with everything that the real one answers."""
    app = FastAPI(title=of.spec.title, version="1")
    app.state.service, app.state.kernel, app.state.application = Running(of), of.application.kernel, of.application
    http.install(app, Trusting())
    app.state.scrapers = Scrapers(None)
    for router in of.spec.routers:
        app.include_router(router)
    app.include_router(besides(operations.router, of.spec.routers))
    return app


class Town:
    """The services, their applications and their logs."""

    def __init__(self, at: datetime = OPEN) -> None:
        self.company = Company(*SPECS.values(), at=at)
        self.webs = {name: web(self.company[name]) for name in SPECS}
        self._keys = itertools.count(1)

    def client(self, service: str) -> httpx.AsyncClient:
        """One service over HTTP; what its code raises is an answer with 500, as it would be outside."""
        transport = httpx.ASGITransport(app=self.webs[service], raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=f"http://{service}")

    async def ask(self, service: str, method: str, path: str, **said: Any) -> httpx.Response:
        """One call under a key of its own; then everything takes its course."""
        headers = {"Idempotency-Key": f"town-{next(self._keys)}"} | said.pop("headers", {})
        async with self.client(service) as client:
            response = await client.request(method, path, headers=headers, **said)
        await self.company.run()
        return response

    async def does(self, service: str, path: str, **said: Any) -> dict[str, Any]:
        """A command that is taken; its answer."""
        answer = await self.ask(service, "POST", path, json=said)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        body: dict[str, Any] = answer.json()
        return body

    async def tails(self) -> dict[str, int]:
        """How long each log is."""
        return {name: await self.company[name].world.log.tail() for name in SPECS}


def said(seen: int | None = None, **more: Any) -> dict[str, Any]:
    """An officer's words, on the version seen."""
    version = {} if seen is None else {"seen_version": seen}
    return {"by": "jinji-01", "reason": "電話で事情を確認した。", **version, **more}
