"""MongoDB, through `motor`: the only file that imports the driver.

It keeps to what motor and PyMongo's asynchronous API share, so a change of driver stays in here. Writes wait for the
majority and the journal (`j: false` would wait for the journal's timer instead: ten writes a second).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC
from operator import attrgetter
from typing import Any, Literal

from bson import ObjectId, encode
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import IndexModel, InsertOne, UpdateMany, UpdateOne
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

from kernel.documents import ZONELESS, answered
from kernel.entries import commit_of, entry, events_of
from kernel.groupcommit import Clash, GroupCommit, Observe, UnknownOutcome
from kernel.log import Commit, CommitAt, Recorded, StoredEvent
from kernel.patience import MONGO_SELECTION, MONGO_SOCKET
from kernel.splitting import must_be_split_into

__all__ = [
    "BulkWriteError",
    "Database",
    "DuplicateKeyError",
    "IndexModel",
    "InsertOne",
    "MongoLog",
    "ObjectId",
    "OperationFailure",
    "PyMongoError",
    "UpdateMany",
    "UpdateOne",
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
LARGEST = 16 * 1024 * 1024
MANY = 100_000
"""Documents that are asked for in one answer: as many as fit into it."""
EVENTS = {"_id": 0, "e": 1}
VERSION = attrgetter("version")
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
    return UpdateOne({"_id": document["_id"]}, [_the_further(document, position)], upsert=True)


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


def _over(document: dict[str, Any], position: str) -> UpdateMany:
    """In the place of the one that is there, if that one has not come as far.

    Found by its id alone and not kept by the server for a repetition, as updates of one are, it costs half as much; who
    follows the log writes it again in any case.
    """
    return UpdateMany({"_id": document["_id"]}, [_the_further(document, position)])


def _the_further(document: dict[str, Any], position: str) -> dict[str, Any]:
    further = {"$gt": [document[position], {"$ifNull": [f"${position}", -1]}]}
    return {"$replaceWith": {"$cond": [further, {"$literal": document}, "$$ROOT"]}}


class MongoBackend:
    """One document a commit; see docs/decisions for why there is no transaction and no counter."""

    def __init__(self, collection: Any) -> None:
        self._log = collection
        self._latest = collection.with_options(read_concern=ReadConcern("local"))

    async def insert(self, batch: list[CommitAt]) -> tuple[int, Clash | None]:
        """See `kernel.groupcommit.Backend`."""
        documents = [entry(at) for at in batch]
        try:
            with _answered():
                if len(documents) == 1:  # the driver makes more of one in bulk than the database needs to keep it
                    await self._log.insert_one(documents[0])
                else:
                    await self._log.insert_many(documents, ordered=True)
        except DuplicateKeyError as error:
            return 0, _clash(error.details or {})
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


def _in_streams(ids: list[str], after: int) -> dict[str, Any]:
    return {"e": {"$elemMatch": {"s": {"$in": ids}, "v": {"$gt": after}}}}


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


def _clash(failed: Mapping[str, Any]) -> Clash:
    fields = list(failed.get("keyPattern", {"_id": 1}))
    return {"_id": Clash.POSITION, "e.s": Clash.STREAM, "k.c": Clash.CAUSE}[fields[0]]


class MongoLog:
    """`kernel.log.EventLog` on a MongoDB collection. Call `prepare` once before use.

    The first of so many ``shards`` sees to it that there are neither more nor less of them.
    """

    def __init__(
        self, db: Database, name: str = "log", *, shards: int = 0, observe: Observe = lambda seconds: None
    ) -> None:
        self._db, self._log, self._shards = db, db[name], shards
        self._zoneless = self._log.with_options(codec_options=ZONELESS)
        self._backend = MongoBackend(self._log)
        self._writer = GroupCommit(self._backend, observe=observe)

    async def prepare(self) -> None:
        """Make the unique indexes and check that they are what the log's promises rest on. Raises RuntimeError."""
        if self._shards:
            await must_be_split_into(self._shards, self._db)
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
        cursor = self._log.find_raw_batches({"_id": {"$gt": after}}, limit=limit, batch_size=limit + 1).sort("_id", 1)
        return [commit_of(document) async for batch in cursor for document in answered(batch)]

    async def follow(self, after: int, limit: int) -> list[CommitAt]:
        """See `EventLog.follow`."""
        return self._writer.recent.after(after, limit) or await self.read(after, limit)

    async def streams(self, ids: Sequence[str], after: int = 0) -> dict[str, list[StoredEvent]]:
        """See `EventLog.streams`."""
        found: dict[str, list[StoredEvent]] = {id: [] for id in ids}
        for document in await self._zoneless.find(_in_streams(list(found), after), EVENTS, batch_size=MANY).to_list():
            for event in events_of(document):
                if event.version > after and event.stream in found:
                    found[event.stream].append(event)
        return {id: sorted(events, key=VERSION) for id, events in found.items() if events}

    async def history(self, stream: str) -> list[Recorded]:
        """See `EventLog.history`."""
        entries = [commit_of(document) for document in await self._zoneless.find(_in_streams([stream], 0)).to_list()]
        found = [recorded for at in entries for recorded in at.recorded() if recorded.event.stream == stream]
        return sorted(found, key=attrgetter("event.version"))

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
