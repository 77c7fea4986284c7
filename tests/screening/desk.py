"""Screening as the only service of a story: intake speaks to it, officers write to it, time passes."""

from __future__ import annotations

import itertools
import json
from datetime import datetime
from typing import Any

import httpx
from fastapi import FastAPI

from kernel import http
from kernel.access import Trusting
from kernel.log import Context
from kernel.publishing import Message
from kernel.testing import Company
from kernel.testing.happenings import KEY
from kernel.testing.world import Running
from kernel.vault import Vault, wrap
from schemas.base import REGISTRY, Published
from services.screening.main import SPEC
from tests.screening.forms import APPLICATION, tokyo

NUMBERS = itertools.count(1)
SUBJECTS = ("org-1", "person-1", "person-2")
OFFICERS = ("o-1", "officer-1")
UNTIL_TOLD = tokyo(2026, 4, 1)
CASE = f"/v1/screenings/{APPLICATION}"


def message(event: Published) -> Message:
    """The event as intake's relay would have sent it."""
    number = next(NUMBERS)
    return Message(
        id=f"intake:test/{number}",
        name=event.NAME,
        version=event.VERSION,
        source="intake",
        topic=event.TOPIC,
        key=event.key,
        time=datetime.fromisoformat("2026-01-01T00:00:00Z"),
        position=number,
        context=Context(),
        data=event.model_dump_json().encode(),
        partition=0,
        offset=number,
    )


async def know(keyring: Any, vault: Vault, *subjects: str) -> None:
    """Put the tests' data key into a key ring, so that what `tests.screening.forms` sealed can be opened."""
    for subject in subjects:
        await keyring.insert_one({"_id": subject, **wrap(vault.masters(), subject, KEY)})


class Desk:
    """A screening in memory, at a moment."""

    def __init__(self, at: datetime) -> None:
        self.company = Company(SPEC, at=at)
        self.screening = self.company["screening"]
        self.world = self.screening.world
        app = FastAPI()
        app.state.application, app.state.kernel = self.screening.application, self.screening.application.kernel
        app.state.service = Running(self.world.log, self.world.vault)
        http.install(app, Trusting())
        for router in SPEC.routers:
            app.include_router(router)
        self.app = app
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://screening")

    @classmethod
    async def open(cls, at: datetime, *events: Published) -> Desk:
        """A desk that has heard these events; its officers have no interest in a company's case (C-SC-16)."""
        desk = cls(at)
        await know(desk.world.vault._keys, desk.world.vault, *SUBJECTS)
        await desk.hear(*events)
        if any(getattr(event, "support", None) is not None for event in events):
            for officer in OFFICERS:
                await desk.order("no-interest", by=officer)
        return desk

    async def hear(self, *events: Published) -> None:
        """Intake publishes; screening takes its course."""
        await self.screening.consumer.take([message(event) for event in events])
        parked = await self.screening.parking.listed()
        assert not parked, parked
        await self.company.run()

    async def order(self, what: str, /, *, by: str = "o-1", status: int = 200, **body: Any) -> dict[str, Any]:
        """An officer's command, on the version read just before unless another is said; the answer."""
        said = {"by": by, "reason": "理由を記す", **body}
        if what not in ("conflicts", "no-interest") and "seen_version" not in said:
            said["seen_version"] = await self.version(by)
        response = await self.client.post(f"{CASE}/{what}", json=said)
        assert response.status_code == status, response.text
        await self.company.run()
        answer: dict[str, Any] = response.json()
        return answer

    async def until_told(self) -> None:
        """Let the day pass on which companies hear that they are not adopted (C-SC-15)."""
        await self.company.move(UNTIL_TOLD)

    async def version(self, officer: str = "o-1") -> int:
        """The case's version, as an officer reads it; one from whom the case is kept can only guess."""
        response = await self.client.get(CASE, headers={"X-Officer": officer})
        return int(response.json()["version"]) if response.status_code == 200 else 1

    async def get(self, path: str, *, officer: str | None = "o-1", status: int = 200) -> Any:
        """What an officer reads."""
        response = await self.client.get(path, headers={"X-Officer": officer} if officer else {})
        assert response.status_code == status, response.text
        return response.json()

    async def waiting(self, status: str, officer: str = "o-1") -> list[str]:
        """The applications on a work list."""
        page = await self.get(f"/v1/screenings?status={status}", officer=officer)
        return [item["application_id"] for item in page["items"]]

    def told(self) -> list[Published]:
        """What screening has published, as others read it."""
        return [REGISTRY[each.name].model_validate_json(each.data) for each in self.company.published]

    def names(self) -> list[str]:
        """The names of what screening has published."""
        return [each.name for each in self.company.published]

    async def log_bytes(self) -> str:
        """Everything that the log holds, as text."""
        commits = await self.world.log.read(0, 10_000)
        return "\n".join(event.state.decode() for at in commits for event in at.commit.events)

    async def history(self) -> list[dict[str, Any]]:
        """The case's events with their sealed fields opened."""
        case = await self.get(f"{CASE}?open=true")
        history: list[dict[str, Any]] = case["history"]
        return history


def problem(answer: dict[str, Any]) -> tuple[str, str]:
    """Clause and place of the first fault."""
    error = answer["errors"][0]
    return error["clause"], error["pointer"]


def plain(value: Any) -> str:
    """A value as text, to look for something in it."""
    return json.dumps(value, ensure_ascii=False, default=str)
