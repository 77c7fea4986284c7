"""What keeps read models: folding batches of the log into documents, and building one anew to compare."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import msgspec

from kernel.aggregate import AnyEvent
from kernel.follower import FAR, MOST
from kernel.log import CommitAt, EventLog
from kernel.mapper import looked_at, restore
from kernel.mongo import keep_newest
from kernel.projections import Document, Projection
from kernel.sealing import NotSealed, Sealed


class Projector:
    """What a projection's follower does with a batch: read the documents concerned once, fold, write once."""

    def __init__(self, projection: Projection, collection: Any) -> None:
        self._projection, self._documents = projection, collection

    async def apply(self, batch: list[CommitAt]) -> None:
        """Fold the batch in. What a document has seen is passed over."""
        concerned: dict[str, list[tuple[int, AnyEvent]]] = {}
        look = looked_at if len(batch) <= MOST else restore  # more than are remembered anyway
        for at in batch:
            for recorded in at.recorded():
                event = look(recorded.event)
                key = self._projection.key(event)
                if key is not None:
                    concerned.setdefault(key, []).append((recorded.position, event))
        if not concerned:
            return
        found = {d["_id"]: d async for d in self._documents.find({"_id": {"$in": list(concerned)}})}
        fresh, changed = [], []
        for key, events in concerned.items():
            before = document = found.get(key, {})
            for position, event in events:
                if position > document.get("_position", 0):
                    document = plain(self._projection.fold(document, event)) | {"_id": key, "_position": position}
            if not before:
                fresh.append(document)
            elif document is not before:
                changed.append(document)
        if fresh or changed:
            await keep_newest(self._documents, fresh, changed, "_position")


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


async def rebuild_and_compare(log: EventLog, projection: Projection, db: Any) -> list[str]:
    """Build the read model anew beside the one in use; the ids of documents that differ (none: equal)."""
    name = f"{projection.collection}.replay"
    await db.drop_collection(name)
    projector = Projector(projection, db[name])
    async for batch in whole_log(log):
        await projector.apply(batch)
    ours = {d["_id"]: d async for d in db[projection.collection].find()}
    anew = {d["_id"]: d async for d in db[name].find()}
    await db.drop_collection(name)
    return sorted(str(id) for id in ours.keys() | anew.keys() if ours.get(id) != anew.get(id))
