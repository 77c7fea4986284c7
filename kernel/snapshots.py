"""Snapshots: the state of a long-lived aggregate every so many events, so that loading it stays quick.

A snapshot is a shortcut and never a source: it is dropped without loss, and one whose form (a hash of the class's
fields) is no longer the class's is passed over.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import structlog

from kernel.aggregate import Aggregate
from kernel.freezing import form_of, freeze, thaw
from kernel.mongo import PyMongoError

logger = structlog.get_logger(__name__)
A = TypeVar("A", bound=Aggregate)


class Snapshots(Protocol):
    """Where snapshots are kept."""

    async def latest(self, kind: type[A], id: str) -> A | None:
        """The aggregate as of its last snapshot, if there is one in today's form."""

    async def consider(self, aggregate: Aggregate) -> None:
        """Take a snapshot if it is time for one. Called after a successful save."""


class NoSnapshots:
    """For short-lived aggregates and stories."""

    async def latest(self, kind: type[A], id: str) -> A | None:
        """See `Snapshots.latest`."""
        return None

    async def consider(self, aggregate: Aggregate) -> None:
        """See `Snapshots.consider`."""


class StoredSnapshots:
    """In a collection, one document an aggregate, for aggregates of 100 events and more."""

    def __init__(self, collection: Any, every: int = 100) -> None:
        self._snapshots, self._every = collection, every
        self._taken: dict[str, int] = {}

    async def latest(self, kind: type[A], id: str) -> A | None:
        """See `Snapshots.latest`."""
        document = await self._snapshots.find_one({"_id": id, "form": form_of(kind)})
        return thaw(kind, id, document["version"], bytes(document["state"])) if document else None

    async def consider(self, aggregate: Aggregate) -> None:
        """See `Snapshots.consider`."""
        if aggregate.version < self._taken.get(aggregate.id, 0) + self._every:
            return
        document = {"version": aggregate.version, "form": form_of(type(aggregate)), "state": freeze(aggregate)}
        try:
            await self._snapshots.update_one({"_id": aggregate.id}, {"$set": document}, upsert=True)
        except PyMongoError as away:  # what was saved is saved
            logger.warning("no snapshot", why=type(away).__name__)
            return
        self._taken[aggregate.id] = aggregate.version
