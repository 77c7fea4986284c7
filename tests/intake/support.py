"""The counter of intake's tests: the service over HTTP, in memory, on a clock that is moved."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any

import httpx
import msgspec
from fastapi import FastAPI

from kernel import http
from kernel.access import Trusting
from kernel.log import Context
from kernel.publishing import Message
from kernel.testing import Company
from kernel.testing.world import Running
from schemas.base import Published
from schemas.intake import ApplicationSubmitted
from schemas.placement import PlacementAccepted, SecondmentStarted
from schemas.values import TOKYO, Programme, Stay
from services.intake.app import IntakeApp
from services.intake.main import SPEC
from tests.intake import forms

OPEN = datetime(2025, 11, 10, 10, tzinfo=TOKYO)
"""A day on which the secondment's reception is open."""
DEADLINE = datetime(2025, 12, 6, tzinfo=TOKYO)
"""24:00 of its last day."""
SUPPORT_OPEN = datetime(2026, 2, 10, 10, tzinfo=TOKYO)


class Counter:
    """A person at the counter, and what is heard outside."""

    def __init__(self, at: datetime = OPEN) -> None:
        self.company = Company(SPEC, at=at)
        self.app: IntakeApp = self.company["intake"].application
        self.world = self.company["intake"].world
        self._keys = itertools.count(1)
        self.web = FastAPI()
        http.install(self.web, Trusting())
        self.web.state.kernel, self.web.state.application = self.app.kernel, self.app
        self.web.state.service = Running(self.world.log, self.world.vault)
        for router in SPEC.routers:
            self.web.include_router(router)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        """The service over HTTP."""
        transport = httpx.ASGITransport(app=self.web)
        async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
            yield client

    async def ask(
        self, method: str, path: str, *, key: str | None = None, officer: str | None = "jinji-01", **said: Any
    ) -> httpx.Response:
        """One call, under a key of its own unless one is given; then everything takes its course."""
        headers = {"Idempotency-Key": key or f"key-{next(self._keys)}"} | said.pop("headers", {})
        headers |= {"X-Officer": officer} if officer else {}
        async with self.client() as client:
            response = await client.request(method, f"/v1{path}", headers=headers, **said)
        await self.company.run()
        return response

    async def reads(self, path: str, by: str | None) -> httpx.Response:
        """What operations read, under the name of an officer."""
        async with self.client() as client:
            return await client.get(path, headers={"X-Officer": by} if by else {})

    async def sends(
        self, form: dict[str, Any] | None = None, *, programme: Programme = "secondment", key: str | None = None
    ) -> httpx.Response:
        """Send a form."""
        usual = forms.secondment() if programme == "secondment" else forms.support()
        return await self.ask("POST", f"/{programme}/2026/applications", json=form or usual, key=key)

    async def lays(
        self, where: str, kind: str = "consent", raw: bytes | None = None, *, key: str | None = None, **query: Any
    ) -> httpx.Response:
        """Send a paper to an application (its Location); unless one is given, of bytes that are its own."""
        raw = forms.consent(where) if raw is None else raw
        headers = {"Content-Digest": forms.digest(raw), "Content-Type": "application/pdf"}
        path = f"{where.removeprefix('/v1')}/papers"
        return await self.ask("POST", path, content=raw, headers=headers, params={"kind": kind} | query, key=key)

    async def orders(self, place: str, command: str, **said: Any) -> httpx.Response:
        """An officer's command on what is at a place, on the version read just before unless another is said."""
        if "seen_version" not in said:
            said["seen_version"] = (await self.ask("GET", place)).json()["version"]
        return await self.ask("POST", f"{place}/{command}", json=officer(**said))

    async def places(self, *numbers: int) -> None:
        """Placement says that the sender of the first form accepted its places."""
        told = [accepted_by(self, 2026, number) for number in numbers or (1,)]
        await self.company["intake"].consumer.take(told)
        await self.company.run()

    async def starts(self) -> None:
        """Placement says that the first secondment of the first form has started."""
        days = {"started_on": "2026-04-01", "until": "2027-03-31"}
        data = json.loads(accepted_by(self, 2026).data) | days
        event = SecondmentStarted(**{name: data[name] for name in SecondmentStarted.model_fields})
        told = msgspec.structs.replace(
            accepted_by(self, 2026), id="placement:9/1", name=event.NAME, data=event.model_dump_json().encode()
        )
        await self.company["intake"].consumer.take([told])
        await self.company.run()

    def heard(self, kind: type[Published] | None = None) -> list[dict[str, Any]]:
        """What was published, or what of one kind."""
        names = None if kind is None else {kind.NAME}
        return [json.loads(m.data) | {"_": m.name} for m in self.company.published if names is None or m.name in names]


def accepted_by(counter: Counter, year: int, number: int = 1) -> Message:
    """Placement's word that the sender of the first form accepted its place."""
    form = counter.heard(ApplicationSubmitted)[0]
    event = PlacementAccepted(
        programme="secondment",
        fiscal_year=year,
        application_id=form["application_id"],
        secondment_id=f"{form['application_id']}.{number}",
        receipt_number=form["receipt_number"],
        party=form["party"],
        proposal_id="proposal-1",
        stays=(Stay(fiscal_year=year, site="osaka"),),
        papers_by=date(year, 2, 24),
    )
    return Message(
        id=f"placement:{number}/1",
        name=event.NAME,
        version=event.VERSION,
        source="placement",
        topic=event.TOPIC,
        key=event.key,
        time=datetime(year, 1, 20, tzinfo=TOKYO),
        position=1,
        context=Context(),
        data=event.model_dump_json().encode(),
    )


def clauses(response: httpx.Response) -> list[tuple[str, str]]:
    """Where a problem document sees which clause broken."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    return [(error["pointer"], error["clause"]) for error in response.json()["errors"]]


def officer(**said: Any) -> dict[str, Any]:
    """An officer's command."""
    return {"by": "jinji-01", "reason": "電話で事情を確認した。"} | said
