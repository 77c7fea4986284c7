"""A database of each test's own on the session's MongoDB, or in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from kernel.log import EventLog
from kernel.memory import MemoryLog
from kernel.mongo import connect, database
from kernel.mongolog import MongoLog
from kernel.testing import MemoryDatabase


@pytest.fixture
async def db(mongo_url: str) -> AsyncIterator[Any]:
    """An empty database, with the settings that services use; dropped afterwards."""
    client = connect(mongo_url)
    name = f"kernel-{uuid4().hex[:12]}"
    yield database(client, name)
    await client.drop_database(name)
    client.close()


@dataclass(frozen=True)
class Place:
    """A log and a database beside it."""

    log: EventLog
    db: Any


@pytest.fixture
async def _mongo_place(db: Any) -> Place:
    log = MongoLog(db)
    await log.prepare()
    return Place(log, db)


@pytest.fixture(params=["memory", "mongodb"])
def place(request: pytest.FixtureRequest) -> Place:
    """In memory, and on MongoDB: what a test says holds for both, so stories in memory can be believed."""
    if request.param == "memory":
        return Place(MemoryLog(), MemoryDatabase())
    made: Place = request.getfixturevalue("_mongo_place")
    return made
