"""Into how many shards a service's log is split, as its database shows: by which logs are there.

All logs are made, with their indexes, before anything is written to any of them. So once something is written those
that are there are all that there are, and no other record of their number is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kernel.shards import named

LOG = re.compile(r"log(?:\.(\d+))?")


class SplitOtherwise(RuntimeError):
    """The log is split into another number of shards than the setting says."""

    def __init__(self, database: str, there: int, wanted: int) -> None:
        super().__init__(
            f"{database} の記録は{there}個のシャードに分かれていますが、設定は{wanted}個です。"
            "書き始めた記録の分け方は変えられません。"
            f"MADOGUCHI_LOG_SHARDS を {there} にしてください（余分な log.N が空であれば、削除でも構いません）。"
            f" (The log is split into {there} shards, and the setting says {wanted}. How a log is split cannot change "
            f"once something is written: set MADOGUCHI_LOG_SHARDS to {there}, or drop a log.N beyond it that is empty.)"
        )


def logs_among(collections: Iterable[str]) -> list[str]:
    """The names of the logs, the first shard first."""
    found = [int(match[1] or 0) for name in collections if (match := LOG.fullmatch(name))]
    return [named("log", shard) for shard in sorted(found)]


async def must_be_split_into(count: int, db: Any) -> None:
    """Guard of a service's start, before it makes a log. Raises `SplitOtherwise`.

    Whether anything is written is asked first: a process that writes has made all its logs before.
    """
    written = [await db[named("log", shard)].find_one({}, {"_id": 1}) is not None for shard in range(count)]
    there = logs_among(await db.list_collection_names(authorizedCollections=True))
    beyond = [name for name in there if name not in {named("log", shard) for shard in range(count)}]
    if beyond or (any(written) and len(there) < count):
        raise SplitOtherwise(db.name, len(there), count)
