"""Sets the services' users and their rights in MongoDB."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure

from infra.rights.table import SPLIT, privileges
from kernel.mongolog import INDEXES
from kernel.shards import named

ADMIN = "admin"
ALREADY = {51003, 51002}
"""Codes of a user or role that is there already."""
MECHANISMS = ["SCRAM-SHA-256"]


def give(client: MongoClient[dict[str, Any]], prefix: str, passwords: Mapping[str, str], shards: int = 1) -> None:
    """Make each service's user with its password and exactly its rights; done again it changes nothing.

    Also the indexes of its log, which it may not make itself; of as many ``shards`` as a log that may be split shall
    have, unless it is written already with less of them. Raises pymongo's OperationFailure.
    """
    for name, password in passwords.items():
        _logs(client[f"{prefix}_{name}"], shards if name in SPLIT else 1)
        role = f"{prefix}-{name}"
        held = [
            {"resource": {"db": each.database, "collection": each.collection}, "actions": list(each.actions)}
            for each in privileges(prefix, name)
        ]
        _set(client, "Role", role, privileges=held, roles=[])
        granted = [{"role": role, "db": ADMIN}]
        _set(client, "User", name, pwd=password, roles=granted, mechanisms=MECHANISMS)


def _logs(database: Database[dict[str, Any]], count: int) -> None:
    wanted = [named("log", shard) for shard in range(count)]
    there = set(database.list_collection_names())
    written = any(database[name].find_one({}, {"_id": 1}) is not None for name in wanted)
    for name in wanted:
        if name in there or not written:  # one more beside what is written would hide that they are too few
            _index(database[name])


def _index(log: Collection[dict[str, Any]]) -> None:
    for name, keys in INDEXES.items():
        with contextlib.suppress(OperationFailure):  # another is in its place: the service says so when it starts
            log.create_index(keys, name=name, unique=True, sparse=True)


def _set(client: MongoClient[dict[str, Any]], what: str, name: str, **said: Any) -> None:
    try:
        client[ADMIN].command({f"create{what}": name, **said})
    except OperationFailure as refusal:
        if refusal.code not in ALREADY:
            raise
        client[ADMIN].command({f"update{what}": name, **said})
