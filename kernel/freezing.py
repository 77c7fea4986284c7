"""An aggregate's state as bytes and back, pure: for snapshots, and for read models that are an aggregate's state."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, get_type_hints

import msgspec

from kernel.aggregate import Aggregate
from kernel.sealing import Sealed, unseal_hook

A = TypeVar("A", bound=Aggregate)
MOMENT = msgspec.json.Decoder(datetime)


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
