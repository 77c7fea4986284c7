"""Questions asked in the same turn of the event loop share one query."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

V = TypeVar("V")


class Shared(Generic[V]):
    """Looks up by id; ``look`` is given the ids of one turn, and is asked after the last of them was."""

    def __init__(self, name: str, look: Callable[[Sequence[str]], Awaitable[Mapping[str, V]]]) -> None:
        self._name, self._look = name, look
        self._ids: dict[str, None] = {}
        self._answer: asyncio.Task[Mapping[str, V]] | None = None

    async def of(self, ids: Iterable[str]) -> Mapping[str, V]:
        """What there is of these ids; of others of the same turn, too. Raises what the look raises."""
        if self._answer is None:
            self._answer = asyncio.create_task(self._asked(), name=self._name)
            self._answer.add_done_callback(_heard)
        self._ids.update(dict.fromkeys(ids))
        return await asyncio.shield(self._answer)  # who is cancelled does not take the answer from the others

    async def _asked(self) -> Mapping[str, V]:
        ids, self._ids, self._answer = [*self._ids], {}, None
        return await self._look(ids)


def _heard(answer: asyncio.Task[Mapping[str, V]]) -> None:
    """A failure that nobody waits for any more leaves no warning behind."""
    if not answer.cancelled():
        answer.exception()
