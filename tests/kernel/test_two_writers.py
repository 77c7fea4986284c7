"""Processes that write to one log side by side: a reader that went past a position never sees an earlier one appear."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from kernel.log import CommitAt
from kernel.mongolog import MongoLog
from tests.kernel.commits import assert_whole, everything

COMMITS = 200


async def test_no_position_appears_late(db: Any, mongo_url: str) -> None:
    log = MongoLog(db)
    await log.prepare()
    writers = [await start(mongo_url, db.name) for _ in range(2)]
    seen: list[CommitAt] = []
    async with asyncio.timeout(60):
        while len(seen) < 2 * COMMITS:
            for at in await log.read(seen[-1].position if seen else 0, 50):
                assert at.position == (seen[-1].end if seen else 1), "a position was jumped over: it will appear late"
                seen.append(at)
        assert [await writer.wait() for writer in writers] == [0, 0]
    assert seen == await everything(log)
    assert_whole(seen)


async def start(url: str, name: str) -> asyncio.subprocess.Process:
    """A writing process."""
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.kernel.appender", url, name, str(COMMITS))
