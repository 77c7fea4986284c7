"""Filling logs out of a backup: each commit at its position, proved by the chain that the manifest says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from kernel import mongo
from kernel.backup import files
from kernel.backup.chain import LogChain
from kernel.backup.manifest import LogPart, ServicePart
from kernel.backup.taking import BATCH, Progress, commit_of
from kernel.documents import raw, unread
from kernel.log import StoredEvent
from kernel.mongolog import MongoLog
from kernel.shards import named
from kernel.splitting import logs_among

See = Callable[[str, StoredEvent], None]
"""Hears of each event of each service's log, in order: whoever must know which keys were destroyed."""


async def fill_logs(
    database: mongo.Database, folder: Path, name: str, service: ServicePart, see: See, progress: Progress
) -> None:
    """As many shards as there were: `infra.rights` may have made more or less of them, and those are empty.

    Raises `BadBackup` where a log is not the one of the manifest.
    """
    for shard, part in enumerate(service.logs):
        await MongoLog(database, named("log", shard)).prepare()
        await _fill(database[named("log", shard)], folder, named(name, shard), part, see, progress)
    for other in logs_among(await database.list_collection_names())[len(service.logs) :]:
        await database.drop_collection(other)


async def _fill(log: Any, folder: Path, name: str, part: LogPart, see: See, progress: Progress) -> None:
    service = name.partition(".")[0]
    chain = LogChain()
    for batch in batches(files.documents(folder, part.file)):
        for content in batch:
            at = commit_of(content)
            _next(chain, at, part)
            for event in at.commit.events:
                see(service, event)
        await raw(log).insert_many([unread(content) for content in batch], ordered=True)
        progress(name, chain.upto, part.upto)
    if (chain.upto, chain.digest) != (part.upto, part.digest):
        raise _another(part)


def _next(chain: LogChain, at: Any, part: LogPart) -> None:
    try:
        chain.add(at)
    except ValueError:
        raise _another(part) from None


def _another(part: LogPart) -> files.BadBackup:
    return files.BadBackup(part.file.name, "記録が目録と一致しません。", "The log is not the one of the manifest.")


def batches(documents: Iterator[Any]) -> Iterator[list[Any]]:
    """Of as many as are written at once."""
    while batch := list(islice(documents, BATCH)):
        yield batch
