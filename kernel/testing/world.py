"""What one service stands on, in memory: the kernel's own parts, a clock that stands still, counted ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kernel.aggregate import AnyEvent
from kernel.boxes import Boxes
from kernel.clock import FixedClock, to_millisecond
from kernel.ids import CountedIds, Ids
from kernel.log import EventLog, EventStore
from kernel.mapper import restore
from kernel.memory import MemoryLog
from kernel.metrics import Metrics
from kernel.projections import Document, Projection
from kernel.projector import Projector, whole_log
from kernel.repository import Repository
from kernel.service import Kernel
from kernel.settings import Settings
from kernel.shards import Home, ShardedLog
from kernel.testing.collections import MemoryDatabase
from kernel.vault import Vault
from kernel.views import Views

MASTER = bytes(32)
KINDS = frozenset({"personal", "contact", "confidential"})


@dataclass(frozen=True)
class Running:
    """What operations' routes look for on a running service."""

    log: EventLog
    vault: Vault

    @property
    def shards(self) -> list[Running]:
        """The log is whole."""
        return [self]


class World:
    """``log``, ``clock``, ``ids``, ``repository``, ``vault`` and ``db`` of one service; ``at`` is the present, in UTC.

    ``clock``, ``ids`` and ``keyring`` may be shared with other worlds. With a ``home`` no commit may have several.
    """

    def __init__(
        self,
        at: datetime,
        *,
        opens: Iterable[str] = KINDS,
        clock: FixedClock | None = None,
        ids: Ids | None = None,
        keyring: Any = None,
        home: Home | None = None,
    ) -> None:
        self.log, self.db = MemoryLog(), MemoryDatabase()
        self.clock = clock if clock is not None else FixedClock(to_millisecond(at))
        self.ids: Ids = ids if ids is not None else CountedIds()
        self.vault = Vault(keyring if keyring is not None else self.db["keys"], MASTER, opens)
        guarded: EventStore = ShardedLog([self.log], home) if home is not None else self.log
        self.repository = Repository(guarded, self.clock, self.ids)

    def kernel(self, projections: Sequence[Projection] = ()) -> Kernel:
        """What the kernel lends to an application object."""
        settings = Settings(prefix="story", master_key_file=Path("none"))
        views, boxes = Views(self.db, projections), Boxes(self.db["boxes"], self.vault)
        return Kernel(self.repository, self.vault, self.clock, self.ids, views, settings, boxes, Metrics("story"))

    async def events(self, id: str | None = None) -> list[AnyEvent]:
        """All that happened, in order; or what happened to one aggregate."""
        return [
            restore(event)
            async for batch in whole_log(self.log)
            for at in batch
            for event in at.commit.events
            if id is None or event.stream == id
        ]

    async def show(self, *projections: Projection) -> dict[str, dict[str, Document]]:
        """Build read models anew out of the log, for `Views` to read too; documents by id, by read model."""
        shown = {}
        for projection in projections:
            await self.db.drop_collection(projection.collection)
            projector = Projector(projection, self.db[projection.collection])
            async for batch in whole_log(self.log):
                await projector.apply(batch)
            shown[projection.name] = {d["_id"]: d async for d in self.db[projection.collection].find()}
        return shown
