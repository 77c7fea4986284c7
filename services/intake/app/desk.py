"""The receptions as this process works at them: one command at a time at each, so that no two take the same number.

A reception is kept between commands instead of being loaded for each, and the next command has its turn as soon as the
log has the commit of the one before in hand. If that is not written after all, because another process was quicker,
neither is what was decided upon it; then the reception is loaded anew.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from weakref import WeakValueDictionary

from kernel.aggregate import Aggregate
from kernel.log import Cause
from kernel.repository import Repository
from policies.edition import Edition
from policies.editions import load, years
from schemas.values import Programme
from services.intake.domain import Reception
from services.intake.policy.terms import opened


@dataclass
class _Held:
    """A reception between turns: the commit that was handed over last and the writing of it.

    ``broken``: one of them was not written, so the reception says more than the log.
    """

    reception: Reception
    commit: str = ""
    writing: asyncio.Task[int] | None = None
    broken: bool = False

    async def hand_over(
        self, repository: Repository, others: Sequence[Aggregate], causes: Sequence[Cause]
    ) -> asyncio.Task[int]:
        """Give the log one more commit."""
        self.commit, writing = await repository.hand_over(self.reception, *others, causes=causes, after=self.commit)
        writing.add_done_callback(self._look)
        self.writing = writing
        return writing

    def _look(self, writing: asyncio.Task[int]) -> None:
        self.broken = self.broken or writing.cancelled() or writing.exception() is not None


class Desk:
    """Holds the receptions of one process."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._held: dict[str, _Held] = {}

    @contextlib.asynccontextmanager
    async def alone(self, id: str) -> AsyncIterator[None]:
        """One command at a time for one sender or application: twins see what came of the first."""
        lock = self._locks.setdefault(id, asyncio.Lock())
        async with lock:
            yield

    @contextlib.asynccontextmanager
    async def reception(self, programme: Programme, fiscal_year: int, at: datetime) -> AsyncIterator[Reception]:
        """The reception, for one command that hands over what it did to it before it leaves.

        Whatever a command concludes from it, that it is full included, is an event of the reception in the same commit.
        """
        stream = Reception.stream(programme, fiscal_year)
        async with self.alone(stream):
            held = self._held.get(stream)
            if held is None or held.broken:
                if held is not None and held.writing is not None:
                    await asyncio.wait([held.writing])  # what this process handed over has come to its end
                held = self._held[stream] = _Held(await self.load(programme, fiscal_year, at))
            try:
                yield held.reception
            finally:
                if held.reception.pending_events:  # it says more than was handed over
                    held.broken = True

    async def hand_over(
        self, reception: Reception, *others: Aggregate, causes: Sequence[Cause] = ()
    ) -> asyncio.Future[int]:
        """Give the log the commit of this turn. To be awaited when the turn is over, before anybody is answered.

        Nothing else may save a reception that was had for a turn: it would not be known as what the next builds upon.
        """
        held = self._held[reception.id]
        assert held.reception is reception
        return asyncio.shield(await held.hand_over(self._repository, others, causes))

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
