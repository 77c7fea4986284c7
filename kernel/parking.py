"""Parked messages: what could not be handled waits here, with everything later of the same aggregate behind it.

The other aggregates flow on. An officer of operations replays a parked sequence in its order, or drops a message with a
reason. What is kept is what was on the wire: sealed fields stay sealed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from kernel.indexes import index
from kernel.log import Context
from kernel.mongo import ObjectId
from kernel.publishing import Message


class Parking:
    """The parked messages of one consumer, in a collection."""

    def __init__(self, collection: Any) -> None:
        self._parked = collection

    async def prepare(self) -> None:
        """Make the index: each batch asks whether something of its keys is parked."""
        await index(self._parked, [("key",)])

    async def keys(self, among: Iterable[str]) -> set[str]:
        """Which of these keys have something parked."""
        return set(await self._parked.distinct("key", {"key": {"$in": list(among)}, "dropped": {"$exists": False}}))

    async def park(self, message: Message, reason: str, at: datetime) -> None:
        """Keep the message behind what is parked for its key. Parking it twice keeps one."""
        fields = {name: getattr(message, name) for name in message.__struct_fields__ if name != "context"}
        context = message.context
        fields["context"] = [context.correlation, context.causation, context.traceparent]
        identity = f"{message.topic}/{message.partition}/{message.offset}"
        document = fields | {"reason": reason, "at": at, "order": ObjectId()}
        await self._parked.update_one({"_id": identity}, {"$setOnInsert": document}, upsert=True)

    async def waiting(self, key: str) -> list[Message]:
        """The key's parked messages, in their order."""
        query = {"key": key, "dropped": {"$exists": False}}
        return [_message(document) async for document in self._parked.find(query).sort("order", 1)]

    async def listed(self) -> list[dict[str, Any]]:
        """What is parked, for operations: names, places and reasons, no bodies."""
        query = {"dropped": {"$exists": False}}
        columns = {"_id": 1, "key": 1, "name": 1, "version": 1, "reason": 1, "at": 1}
        return [document async for document in self._parked.find(query, columns).sort("order", 1)]

    async def done(self, message: Message) -> None:
        """The message has been handled after all."""
        await self._parked.delete_one({"_id": f"{message.topic}/{message.partition}/{message.offset}"})

    async def one(self, identity: str) -> Message | None:
        """A message that waits, by its place; None if there is no such."""
        document = await self._parked.find_one({"_id": identity, "dropped": {"$exists": False}})
        return _message(document) if document else None

    async def drop(self, identity: str, *, by: str, reason: str, at: datetime) -> bool:
        """Give a message up: it stays on record with who and why. False if there is no such message."""
        dropped = {"dropped": {"by": by, "reason": reason, "at": at}}
        done = await self._parked.update_one({"_id": identity, "dropped": {"$exists": False}}, {"$set": dropped})
        return bool(done.modified_count)

    async def sizes(self) -> tuple[int, int]:
        """How many messages wait, and of how many keys."""
        return await self.count(), len(await self._parked.distinct("key", {"dropped": {"$exists": False}}))

    async def count(self) -> int:
        """How many wait."""
        return int(await self._parked.count_documents({"dropped": {"$exists": False}}))


def _message(document: dict[str, Any]) -> Message:
    fields = {name: document[name] for name in Message.__struct_fields__ if name != "context"}
    fields["data"] = bytes(fields["data"])
    return Message(**fields, context=Context(*document["context"]))
