"""Who may see and judge a company at the counter: not an officer with an interest in its case (C-SC-16)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from kernel import operations
from kernel.aggregate import Aggregate
from kernel.service import Kernel
from schemas.screening import CLOSED_TO
from services.intake.domain import Application, Interests, Paper
from services.intake.domain.paper import PaperArrived, PaperClaimed

PAPERS = (PaperArrived.TOPIC, PaperClaimed.TOPIC)
"""The names of a paper's events."""


class InterestDesk:
    """Hears of interests from screening, and guards by them."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    async def heard(self, application_id: str, officer: str) -> Sequence[Aggregate]:
        """An officer, a keyed hash, declared an interest in screening: for the consumer to save."""
        at = await self._kernel.clock.now()
        found = await self._kernel.repository.find(Interests, Interests.stream(application_id))
        interests = found or Interests.open(application_id, at=at)
        interests.close_to(officer, at=at)
        return [interests]

    async def admit(self, application: Application, officer: str | None) -> None:
        """Guard of what officers read and judge of a company. Raises `Barred`."""
        if application.programme == "support":
            interests = await self._kernel.repository.find(Interests, Interests.stream(application.id))
            declared = interests.closed_to if interests is not None else ()
            application.must_be_open_to(self._hashed(application.id, officer), declared)

    async def admit_to(self, event: dict[str, Any], officer: str | None) -> None:
        """As `admit`, of the stream that the event is in: an application, what is kept beside it, or a paper of it."""
        for id in await self._owner(event):
            application = await self._kernel.repository.find(Application, id)
            if isinstance(application, Application):
                await self.admit(application, officer)

    async def shown(self, events: Sequence[dict[str, Any]], officer: str) -> list[dict[str, Any]]:
        """The events as the officer may see them; those about a company that is closed to it say their position."""
        owners = await asyncio.gather(*(self._owner(event) for event in events))
        about = [
            owner | {str(event["data"].get("application_id"))} for owner, event in zip(owners, events, strict=True)
        ]
        closed = await self.closed_among(set().union(*about), officer)
        return [operations.closed(event) if of & closed else event for of, event in zip(about, events, strict=True)]

    async def closed_among(self, ids: Iterable[str], officer: str) -> set[str]:
        """Which of these applications are closed to the officer: by what is recorded, and by what older logs say."""
        among = set(ids)
        streams = (Interests.stream(id) for id in sorted(among))
        found = await asyncio.gather(*(self._kernel.repository.find(Interests, each) for each in streams))
        kept = (each for each in found if each is not None)
        recorded = {e.application_id for e in kept if self._hashed(e.application_id, officer) in e.closed_to}
        return recorded | (await self.closed_to(officer) & among)

    async def closed_to(self, officer: str) -> set[str]:
        """Every application that is closed to the officer, as far as the read model knows."""
        declared = await self._kernel.views.all("interests")
        return {each["_id"] for each in declared if self._hashed(each["_id"], officer) in each["closed_to"]}

    async def _owner(self, event: dict[str, Any]) -> set[str]:
        """The application that an event's stream is of; of any other stream its own name, which is none's."""
        stream = event["stream"]
        if event["name"] not in PAPERS:
            return {stream.removeprefix(Interests.stream(""))}
        paper = await self._kernel.repository.get(Paper, stream)  # one that came ahead was claimed later
        return {paper.application_id} if paper.application_id is not None else set()

    def _hashed(self, application_id: str, officer: str | None) -> str | None:
        return self._kernel.vault.fingerprint(CLOSED_TO, f"{application_id}|{officer}") if officer else None
