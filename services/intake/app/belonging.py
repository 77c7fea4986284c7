"""Whose records belong together, by the log alone: a sender under all its spellings, and the persons whom it named."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.aggregate import AnyEvent
from kernel.mapper import restore
from kernel.repository import Repository
from services.intake.domain import Application, Organisation
from services.intake.domain.application_events import SecondeeNamed
from services.intake.domain.organisation_events import ApplicationNoted


class Belonging:
    """Looks it up."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    async def to(self, subject: str) -> set[str]:
        """Every other subject of the same case or sender (S-IN-7, S-LI-1)."""
        if subject.startswith("secondee-"):
            application = await self._repository.get(Application, case_of(subject))
            senders = await self._spellings({application.own, application.party.organisation_id})
            return senders | (await self.named_in([application.id])) - {subject}
        senders = await self._spellings({subject})
        return (senders | await self.named_in(await self.cases_of(senders))) - {subject}

    async def named_in(self, applications: Iterable[str]) -> set[str]:
        """Everybody whom the applications named, also those whom another replaced (S-LI-1): they have keys too."""
        events = await self._events(applications)
        return {event.secondee.secondee_id for event in events if isinstance(event, SecondeeNamed)}

    async def cases_of(self, organisations: Iterable[str]) -> set[str]:
        """Every application that was ever noted for them."""
        events = await self._events(organisations)
        return {event.application_id for event in events if isinstance(event, ApplicationNoted)}

    async def _spellings(self, organisations: set[str]) -> set[str]:
        """They, what they were merged into, and what was merged into that: a merge is one step deep."""
        found = set(organisations)
        for _ in range(2):
            for id in sorted(found):
                organisation = await self._repository.find(Organisation, id)
                if organisation is not None:
                    found |= {*organisation.absorbed} | {organisation.merged_into or id}
        return found

    async def _events(self, streams: Iterable[str]) -> list[AnyEvent]:
        found = await self._repository.log.streams(sorted(set(streams)))
        return [restore(event) for stream in found.values() for event in stream]


def case_of(secondee: str) -> str:
    """The application that named a person."""
    return secondee.removeprefix("secondee-").partition(".")[0]
