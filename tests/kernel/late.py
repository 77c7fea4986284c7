"""A collection on which one process's bulk write arrives late: as after a stall, or a connection that was given up."""

from __future__ import annotations

import contextlib
from typing import Any

from kernel.mongo import BulkWriteError


class Late:
    """The collection as that process has it; ``arrive`` lets what it wrote arrive."""

    def __init__(self, collection: Any) -> None:
        self._collection, self._held = collection, list[Any]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._collection, name)

    async def bulk_write(self, writes: Any, *, ordered: bool = True) -> None:
        """Held back."""
        self._held.append((writes, ordered))

    async def arrive(self) -> None:
        """Now; nobody hears whether it was taken."""
        for writes, ordered in self._held:
            with contextlib.suppress(BulkWriteError):
                await self._collection.bulk_write(writes, ordered=ordered)
