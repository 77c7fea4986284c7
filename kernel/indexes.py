"""Indexes of what is asked for by more than its id: without one, each question reads the whole collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from kernel.mongo import IndexModel, OperationFailure
from kernel.projections import Fields

logger = structlog.get_logger(__name__)


async def index(collection: Any, indexes: Sequence[Fields]) -> None:
    """Make those that are not there yet. Nothing depends on them but time: one that is refused is told, no more.

    A majority of the database's nodes is enough, as for a write. Raises PyMongoError where the database is away.
    """
    for fields in indexes:
        wanted = IndexModel([(field, 1) for field in fields])
        try:
            await collection.create_indexes([wanted], commitQuorum="majority")
        except OperationFailure as refused:
            logger.warning("no index", work=collection.name, key=", ".join(fields), why=refused.code)
