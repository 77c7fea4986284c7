"""The event log on MongoDB: one document a commit.

See docs/decisions for why there is no transaction and no counter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from operator import attrgetter
from typing import Any

from bson import encode
from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DocumentTooLarge,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    WriteConcernError,
)
from pymongo.read_concern import ReadConcern

from kernel.documents import ZONELESS, answered
from kernel.entries import commit_of, entry, events_of
from kernel.groupcommit import Clash, GroupCommit, Observe, UnknownOutcome
from kernel.log import Commit, CommitAt, Recorded, StoredEvent
from kernel.mongo import DUPLICATE, TRANSIENT, Database
from kernel.splitting import must_be_split_into

UNANSWERED = (ConnectionFailure, ExecutionTimeout, WriteConcernError)
UNENCODABLE = (BSONError, OverflowError, UnicodeEncodeError)
LARGEST = 16 * 1024 * 1024
MANY = 2_000
"""Documents of streams that are asked for in one answer: so many are decoded before others have their turn."""
EVENTS = {"_id": 0, "e": 1}
VERSION = attrgetter("version")
INDEXES = {
    "stream": [("e.s", 1), ("e.v", 1)],
    "cause": [("k.c", 1), ("k.m", 1)],
}


class MongoBackend:
    """`kernel.groupcommit.Backend` on a collection."""

    def __init__(self, collection: Any) -> None:
        self._log = collection
        self._latest = collection.with_options(read_concern=ReadConcern("local"))

    async def insert(self, batch: list[CommitAt]) -> tuple[int, Clash | None]:
        """See `kernel.groupcommit.Backend`."""
        documents = [entry(at) for at in batch]
        try:
            with _answered():
                await self._offer(documents)
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

    async def _offer(self, documents: list[dict[str, Any]]) -> None:
        """Insert in order; raises as the driver's ``insert_many``, which takes a fifth longer for so many.

        Unlike that, the command is not repeated by the driver when its answer is lost: `GroupCommit` sees to it.
        """
        if len(documents) == 1:  # the driver makes more of one in bulk than the database needs to keep it
            await self._log.insert_one(documents[0])
            return
        try:
            await self._at_once(documents)
        except DocumentTooLarge:  # for one command, all together or one of them; nothing was sent
            if not all(map(_fits, documents)):
                raise
            await self._log.insert_many(documents, ordered=True)

    async def _at_once(self, documents: list[dict[str, Any]]) -> None:
        concern = self._log.write_concern.document
        answer = await self._log.database.command(
            "insert", self._log.name, documents=documents, ordered=True, writeConcern=concern
        )
        unmet = [answer["writeConcernError"]] if "writeConcernError" in answer else []
        if unmet or "writeErrors" in answer:
            raise BulkWriteError({"writeErrors": answer.get("writeErrors", []), "writeConcernErrors": unmet})

    async def there(self, first: int, last: int) -> dict[int, str]:
        """See `kernel.groupcommit.Backend`."""
        seen = await _ids(self._latest, first, last)
        if not seen.items() <= (await _ids(self._log, first, last)).items():
            raise UnknownOutcome("the majority has not seen it yet")
        return seen

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


async def _ids(collection: Any, first: int, last: int) -> dict[int, str]:
    with _answered():
        found = await collection.find({"_id": {"$gte": first, "$lte": last}}, {"c": 1}).to_list()
    return {document["_id"]: document["c"] for document in found}


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
        entries = [
            commit_of(document)
            for document in await self._zoneless.find(_in_streams([stream], 0), batch_size=MANY).to_list()
        ]
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
