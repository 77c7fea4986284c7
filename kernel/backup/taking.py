"""Taking a backup while the system runs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kernel import entries, mongo
from kernel.backup.chain import LogChain
from kernel.backup.files import Part, Writer
from kernel.backup.manifest import SPLIT, WHOLE, LogPart, Manifest, ServicePart, write
from kernel.documents import bytes_of, decoded, raw
from kernel.gates import SEEN
from kernel.log import CommitAt
from kernel.refusals import Refused
from kernel.splitting import logs_among

COPIED = ("boxes", "parked")
"""Collections of a service that nothing else brings back, beside its log (or logs: ``log.1`` …)."""
FOLLOWS = ("snapshots", "timers", "checkpoints", "leases", SEEN)
"""Those that follow from the log, beside the read models (``view.…``) and further shards' timers (``timers.1`` …), or
are of use for some minutes alone (``SEEN``): a signed request that comes once more after a restore is the same form
again (S-IN-6), or out of its window by then."""
FOR_GOOD = {"$or": [{"dropped": {"$exists": True}}, {"name": "unreadable"}]}
"""Of the parked messages: those given up, and those that no log can bring again. The others come by the topics."""
TIMERS = re.compile(r"timers\.\d+")
BATCH = 1000
Progress = Callable[[str, int, int], None]
"""Hears of what (service or part) how many of how many are done."""


class Undecided(Refused):
    """A database holds a collection of which nobody has said whether it is copied or follows from the log."""

    def __init__(self, database: str, collection: str) -> None:
        super().__init__(
            "G-8",
            f"{database} に控え方の決まっていないデータ（{collection}）があります。控えは作成していません。",
            f"{database} holds {collection}, and nothing says how it is backed up. No backup was made.",
        )


class Cut:
    """One moment of the whole database: what is read in its session is as it was then, whatever is written since."""

    def __init__(self, client: Any, prefix: str, session: Any) -> None:
        self._client, self._prefix, self.session = client, prefix, session

    def database(self, name: str) -> Any:
        """A database of the deployment."""
        return mongo.database(self._client, f"{self._prefix}_{name}")

    async def upto(self, service: str, log: str) -> int:
        """The last position of a service's log at this moment; 0 for an empty log."""
        async for last in self.database(service)[log].find({}, {"n": 1}, session=self.session).sort("_id", -1).limit(1):
            return int(last["_id"]) + int(last["n"]) - 1
        return 0

    async def whole(self, collection: Any, query: dict[str, Any]) -> AsyncIterator[bytes]:
        """The documents of a collection as they were at this moment."""
        async for document in raw(collection).find(query, session=self.session):
            yield bytes_of(document)


async def take(
    client: Any,
    prefix: str,
    services: Sequence[str],
    others: Sequence[str],
    folder: Path,
    *,
    id: str,
    progress: Progress,
) -> Manifest:
    """Copy the services' logs, boxes and given-up messages, and the other databases whole, into an empty folder.

    Raises `Undecided`, and PyMongoError where the database is away or the moment is too long ago for it
    (`minSnapshotHistoryWindowInSeconds`).
    """
    logs = {name: await _logs(mongo.database(client, f"{prefix}_{name}"), f"{prefix}_{name}") for name in services}
    made_at = await _now(client)
    async with await client.start_session(snapshot=True) as session:
        cut = Cut(client, prefix, session)
        tails = {name: [await cut.upto(name, log) for log in logs[name]] for name in services}
        beside = {name: await _beside(cut, folder, name, progress) for name in services}
        copied = {name: await _database(cut, folder, name) for name in others}
    parts = dict[str, ServicePart]()
    for name in services:
        upto = zip(logs[name], tails[name], strict=True)
        first, *more = [await _log(cut, folder, name, log, tail, progress) for log, tail in upto]
        parts[name] = ServicePart(first, *beside[name], more=tuple(more))
    form = SPLIT if any(part.more for part in parts.values()) else WHOLE
    manifest = Manifest(format=form, id=id, prefix=prefix, made_at=made_at, services=parts, others=copied)
    write(folder, manifest)
    return manifest


async def _now(client: Any) -> datetime:
    """The moment by the database's clock; taken before the cut, for what was erased since is to be erased again."""
    said = await client.admin.command("hello")
    now: datetime = said["localTime"]  # in UTC, and does not say so
    return now.replace(tzinfo=UTC)


async def _logs(database: Any, name: str) -> list[str]:
    """The collections that hold its log, the first shard first, when of all others it is known what they are."""
    there = await database.list_collection_names()
    logs = logs_among(there) or ["log"]
    for collection in {*there} - {*logs}:
        if not (collection in (*COPIED, *FOLLOWS) or collection.startswith("view.") or TIMERS.fullmatch(collection)):
            raise Undecided(name, collection)
    return logs


async def _beside(cut: Cut, folder: Path, service: str, progress: Progress) -> tuple[Part, Part]:
    database = cut.database(service)
    total = await database["boxes"].estimated_document_count()
    with Writer(folder, f"{service}.boxes.bson.gz") as boxes:
        done = 0
        async for document in cut.whole(database["boxes"], {}):
            boxes.add(document)
            progress(f"{service} boxes", done := done + 1, max(done, total))
    with Writer(folder, f"{service}.parked.bson.gz") as parked:
        async for document in cut.whole(database["parked"], FOR_GOOD):
            parked.add(document)
    return boxes.part, parked.part


async def _database(cut: Cut, folder: Path, name: str) -> dict[str, Part]:
    """All collections of a database, by name."""
    database, parts = cut.database(name), {}
    for collection in sorted(await database.list_collection_names()):
        with Writer(folder, f"{name}.{collection}.bson.gz") as writer:
            async for document in cut.whole(database[collection], {}):
                writer.add(document)
        parts[collection] = writer.part
    return parts


async def _log(cut: Cut, folder: Path, service: str, name: str, upto: int, progress: Progress) -> LogPart:
    """By position, outside the session: what stands in a log never changes, however long the copying takes."""
    chain, log = LogChain(), raw(cut.database(service)[name])
    with Writer(folder, f"{service}.{name}.bson.gz") as writer:
        async for document in log.find({"_id": {"$lte": upto}}).sort("_id", 1).batch_size(BATCH):
            content = bytes_of(document)
            writer.add(content)
            chain.add(commit_of(content))
            progress(f"{service}{name.removeprefix('log')}", chain.upto, upto)
    return LogPart(writer.part, chain.upto, chain.commits, chain.events, chain.digest)


def commit_of(content: bytes) -> CommitAt:
    """The commit of a log's document."""
    return entries.commit_of(decoded(content))
