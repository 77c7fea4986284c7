"""Placement alone in memory, as a story needs it: hear messages, give commands, let time pass, read what was said."""

from __future__ import annotations

from datetime import datetime

import httpx
from fastapi import FastAPI

from kernel import http
from kernel.access import Trusting
from kernel.testing import Company
from schemas.base import REGISTRY, Published
from services.placement.app import PlacementApp
from services.placement.app.secondments import Secondments
from services.placement.app.supports import Supports
from services.placement.main import SPEC
from tests.placement.senders import OFFICER, message, tokyo


class Office:
    """The service and what it published."""

    def __init__(self, at: datetime | None = None) -> None:
        self.company = Company(SPEC, at=at or tokyo(2025, 12, 20))
        self.service = self.company["placement"]
        self.app: PlacementApp = self.service.application

    @property
    def do(self) -> Secondments:
        """Commands on rounds, proposals, secondments."""
        return self.app.secondments

    @property
    def supports(self) -> Supports:
        """Commands on supports."""
        return self.app.supports

    async def hear(self, *events: Published) -> None:
        """Messages of other services arrive."""
        await self.service.consumer.take([message(event) for event in events])
        parked = await self.service.parking.listed()
        assert not parked, parked
        await self.company.run()

    async def run_round(self) -> None:
        """Seed, run and announce by the officer's hand."""
        await self.do.record_seed(2026, None, OFFICER)
        await self.do.run(2026, OFFICER)
        await self.do.announce(2026, OFFICER)
        await self.company.run()

    async def move(self, to: datetime) -> None:
        """Time passes."""
        await self.company.move(to)

    async def said(self, *kinds: type[Published]) -> list[Published]:
        """What was published, of these kinds or all, in order."""
        await self.company.run()
        events = [REGISTRY[m.name].model_validate_json(m.data) for m in self.company.published]
        return [event for event in events if not kinds or isinstance(event, kinds)]


def web(office: Office) -> httpx.AsyncClient:
    """The service over HTTP."""
    app = FastAPI()
    app.state.application, app.state.kernel = office.app, office.app.kernel
    http.install(app, Trusting())
    for router in SPEC.routers:
        app.include_router(router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://placement")
