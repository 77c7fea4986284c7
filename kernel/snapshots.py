"""Snapshots: the state of a long-lived aggregate every so many events, so that loading it stays quick.

A snapshot is a shortcut and never a source: it is dropped without loss, and one whose form (a hash of the class's
fields) is no longer the class's is passed over.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from typing import Any, Protocol, TypeVar, get_type_hints

import msgspec
import structlog

from kernel.aggregate import Aggregate
from kernel.mapper import unseal_hook
from kernel.mongo import PyMongoError
from kernel.sealing import Sealed

logger = structlog.get_logger(__name__)
A = TypeVar("A", bound=Aggregate)
MOMENT = msgspec.json.Decoder(datetime)


class Snapshots(Protocol):
    """Where snapshots are kept."""

    async def latest(self, kind: type[A], id: str) -> A | None:
        """The aggregate as of its last snapshot, if there is one in today's form."""

    async def consider(self, aggregate: Aggregate) -> None:
        """Take a snapshot if it is time for one. Called after a successful save."""


class NoSnapshots:
    """For short-lived aggregates and stories."""

    async def latest(self, kind: type[A], id: str) -> A | None:
        """See `Snapshots.latest`."""
        return None

    async def consider(self, aggregate: Aggregate) -> None:
        """See `Snapshots.consider`."""


class StoredSnapshots:
    """In a collection, one document an aggregate, for aggregates of 100 events and more."""

    def __init__(self, collection: Any, every: int = 100) -> None:
        self._snapshots, self._every = collection, every
        self._taken: dict[str, int] = {}

    async def latest(self, kind: type[A], id: str) -> A | None:
        """See `Snapshots.latest`."""
        document = await self._snapshots.find_one({"_id": id, "form": form_of(kind)})
        return thaw(kind, id, document["version"], bytes(document["state"])) if document else None

    async def consider(self, aggregate: Aggregate) -> None:
        """See `Snapshots.consider`."""
        if aggregate.version < self._taken.get(aggregate.id, 0) + self._every:
            return
        document = {"version": aggregate.version, "form": form_of(type(aggregate)), "state": freeze(aggregate)}
        try:
            await self._snapshots.update_one({"_id": aggregate.id}, {"$set": document}, upsert=True)
        except PyMongoError as away:  # what was saved is saved
            logger.warning("no snapshot", why=type(away).__name__)
            return
        self._taken[aggregate.id] = aggregate.version


def freeze(aggregate: Aggregate) -> bytes:
    """The aggregate's state as JSON; sealed fields stay sealed."""
    state = {name: getattr(aggregate, name) for name in _fields(type(aggregate))}
    state["_created_on"], state["_modified_on"] = aggregate.created_on, aggregate.modified_on
    return msgspec.json.encode(state, enc_hook=_token)


def thaw(kind: type[A], id: str, version: int, state: bytes) -> A:
    """The aggregate out of a frozen state."""
    decoded = msgspec.json.decode(state, type=dict[str, msgspec.Raw])
    aggregate: A = object.__new__(kind)
    for name, hint in _fields(kind).items():
        setattr(aggregate, name, msgspec.json.decode(decoded[name], type=hint, dec_hook=unseal_hook))
    created = MOMENT.decode(decoded["_created_on"])
    aggregate.__base_init__(originator_id=id, originator_version=version, timestamp=created)
    aggregate.modified_on = MOMENT.decode(decoded["_modified_on"])
    return aggregate


@cache
def form_of(kind: type[Aggregate]) -> str:
    """A short hash of the names and types of the class's fields."""
    return hashlib.sha256(repr(sorted((n, str(h)) for n, h in _fields(kind).items())).encode()).hexdigest()[:16]


@cache
def _fields(kind: type[Aggregate]) -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(kind).items() if not name.isupper() and name != "id"}


def _token(value: Any) -> Any:
    if isinstance(value, Sealed) and value.token is not None:
        return value.token
    raise NotImplementedError(f"{type(value).__name__} has no frozen form")
