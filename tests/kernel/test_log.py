"""The log on memory and on MongoDB; and what MongoDB alone can get wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from kernel.log import EventLog, Unstorable
from kernel.memory import MemoryLog
from kernel.mongolog import MongoLog
from tests.kernel.commits import assert_whole, commit, event, everything
from tests.kernel.log_suite import LogSuite


class TestMemoryLog(LogSuite):
    """In memory."""

    __test__ = True

    @pytest.fixture
    def log(self) -> EventLog:
        return MemoryLog()


class TestMongoLog(LogSuite):
    """On a real replica set."""

    __test__ = True

    @pytest.fixture
    async def log(self, db: Any) -> AsyncIterator[EventLog]:
        log = MongoLog(db)
        await log.prepare()
        yield log
        await log.close()

    async def test_preparing_twice_changes_nothing(self, log: MongoLog) -> None:
        await log.append(commit(event("a", 1)))
        await log.prepare()
        assert await log.tail() == 2

    @pytest.mark.parametrize("bad", [event("a" * 17_000_000, 1), event("\ud800", 1), event("a", 2**70)])
    async def test_what_cannot_be_stored_fails_alone(self, log: MongoLog, bad: Any) -> None:
        batch = [commit(event("a", 1)), commit(event("b", 1), bad), commit(event("c", 1))]
        answers = await asyncio.gather(*map(log.append, batch), return_exceptions=True)
        assert answers[0] == 1
        assert isinstance(answers[1], Unstorable)
        assert answers[2] == 2
        assert_whole(await everything(log))

    async def test_who_follows_misses_nothing_that_another_process_wrote(self, log: MongoLog, db: Any) -> None:
        other = MongoLog(db)
        for number, writer in enumerate([log, log, other, log, other, other, log, log]):
            at = datetime(2027, 4, 1, 9, 30, 0, 123_987, tzinfo=UTC)  # kept in milliseconds
            await writer.append(replace(commit(event(f"s-{number}", 1)), at=at))
        seen, place = [], 0
        while batch := await log.follow(place, 2):
            seen += batch
            place = batch[-1].end - 1
        assert seen == await everything(other)


WRONG = {
    "not unique": {"keys": [("e.s", 1), ("e.v", 1)], "sparse": True},
    "not sparse": {"keys": [("e.s", 1), ("e.v", 1)], "unique": True},
    "other fields": {"keys": [("e.s", 1)], "unique": True, "sparse": True},
    "partial": {
        "keys": [("e.s", 1), ("e.v", 1)],
        "unique": True,
        "partialFilterExpression": {"e.v": {"$gt": 5}},
    },
    "blind to case": {
        "keys": [("e.s", 1), ("e.v", 1)],
        "unique": True,
        "sparse": True,
        "collation": {"locale": "ja", "strength": 1},
    },
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
async def test_a_log_with_a_wrong_index_is_refused(db: Any, wrong: dict[str, Any]) -> None:
    await db["log"].create_index(**wrong, name="stream")
    with pytest.raises(RuntimeError, match="index 'stream' is not the unique one"):
        await MongoLog(db).prepare()
