"""A database of each test's own on the session's MongoDB."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from kernel.mongo import connect, database


@pytest.fixture
async def db(mongo_url: str) -> AsyncIterator[Any]:
    """An empty database, with the settings that services use; dropped afterwards."""
    client = connect(mongo_url)
    name = f"kernel-{uuid4().hex[:12]}"
    yield database(client, name)
    await client.drop_database(name)
    client.close()
