"""A writing process of its own, for `test_two_writers`: `python -m tests.kernel.appender URL DATABASE COMMITS`."""

from __future__ import annotations

import asyncio
import os
import sys

from kernel.log import Commit, VersionConflict
from kernel.mongo import connect, database
from kernel.mongolog import MongoLog
from tests.kernel.commits import AT, event


async def write(url: str, name: str, commits: int) -> None:
    """Append so many commits from twenty tasks, on streams that other processes write to as well."""
    client = connect(url)
    log = MongoLog(database(client, name))

    async def task(number: int) -> None:
        stream = f"stream {number % 7}"
        for _ in range(commits // 20):
            while True:
                last = len((await log.streams([stream])).get(stream, []))
                made = Commit(id=f"{name} {os.getpid()} {number} {last}", at=AT, events=(event(stream, last + 1),))
                try:
                    await log.append(made)
                except VersionConflict:
                    continue
                break

    await asyncio.gather(*map(task, range(20)))
    await log.close()
    client.close()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], sys.argv[2], int(sys.argv[3])))
