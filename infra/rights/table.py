"""The rights, as data.

On Kafka a service writes its own topic and its own dead letters, reads the topics that it consumes, and belongs to its
own group. In MongoDB it has its own database; in the key ring it finds and adds keys, and intake, which erases, changes
them (`kernel.vault`). No service may drop the key ring, nor create users.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

READS: Mapping[str, tuple[str, ...]] = {
    "intake": ("billing", "notify", "placement", "screening"),
    "screening": ("intake", "placement"),
    "placement": ("intake", "screening"),
    "billing": ("intake", "placement"),
    "notify": ("billing", "intake", "placement", "screening"),
}
"""Service to the topics that it consumes; a test compares it with the services themselves."""
SERVICES = tuple(READS)
ERASES = "intake"
KEYRING, KEYS, RESTORE, CLOCK = "keyring", "keys", "restore", "clock"

Resource = Literal["topic", "group"]
Operation = Literal["read", "write", "create", "describe"]


@dataclass(frozen=True)
class Acl:
    """One right on Kafka. ``whole``: of everything whose name begins so."""

    resource: Resource
    name: str
    operation: Operation
    whole: bool = False


@dataclass(frozen=True)
class Privilege:
    """What may be done with a collection; an empty name is the whole database."""

    database: str
    collection: str
    actions: tuple[str, ...]


def acls(prefix: str, service: str) -> Iterator[Acl]:
    """A service's rights on Kafka."""
    for own in (f"{prefix}.{service}", f"{prefix}.{service}.dead-letters"):
        yield Acl("topic", own, "create")
        yield Acl("topic", own, "write")
    for read in READS[service]:
        yield Acl("topic", f"{prefix}.{read}", "read")
    yield Acl("topic", f"{prefix}.", "describe", whole=True)  # to see that the others' topics are there
    yield Acl("group", f"{prefix}.{service}", "read")


def own_database(prefix: str, service: str) -> str:
    """The database in which a service reads and writes."""
    return f"{prefix}_{service}"


def privileges(prefix: str, service: str) -> Iterator[Privilege]:
    """A service's rights in databases that are not its own."""
    changes = ("update",) if service == ERASES else ()
    yield Privilege(f"{prefix}_{KEYRING}", KEYS, ("find", "insert", *changes))
    yield Privilege(f"{prefix}_{KEYRING}", RESTORE, ("find",))  # whether a restore is under way
    yield Privilege(f"{prefix}_{CLOCK}", "", ("find",))  # the clock of a rehearsal
