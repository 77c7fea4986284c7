"""MongoDB, through `motor`: the only file that imports the driver.

It keeps to what motor and PyMongo's asynchronous API share, so a change of driver stays in here. Writes wait for the
majority and the journal (`j: false` would wait for the journal's timer instead: ten writes a second).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from bson import ObjectId
from bson.binary import Binary
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ReplaceOne, UpdateOne
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteConcernError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from kernel.groupcommit import Clash, GroupCommit, UnknownOutcome
from kernel.log import Cause, Commit, CommitAt, Context, Recorded, StoredEvent

__all__ = [
    "Database",
    "DuplicateKeyError",
    "MongoLog",
    "ObjectId",
    "PyMongoError",
    "ReplaceOne",
    "UpdateOne",
    "connect",
    "database",
]

UNANSWERED = (AutoReconnect, NetworkTimeout, ExecutionTimeout, ServerSelectionTimeoutError, WriteConcernError)
DUPLICATE = 11000
INDEXES = {
    "stream": [("e.s", 1), ("e.v", 1)],
    "cause": [("k.c", 1), ("k.m", 1)],
}

Database = Any
"""A database handle. Typed loosely on purpose: motor ships no types for it."""


def connect(url: str) -> Any:
    """A client. Times out within seconds rather than for ever; datetimes come back in UTC."""
    return AsyncIOMotorClient(url, serverSelectionTimeoutMS=5000, socketTimeoutMS=20000, tz_aware=True, tzinfo=UTC)


def database(client: Any, name: str) -> Database:
    """A database whose writes are majority and journalled and whose reads see the majority's state."""
    return client.get_database(
        name,
        codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
        write_concern=WriteConcern(w="majority", j=True),
        read_concern=ReadConcern("majority"),
    )


def _document(at: CommitAt) -> dict[str, Any]:
    commit = at.commit
    document: dict[str, Any] = {"_id": at.position, "n": commit.size, "c": commit.id, "at": commit.at}
    if commit.causes:
        document["k"] = [{"c": c.consumer, "m": c.message, "d": c.digest} for c in commit.causes]
    if commit.events:
        document["e"] = [{"s": e.stream, "v": e.version, "t": e.topic, "d": Binary(e.state)} for e in commit.events]
    context = commit.context
    if context != Context():
        document["m"] = {"co": context.correlation, "ca": context.causation, "tp": context.traceparent}
    return document


def _commit(document: dict[str, Any]) -> CommitAt:
    meta = document.get("m")
    return CommitAt(
        document["_id"],
        Commit(
            id=document["c"],
            at=document["at"],
            events=tuple(StoredEvent(e["s"], e["v"], e["t"], bytes(e["d"])) for e in document.get("e", ())),
            causes=tuple(Cause(k["c"], k["m"], k["d"]) for k in document.get("k", ())),
            context=Context(meta["co"], meta["ca"], meta["tp"]) if meta else Context(),
        ),
    )


class MongoBackend:
    """One document a commit; see docs/decisions for why there is no transaction and no counter."""

    def __init__(self, collection: Any) -> None:
        self._log = collection

    async def insert(self, batch: list[CommitAt]) -> tuple[int, Clash | None]:
        """See `kernel.groupcommit.Backend`."""
        try:
            await self._log.insert_many([_document(at) for at in batch], ordered=True)
        except BulkWriteError as error:
            details: dict[str, Any] = error.details or {}
            failed = details.get("writeErrors")
            if not failed:
                raise UnknownOutcome("write concern not met") from error
            if failed[0]["code"] != DUPLICATE:
                raise
            return failed[0]["index"], _clash(failed[0])
        except UNANSWERED as error:
            raise UnknownOutcome(type(error).__name__) from error
        return len(batch), None

    async def at(self, position: int) -> Commit | None:
        """See `kernel.groupcommit.Backend`."""
        document = await self._one({"_id": position})
        return document.commit if document else None

    async def holder(self, commit: Commit, clash: Clash) -> CommitAt | None:
        """See `kernel.groupcommit.Backend`."""
        if clash is Clash.CAUSE:
            pairs = [{"k": {"$elemMatch": {"c": cause.consumer, "m": cause.message}}} for cause in commit.causes]
        else:
            pairs = [{"e": {"$elemMatch": {"s": event.stream, "v": event.version}}} for event in commit.events]
        return await self._one({"$or": pairs})

    async def tail(self) -> int:
        """See `kernel.groupcommit.Backend`."""
        last = await self._one({}, sort=[("_id", -1)])
        return last.end if last else 1

    async def _one(self, query: dict[str, Any], **options: Any) -> CommitAt | None:
        try:
            document = await self._log.find_one(query, **options)
        except UNANSWERED as error:
            raise UnknownOutcome(type(error).__name__) from error
        return _commit(document) if document else None


def _clash(failed: dict[str, Any]) -> Clash:
    fields = list(failed.get("keyPattern", {"_id": 1}))
    return {"_id": Clash.POSITION, "e.s": Clash.STREAM, "k.c": Clash.CAUSE}[fields[0]]


class MongoLog:
    """`kernel.log.EventLog` on a MongoDB collection. Call `prepare` once before use."""

    def __init__(self, db: Database, name: str = "log") -> None:
        self._log = db[name]
        self._backend = MongoBackend(self._log)
        self._writer = GroupCommit(self._backend)

    async def prepare(self) -> None:
        """Make the unique indexes and check that they are what the log's promises rest on."""
        for name, keys in INDEXES.items():
            await self._log.create_index(keys, name=name, unique=True, sparse=True)
        there = await self._log.index_information()
        for name, keys in INDEXES.items():
            index = there.get(name, {})
            if index.get("key") != keys or not index.get("unique"):
                raise RuntimeError(f"The log's index '{name}' is not the unique one on {keys}; do not write to it.")

    async def append(self, commit: Commit) -> int:
        """See `EventLog.append`."""
        return await self._writer.append(commit)

    async def read(self, after: int, limit: int) -> list[CommitAt]:
        """See `EventLog.read`."""
        cursor = self._log.find({"_id": {"$gt": after}}).sort("_id", 1).limit(limit)
        return [_commit(document) for document in await cursor.to_list(limit)]

    async def streams(self, ids: Sequence[str], after: int = 0) -> dict[str, list[Recorded]]:
        """See `EventLog.streams`."""
        wanted = set(ids)
        cursor = self._log.find({"e": {"$elemMatch": {"s": {"$in": list(wanted)}, "v": {"$gt": after}}}}).sort("_id", 1)
        found: dict[str, list[Recorded]] = {}
        async for document in cursor:
            for recorded in _commit(document).recorded():
                if recorded.event.stream in wanted and recorded.event.version > after:
                    found.setdefault(recorded.event.stream, []).append(recorded)
        return found

    async def caused(self, consumer: str, messages: Sequence[str]) -> dict[str, CommitAt]:
        """See `EventLog.caused`."""
        wanted = set(messages)
        cursor = self._log.find({"k": {"$elemMatch": {"c": consumer, "m": {"$in": list(wanted)}}}})
        found: dict[str, CommitAt] = {}
        async for document in cursor:
            at = _commit(document)
            found.update((c.message, at) for c in at.commit.causes if c.consumer == consumer and c.message in wanted)
        return found

    async def tail(self) -> int:
        """See `EventLog.tail`."""
        return await self._backend.tail()

    def generation(self) -> int:
        """See `EventLog.generation`."""
        return self._writer.generation

    async def appended(self, since: int, timeout: float) -> None:
        """See `EventLog.appended`."""
        await self._writer.grown(since, timeout)

    async def close(self) -> None:
        """See `EventLog.close`."""
        await self._writer.close()
