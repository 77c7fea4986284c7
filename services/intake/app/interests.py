"""Who may see and judge a company at the counter: not an officer with an interest in its case (C-SC-16)."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.aggregate import Aggregate
from kernel.service import Kernel
from schemas.screening import CLOSED_TO
from services.intake.domain import Application, Interests


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

    async def admit_to(self, application_id: str, officer: str | None) -> None:
        """As `admit`, by an id that may be no application's."""
        application = await self._kernel.repository.find(Application, application_id)
        if isinstance(application, Application):
            await self.admit(application, officer)

    async def closed_to(self, officer: str) -> set[str]:
        """The applications that are closed to the officer, with the papers that came for them."""
        declared = await self._kernel.views.all("interests")
        closed = {each["_id"] for each in declared if self._hashed(each["_id"], officer) in each["closed_to"]}
        found = await self._kernel.views.all("applications", {"_id": {"$in": sorted(closed)}}) if closed else []
        return closed | {paper["paper_id"] for application in found for paper in application["papers"]}

    def _hashed(self, application_id: str, officer: str | None) -> str | None:
        return self._kernel.vault.fingerprint(CLOSED_TO, f"{application_id}|{officer}") if officer else None
