"""Snapshots: the state of a long-lived aggregate every so many events, so that loading it stays quick.

A snapshot is a shortcut and never a source: it is dropped without loss, and one whose form (a hash of the class's
fields) is no longer the class's is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import structlog

from kernel.aggregate import Aggregate
from kernel.freezing import form_of, freeze, thaw
from kernel.mongo import PyMongoError

logger = structlog.get_logger(__name__)
A = TypeVar("A", bound=Aggregate)


@dataclass(frozen=True)
class Draft:
    """An aggregate's state at a version."""

    id: str
    version: int
    form: str
    state: bytes


class Snapshots(Protocol):
    """Where snapshots are kept."""

    async def latest(self, kind: type[A], id: str) -> A | None:
        """The aggregate as of its last snapshot, if there is one in today's form."""

    def loaded(self, id: str, events: int) -> None:
        """It was made of so many events without a snapshot."""

    def draft(self, aggregate: Aggregate) -> Draft | None:
        """Its state as it is now, if it is time for a snapshot."""

    async def keep(self, draft: Draft | None) -> None:
        """Keep a draft. Called when all that it holds was saved."""

    def drop(self, draft: Draft | None) -> None:
        """What it holds was not saved."""


class NoSnapshots:
    """For short-lived aggregates and stories."""

    async def latest(self, kind: type[A], id: str) -> A | None:
        """See `Snapshots.latest`."""
        return None

    def loaded(self, id: str, events: int) -> None:
        """See `Snapshots.loaded`."""

    def draft(self, aggregate: Aggregate) -> Draft | None:
        """See `Snapshots.draft`."""
        return None

    async def keep(self, draft: Draft | None) -> None:
        """See `Snapshots.keep`."""

    def drop(self, draft: Draft | None) -> None:
        """See `Snapshots.drop`."""


class StoredSnapshots:
    """In a collection, one document an aggregate, for aggregates of 100 events and more.

    Most aggregates are short: a snapshot is only looked for where there was one when the process began, or where the
    aggregate has turned out to be long.
    """

    def __init__(self, collection: Any, every: int = 100) -> None:
        self._snapshots, self._every = collection, every
        self._taken: dict[str, int] = {}
        self._long: set[str] | None = None

    async def latest(self, kind: type[A], id: str) -> A | None:
        """See `Snapshots.latest`."""
        if self._long is None:
            self._long = {document["_id"] async for document in self._snapshots.find({}, {"_id": 1})}
        if id not in self._long:
            return None
        document = await self._snapshots.find_one({"_id": id, "form": form_of(kind)})
        return thaw(kind, id, document["version"], bytes(document["state"])) if document else None

    def loaded(self, id: str, events: int) -> None:
        """See `Snapshots.loaded`."""
        if events >= self._every and self._long is not None:
            self._long.add(id)

    def draft(self, aggregate: Aggregate) -> Draft | None:
        """See `Snapshots.draft`."""
        if aggregate.version < self._taken.get(aggregate.id, 0) + self._every:
            return None
        self._taken[aggregate.id] = aggregate.version  # the next command does not wait until this one is kept
        return Draft(aggregate.id, aggregate.version, form_of(type(aggregate)), freeze(aggregate))

    async def keep(self, draft: Draft | None) -> None:
        """See `Snapshots.keep`."""
        if draft is None:
            return
        document = {"version": draft.version, "form": draft.form, "state": draft.state}
        try:
            await self._snapshots.update_one({"_id": draft.id}, {"$set": document}, upsert=True)
        except PyMongoError as away:  # what was saved is saved
            logger.warning("no snapshot", why=type(away).__name__)
            self.drop(draft)
            return
        self.loaded(draft.id, draft.version)

    def drop(self, draft: Draft | None) -> None:
        """See `Snapshots.drop`: the next save makes another."""
        if draft is not None:
            self._taken[draft.id] = min(self._taken.get(draft.id, 0), draft.version - self._every)
