"""What keeps read models: folding batches of the log into documents, and building one anew to compare."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any

import msgspec

from kernel.aggregate import AnyEvent
from kernel.follower import FAR
from kernel.log import CommitAt, EventLog
from kernel.mapper import all_looked_at
from kernel.mongo import keep_newest
from kernel.pending import Underway
from kernel.projections import Document, Projection
from kernel.sealing import NotSealed, Sealed


class Projector:
    """What a projection's follower does with a batch: read the documents concerned once, fold, write once.

    A batch is written while the next one is folded, which takes what is being written for what is there.
    """

    def __init__(self, projection: Projection, collection: Any) -> None:
        self._projection, self._documents = projection, collection
        self._written: dict[str, Document] = {}
        self._writing = Underway()

    async def apply(self, batch: list[CommitAt]) -> None:
        """Fold the batch in, and return when it is written. What a document has seen is passed over."""
        fresh, changed = await self._folded(batch)
        await self.settle()
        if fresh or changed:
            await keep_newest(self._documents, fresh, changed, "_position")

    async def settle(self) -> None:
        """See `kernel.pending.Pending.settle`."""
        self._written = {}
        await self._writing.settle()

    async def forget(self) -> None:
        """See `kernel.pending.Pending.forget`. What the database writes all the same turns nothing back."""
        self._written = {}
        await self._writing.forget()

    async def begin(self, batch: list[CommitAt]) -> None:
        """Fold the batch in, and begin to write it when the one before is written."""
        fresh, changed = await self._folded(batch)
        await self.settle()
        if fresh or changed:
            self._written = {document["_id"]: document for document in (*fresh, *changed)}
            self._writing.begin(keep_newest(self._documents, fresh, changed, "_position"), "fold")

    async def _folded(self, batch: list[CommitAt]) -> tuple[list[Document], list[Document]]:
        """The documents that the batch makes, and those that it changes."""
        documents = await self._there(concerned := self._concerned(batch))
        fresh, changed = list[Document](), list[Document]()
        for key, events in concerned.items():
            before = document = documents.get(key, {})
            for position, event in events:
                if position > document.get("_position", 0):
                    document = plain(self._projection.fold(document, event))
                    document["_id"], document["_position"] = key, position
            if document is not before:
                (changed if before else fresh).append(document)
        return fresh, changed

    async def _there(self, concerned: Iterable[str]) -> dict[str, Document]:
        """The documents as they are, or are about to be."""
        wanted = [key for key in concerned if key not in self._written]
        found = await self._documents.find({"_id": {"$in": wanted}}).to_list(None) if wanted else []
        return self._written | {document["_id"]: document for document in found}

    def _concerned(self, batch: list[CommitAt]) -> dict[str, list[tuple[int, AnyEvent]]]:
        """The events of the batch by the document that they are about, each with its position."""
        concerned: dict[str, list[tuple[int, AnyEvent]]] = {}
        positions = [at.position + place for at in batch for place in range(len(at.commit.events))]
        events = all_looked_at([event for at in batch for event in at.commit.events])
        for position, event in zip(positions, events, strict=True):
            key = self._projection.key(event)
            if key is not None:
                concerned.setdefault(key, []).append((position, event))
        return concerned


def plain(document: Document) -> Document:
    """A document in the database's own types; sealed fields as their tokens, dates as ISO text."""
    made: Document = msgspec.to_builtins(document, builtin_types=(datetime,), enc_hook=_token)
    return made


def _token(value: Any) -> str:
    if isinstance(value, Sealed) and value.token is not None:
        return value.token
    raise NotSealed(f"{type(value).__name__} does not belong in a read model")


async def whole_log(log: EventLog, most: int = FAR) -> AsyncIterator[list[CommitAt]]:
    """The log from its beginning, in batches."""
    position = 0
    while batch := await log.read(position, most):
        yield batch
        position = batch[-1].end - 1


async def rebuild_and_compare(log: EventLog, projection: Projection, db: Any, *more: EventLog) -> list[str]:
    """Build the read model anew beside the one in use; the ids of documents that differ (none: equal).

    ``more`` are the other shards of a log that is split.
    """
    name = f"{projection.collection}.replay"
    await db.drop_collection(name)
    projector = Projector(projection, db[name])
    for shard in (log, *more):
        async for batch in whole_log(shard):
            await projector.apply(batch)
    ours = {d["_id"]: d async for d in db[projection.collection].find()}
    anew = {d["_id"]: d async for d in db[name].find()}
    await db.drop_collection(name)
    return sorted(str(id) for id in ours.keys() | anew.keys() if ours.get(id) != anew.get(id))
