"""Indexes of what is asked for by more than its id: without one each question reads the whole collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Fields = tuple[str, ...]
"""Of an index, in their order: first what is compared, then what is sorted by."""


async def index(collection: Any, indexes: Sequence[Fields]) -> None:
    """Make those that are not there yet. Raises PyMongoError."""
    for fields in indexes:
        await collection.create_index([(field, 1) for field in fields])
