"""MongoDB, through `motor`: clients, databases, documents that are never turned back. The log is `kernel.mongolog`.

Both keep to what motor and PyMongo's asynchronous API share, so a change of driver stays in them. Writes wait for the
majority and the journal (`j: false` would wait for the journal's timer instead: ten writes a second).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any, Literal

from bson import ObjectId
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import IndexModel, InsertOne, UpdateMany, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from kernel.patience import MONGO_SELECTION, MONGO_SOCKET

__all__ = [
    "BulkWriteError",
    "Database",
    "DuplicateKeyError",
    "IndexModel",
    "InsertOne",
    "ObjectId",
    "OperationFailure",
    "PyMongoError",
    "UpdateMany",
    "UpdateOne",
    "connect",
    "database",
    "keep_newest",
    "newest",
    "refusal",
]

TRANSIENT = frozenset({6, 7, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436})
"""Server errors of a shutdown, an election or a broken connection: the write may have happened."""
UNAUTHORIZED, UNAUTHENTICATED, MOMENT_GONE = 13, 18, frozenset({239, 246})
DUPLICATE = 11000

Database = Any
"""A database handle. Typed loosely on purpose: motor ships no types for it."""


def connect(url: str, **proof: Any) -> Any:
    """A client, with the ``proof`` of who it is (`kernel.credentials`).

    Times out within seconds rather than for ever; datetimes come back in UTC.
    """
    selection, socket = int(MONGO_SELECTION * 1000), int(MONGO_SOCKET * 1000)
    return AsyncIOMotorClient(
        url, serverSelectionTimeoutMS=selection, socketTimeoutMS=socket, tz_aware=True, tzinfo=UTC, **proof
    )


def database(client: Any, name: str) -> Database:
    """A database whose writes are majority and journalled and whose reads see the majority's state."""
    return client.get_database(
        name,
        codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
        write_concern=WriteConcern(w="majority", j=True),
        read_concern=ReadConcern("majority"),
    )


def refusal(error: PyMongoError) -> Literal["rights", "moment", "refused", "away"]:
    """Why it failed: rights that are missing, a snapshot's moment that is gone, another refusal, or no answer."""
    if not isinstance(error, OperationFailure) or error.code in TRANSIENT:
        return "away"
    if error.code in (UNAUTHORIZED, UNAUTHENTICATED):
        return "rights"
    return "moment" if error.code in MOMENT_GONE else "refused"


def newest(document: dict[str, Any], position: str) -> UpdateOne:
    """Writes a document by its ``_id``, unless the one that is there has come as far: its field ``position`` says.

    So a write that arrives late, or comes from a process that slept through its lease, turns nothing back.
    """
    return UpdateOne({"_id": document["_id"]}, [_the_further(document, position)], upsert=True)


async def keep_newest(
    collection: Any, fresh: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]], position: str
) -> None:
    """Write documents, as `newest` would: ``fresh`` ones that were not there when they were made, and ``changed`` ones.

    To insert costs a fifth of what it costs to write over what may be there. If somebody was quicker, it is looked at.
    When the answer is lost the driver does not ask again: the caller does, as often as it likes.
    """
    try:
        await collection.bulk_write(
            [*map(InsertOne, fresh), *(_over(each, position) for each in changed)], ordered=False
        )
    except BulkWriteError as error:
        details = error.details or {}
        failed = details.get("writeErrors", [])
        if details.get("writeConcernErrors") or any(each["code"] != DUPLICATE for each in failed):
            raise
        await collection.bulk_write([_over(fresh[each["index"]], position) for each in failed], ordered=False)


def _over(document: dict[str, Any], position: str) -> UpdateMany:
    """In the place of the one that is there, if that one has not come as far.

    Found by its id alone and without the server's note for a repetition, which an update of one has, it costs half as
    much; who follows the log writes it again in any case. A document without a position has not come far.
    """
    return UpdateMany({"_id": document["_id"]}, [_the_further(document, position)])


def _the_further(document: dict[str, Any], position: str) -> dict[str, Any]:
    further = {"$gt": [document[position], {"$ifNull": [f"${position}", -1]}]}
    return {"$replaceWith": {"$cond": [further, {"$literal": document}, "$$ROOT"]}}
