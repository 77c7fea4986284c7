"""Sets the services' users and their rights in MongoDB."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

from infra.rights.table import privileges
from kernel.mongo import INDEXES

ADMIN = "admin"
ALREADY = {51003, 51002}
"""Codes of a user or role that is there already."""
MECHANISMS = ["SCRAM-SHA-256"]


def give(client: MongoClient[dict[str, Any]], prefix: str, passwords: Mapping[str, str]) -> None:
    """Make each service's user with its password and exactly its rights; done again it changes nothing.

    Also the indexes of its log, which it may not make itself. Raises pymongo's OperationFailure.
    """
    for name, password in passwords.items():
        _index(client[f"{prefix}_{name}"]["log"])
        role = f"{prefix}-{name}"
        held = [
            {"resource": {"db": each.database, "collection": each.collection}, "actions": list(each.actions)}
            for each in privileges(prefix, name)
        ]
        _set(client, "Role", role, privileges=held, roles=[])
        granted = [{"role": role, "db": ADMIN}]
        _set(client, "User", name, pwd=password, roles=granted, mechanisms=MECHANISMS)


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
