"""Shows in every story that a service's log could be split: no document of a read model tells of two homes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kernel.log import CommitAt, StoredEvent
from kernel.mapper import looked_at
from kernel.projections import Projection
from kernel.shards import UNKNOWN, Home


class OneHome:
    """Follows a log as a read model does. Positions of two shards cannot be compared, and a document keeps one."""

    def __init__(self, home: Home, projections: Sequence[Projection]) -> None:
        self._home, self._projections = home, projections
        self._homes: dict[tuple[str, str], str] = {}

    async def apply(self, batch: list[CommitAt]) -> None:
        """Raises AssertionError where an event is folded into the document of another home."""
        for stored in (event for at in batch for event in at.commit.events):
            event, home = looked_at(stored), self._home(stored.stream)
            for projection in self._projections:
                key = projection.key(event)
                if key is not None and home != UNKNOWN and home != self._homes.setdefault((projection.name, key), home):
                    raise AssertionError(f"{projection.name} {key} holds events of two homes, also of {stored.stream}")


def documents(events: Iterable[StoredEvent], projections: Sequence[Projection]) -> set[tuple[str, str]]:
    """The documents that the events are folded into, by read model."""
    keys = {(each.name, each.key(looked_at(event))) for event in events for each in projections}
    return {(name, key) for name, key in keys if key is not None}
