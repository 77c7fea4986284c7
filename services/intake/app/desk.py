"""The receptions as this process works at them: one command at a time at each, so that no two take the same number.

A reception is kept between commands instead of being loaded for each; another process's commit shows as a version
conflict, and then it is loaded anew.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime
from functools import cache

from kernel.refusals import Refused
from kernel.repository import Repository
from policies.edition import Edition
from policies.editions import load, years
from schemas.values import Programme
from services.intake.domain import Reception
from services.intake.policy.terms import opened


class Desk:
    """Holds the receptions of one process."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._held: dict[str, Reception] = {}

    @contextlib.asynccontextmanager
    async def reception(self, programme: Programme, fiscal_year: int, at: datetime) -> AsyncIterator[Reception]:
        """The reception, for one command that saves what it did to it before it leaves.

        Whatever a command concludes from it, that it is full included, is an event of the reception in the same commit.
        """
        stream = Reception.stream(programme, fiscal_year)
        async with self._locks[stream]:
            held = self._held.pop(stream, None)
            if held is None:
                held = await self.load(programme, fiscal_year, at)
            try:
                yield held
            except Refused:
                if not held.pending_events:  # else it says more than was saved, and the log is asked again
                    self._held[stream] = held
                raise
            self._held[stream] = held

    async def load(self, programme: Programme, fiscal_year: int, at: datetime) -> Reception:
        """The reception as the log has it, or a new one as the edition has it. Raises `NoEdition`."""
        found = await self._repository.find(Reception, Reception.stream(programme, fiscal_year))
        return found if found is not None else opened(edition(programme, fiscal_year), at)


@cache
def edition(programme: Programme, fiscal_year: int) -> Edition:
    """The edition of a cycle. Raises `NoEdition`."""
    return load(programme, fiscal_year)


def editions() -> list[Edition]:
    """Every edition there is."""
    programmes: tuple[Programme, ...] = ("secondment", "support")
    return [edition(programme, year) for programme in programmes for year in years(programme)]
