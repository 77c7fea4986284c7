"""Sets the services' users and their rights in MongoDB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from infra.rights.table import own_database, privileges

ADMIN = "admin"
ALREADY = {51003, 51002}
"""Codes of a user or role that is there already."""
MECHANISMS = ["SCRAM-SHA-256"]


def give(client: MongoClient[dict[str, Any]], prefix: str, passwords: Mapping[str, str]) -> None:
    """Make each service's user with its password and exactly its rights; done again it changes nothing.

    Raises pymongo's OperationFailure.
    """
    for name, password in passwords.items():
        role = f"{prefix}-{name}"
        held = [
            {"resource": {"db": each.database, "collection": each.collection}, "actions": list(each.actions)}
            for each in privileges(prefix, name)
        ]
        inherited = [{"role": "readWrite", "db": own_database(prefix, name)}]
        _set(client, "Role", role, privileges=held, roles=inherited)
        granted = [{"role": role, "db": ADMIN}]
        _set(client, "User", name, pwd=password, roles=granted, mechanisms=MECHANISMS)


def _set(client: MongoClient[dict[str, Any]], what: str, name: str, **said: Any) -> None:
    try:
        client[ADMIN].command({f"create{what}": name, **said})
    except OperationFailure as refusal:
        if refusal.code not in ALREADY:
            raise
        client[ADMIN].command({f"update{what}": name, **said})
