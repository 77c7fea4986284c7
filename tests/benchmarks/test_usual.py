"""The usual way that is measured beside keeps what every log promises, and takes a transaction for each commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from benchmarks.usual import COUNTERS, UsualLog
from kernel.log import EventLog, VersionConflict
from tests.kernel.commits import commit, event
from tests.kernel.conftest import db as db
from tests.kernel.log_suite import LogSuite


class TestUsualLog(LogSuite):
    """On a real replica set."""

    __test__ = True

    @pytest.fixture
    async def log(self, db: Any) -> AsyncIterator[EventLog]:
        log = UsualLog(db)
        await log.prepare()
        yield log
        await log.close()


async def test_each_commit_is_a_transaction_and_one_that_fails_leaves_nothing(db: Any) -> None:
    log = UsualLog(db)
    await log.prepare()
    before = await _transactions(db)
    await asyncio.gather(*(log.append(commit(event(name, 1))) for name in "abc"))
    with pytest.raises(VersionConflict):
        await log.append(commit(event("a", 1)))
    after = await _transactions(db)
    assert after["totalCommitted"] - before["totalCommitted"] == 3
    assert after["totalAborted"] - before["totalAborted"] == 1
    assert (await db[COUNTERS].find_one({"_id": "log"}))["taken"] == 3
    together = {"o.applyOps.ns": {"$all": [f"{db.name}.log", f"{db.name}.{COUNTERS}"]}}
    assert await db.client["local"]["oplog.rs"].count_documents(together) == 3


async def _transactions(db: Any) -> dict[str, int]:
    told = await db.client.admin.command("serverStatus")
    found: dict[str, int] = told["transactions"]
    return found
