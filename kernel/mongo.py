"""MongoDB, through `motor`: the only file that imports the driver.

It keeps to what motor and PyMongo's asynchronous API share, so a change of driver stays in here. Writes wait for the
majority and the journal (`j: false` would wait for the journal's timer instead: ten writes a second).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC
from typing import Any, Literal

from bson import ObjectId, encode
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import InsertOne, ReplaceOne, UpdateOne
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from kernel.groupcommit import Clash, GroupCommit, Observe, UnknownOutcome
from kernel.log import Cause, Commit, CommitAt, Context, Recorded, StoredEvent
from kernel.patience import MONGO_SELECTION, MONGO_SOCKET

__all__ = [
    "BulkWriteError",
    "Database",
    "DuplicateKeyError",
    "InsertOne",
    "MongoLog",
    "ObjectId",
    "PyMongoError",
    "ReplaceOne",
    "UpdateOne",
    "commit_of",
    "connect",
    "database",
    "keep_newest",
    "newest",
    "refusal",
]

UNANSWERED = (ConnectionFailure, ExecutionTimeout, WriteConcernError)
TRANSIENT = frozenset({6, 7, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436})
"""Server errors of a shutdown, an election or a broken connection: the write may have happened."""
UNAUTHORIZED, UNAUTHENTICATED, MOMENT_GONE = 13, 18, frozenset({239, 246})
UNENCODABLE = (BSONError, OverflowError, UnicodeEncodeError)
NO_CONTEXT = Context()
LARGEST = 16 * 1024 * 1024
DUPLICATE = 11000
INDEXES = {
    "stream": [("e.s", 1), ("e.v", 1)],
    "cause": [("k.c", 1), ("k.m", 1)],
}

Database = Any
"""A database handle. Typed loosely on purpose: motor ships no types for it."""


def connect(url: str, **proof: Any) -> Any:
    """A client, with the ``proof`` of who it is (`kernel.credentials`).

    Times out within seconds rather than for ever; datetimes come back in UTC.
    """
    selection, socket = int(MONGO_SELECTION * 1000), int(MONGO_SOCKET * 1000)
    return AsyncIOMotorClient(
        url, serverSelectionTimeoutMS=selection, socketTimeoutMS=socket, tz_aware=True, tzinfo=UTC, **proof
    )


def database(client: Any, name: str) -> Database:
    """A database whose writes are majority and journalled and whose reads see the majority's state."""
    return client.get_database(
        name,
        codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
        write_concern=WriteConcern(w="majority", j=True),
        read_concern=ReadConcern("majority"),
    )


def refusal(error: PyMongoError) -> Literal["rights", "moment", "refused", "away"]:
    """Why it failed: rights that are missing, a snapshot's moment that is gone, another refusal, or no answer."""
    if not isinstance(error, OperationFailure) or error.code in TRANSIENT:
        return "away"
    if error.code in (UNAUTHORIZED, UNAUTHENTICATED):
        return "rights"
    return "moment" if error.code in MOMENT_GONE else "refused"


def newest(document: dict[str, Any], position: str) -> UpdateOne:
    """Writes a document by its ``_id``, unless the one that is there has come as far: its field ``position`` says.

    So a write that arrives late, or comes from a process that slept through its lease, turns nothing back.
    """
    further = {"$gt": [document[position], {"$ifNull": [f"${position}", -1]}]}
    put = {"$replaceWith": {"$cond": [further, {"$literal": document}, "$$ROOT"]}}
    return UpdateOne({"_id": document["_id"]}, [put], upsert=True)


async def keep_newest(
    collection: Any, fresh: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]], position: str
) -> None:
    """Write documents, as `newest` would: ``fresh`` ones that were not there when they were made, and ``changed`` ones.

    To insert costs a fifth of what it costs to write over what may be there. If somebody was quicker, it is looked at.
    """
    try:
        await collection.bulk_write(
            [*map(InsertOne, fresh), *(_over(each, position) for each in changed)], ordered=False
        )
    except BulkWriteError as error:
        details = error.details or {}
        failed = details.get("writeErrors", [])
        if details.get("writeConcernErrors") or any(each["code"] != DUPLICATE for each in failed):
            raise
        await collection.bulk_write([_over(fresh[each["index"]], position) for each in failed], ordered=False)


def _over(document: dict[str, Any], position: str) -> ReplaceOne[dict[str, Any]]:
    """In the place of the one that is there, if that one has not come as far."""
    return ReplaceOne({"_id": document["_id"], position: {"$lt": document[position]}}, document)


def _document(at: CommitAt) -> dict[str, Any]:
    commit = at.commit
    document: dict[str, Any] = {"_id": at.position, "n": commit.size, "c": commit.id, "at": commit.at}
    if commit.causes:
        document["k"] = [{"c": c.consumer, "m": c.message, "d": c.digest} for c in commit.causes]
    if commit.events:
        document["e"] = [{"s": e.stream, "v": e.version, "t": e.topic, "d": e.state} for e in commit.events]
    context = commit.context
    if context != NO_CONTEXT:
        document["m"] = {"co": context.correlation, "ca": context.causation, "tp": context.traceparent}
    return document


def commit_of(document: dict[str, Any]) -> CommitAt:
    """The commit of a document of the log."""
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
        self._latest = collection.with_options(read_concern=ReadConcern("local"))

    async def insert(self, batch: list[CommitAt]) -> tuple[int, Clash | None]:
        """See `kernel.groupcommit.Backend`."""
        documents = [_document(at) for at in batch]
        try:
            with _answered():
                await self._log.insert_many(documents, ordered=True)
        except BulkWriteError as error:
            return _stopped(error.details or {}, error)
        except (OperationFailure, *UNENCODABLE):
            fit = next((i for i, document in enumerate(documents) if not _fits(document)), None)
            if fit is None:
                raise
            done, clash = await self.insert(batch[:fit]) if fit else (0, None)
            return done, clash or Clash.FORM
        return len(batch), None

    async def at(self, position: int) -> Commit | None:
        """See `kernel.groupcommit.Backend`."""
        seen = await _one(self._latest, {"_id": position})
        if seen is not None and await _one(self._log, {"_id": position}) is None:
            raise UnknownOutcome("the majority has not seen it yet")
        return seen.commit if seen else None

    async def holder(self, commit: Commit) -> CommitAt | None:
        """See `kernel.groupcommit.Backend`."""
        pairs = [{"k": {"$elemMatch": {"c": cause.consumer, "m": cause.message}}} for cause in commit.causes]
        return await _one(self._log, {"$or": pairs})

    async def tail(self) -> int:
        """See `kernel.groupcommit.Backend`."""
        last = await _one(self._latest, {}, sort=[("_id", -1)])
        return last.end if last else 1


async def _one(collection: Any, query: dict[str, Any], **options: Any) -> CommitAt | None:
    with _answered():
        document = await collection.find_one(query, **options)
    return commit_of(document) if document else None


@contextmanager
def _answered() -> Iterator[None]:
    try:
        yield
    except UNANSWERED as error:
        raise UnknownOutcome(type(error).__name__) from error
    except OperationFailure as error:
        if error.code in TRANSIENT:
            raise UnknownOutcome(str(error.code)) from error
        raise


def _stopped(details: Mapping[str, Any], error: BulkWriteError) -> tuple[int, Clash]:
    """Where an ordered insert stopped and why; unknown where what came before it is not safe either."""
    failed = details.get("writeErrors")
    if not failed or details.get("writeConcernErrors"):
        raise UnknownOutcome("write concern not met") from error
    if failed[0]["code"] in TRANSIENT:
        raise UnknownOutcome(str(failed[0]["code"])) from error
    return failed[0]["index"], _clash(failed[0]) if failed[0]["code"] == DUPLICATE else Clash.FORM


def _fits(document: dict[str, Any]) -> bool:
    try:
        return len(encode(document)) <= LARGEST
    except UNENCODABLE:
        return False


def _clash(failed: dict[str, Any]) -> Clash:
    fields = list(failed.get("keyPattern", {"_id": 1}))
    return {"_id": Clash.POSITION, "e.s": Clash.STREAM, "k.c": Clash.CAUSE}[fields[0]]


class MongoLog:
    """`kernel.log.EventLog` on a MongoDB collection. Call `prepare` once before use."""

    def __init__(self, db: Database, name: str = "log", *, observe: Observe = lambda seconds: None) -> None:
        self._db, self._log = db, db[name]
        self._backend = MongoBackend(self._log)
        self._writer = GroupCommit(self._backend, observe=observe)

    async def prepare(self) -> None:
        """Make the unique indexes and check that they are what the log's promises rest on. Raises RuntimeError."""
        for name, keys in INDEXES.items():
            with suppress(OperationFailure):  # another is in its place, or it may not make any: the check says so
                await self._log.create_index(keys, name=name, unique=True, sparse=True)
        there = await self._log.index_information()
        for name, keys in INDEXES.items():
            index = there.get(name, {})
            narrowed = "partialFilterExpression" in index or "collation" in index
            if index.get("key") != keys or not index.get("unique") or not index.get("sparse") or narrowed:
                raise RuntimeError(f"The log's index '{name}' is not the unique one on {keys}; do not write to it.")

    async def append(self, commit: Commit) -> int:
        """See `EventLog.append`."""
        return await self._writer.append(commit)

    async def read(self, after: int, limit: int) -> list[CommitAt]:
        """See `EventLog.read`."""
        cursor = self._log.find({"_id": {"$gt": after}}).sort("_id", 1).limit(limit)
        return [commit_of(document) for document in await cursor.to_list(limit)]

    async def follow(self, after: int, limit: int) -> list[CommitAt]:
        """See `EventLog.follow`."""
        return self._writer.recent.after(after, limit) or await self.read(after, limit)

    async def streams(self, ids: Sequence[str], after: int = 0) -> dict[str, list[Recorded]]:
        """See `EventLog.streams`."""
        wanted = set(ids)
        cursor = self._log.find({"e": {"$elemMatch": {"s": {"$in": list(wanted)}, "v": {"$gt": after}}}}).sort("_id", 1)
        found: dict[str, list[Recorded]] = {}
        async for document in cursor:
            for recorded in commit_of(document).recorded():
                if recorded.event.stream in wanted and recorded.event.version > after:
                    found.setdefault(recorded.event.stream, []).append(recorded)
        return found

    async def caused(self, consumer: str, messages: Sequence[str]) -> dict[str, CommitAt]:
        """See `EventLog.caused`."""
        wanted = set(messages)
        cursor = self._log.find({"k": {"$elemMatch": {"c": consumer, "m": {"$in": list(wanted)}}}})
        found: dict[str, CommitAt] = {}
        async for document in cursor:
            at = commit_of(document)
            found.update((c.message, at) for c in at.commit.causes if c.consumer == consumer and c.message in wanted)
        return found

    async def tail(self) -> int:
        """See `EventLog.tail`."""
        last = await self._log.find_one({}, sort=[("_id", -1)])
        return commit_of(last).end if last else 1

    async def disk(self) -> tuple[int, int]:
        """Bytes of the database's disk, and how many are free."""
        said = await self._db.command("dbStats")
        return int(said["fsTotalSize"]), int(said["fsTotalSize"] - said["fsUsedSize"])

    def written(self) -> int:
        """See `EventLog.written`."""
        return self._writer.recent.end

    def generation(self) -> int:
        """See `EventLog.generation`."""
        return self._writer.generation

    async def appended(self, since: int, within: float) -> None:
        """See `EventLog.appended`."""
        await self._writer.grown(since, within)

    async def close(self) -> None:
        """See `EventLog.close`."""
        await self._writer.close()
