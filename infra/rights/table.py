"""The rights, as data.

On Kafka a service writes its own topic and its own dead letters, reads the topics that it consumes, and belongs to its
own group. In its own database it has rights by collection, so that its log is append-only for itself too: it finds and
inserts there, and neither changes nor removes nor drops. In the key ring it finds and adds keys, and intake, which
erases, changes them (`kernel.vault`). No service may drop the key ring, nor create users.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from kernel.shards import MOST, named

READS: Mapping[str, tuple[str, ...]] = {
    "intake": ("billing", "notify", "placement", "screening"),
    "screening": ("intake", "placement"),
    "placement": ("intake", "screening"),
    "billing": ("intake", "placement"),
    "notify": ("billing", "intake", "placement", "screening"),
}
"""Service to the topics that it consumes; a test compares it with the services themselves."""
READ_MODELS: Mapping[str, Mapping[str, int]] = {
    "intake": {
        "answers": 2, "applications": 3, "consents": 1, "custody": 1, "disposals": 1, "files": 2, "interests": 1,
        "names": 1, "organisations": 2, "readings": 1,
    },
    "screening": {"cases": 7},
    "placement": {
        "amendments": 1, "conducts": 2, "preparations": 2, "proposals": 1, "rounds": 1, "secondments": 2, "supports": 3,
    },
    "billing": {"accounts": 2, "addressees": 1, "costs": 1, "invoices": 2, "rates": 2, "receivables": 2},
    "notify": {"letters": 2, "planned": 1},
}  # fmt: skip
"""Service to its read models with their versions, for each is a collection; the same test compares them."""
FIND, INSERT, UPDATE, REMOVE, INDEX = "find", "insert", "update", "remove", "createIndex"
KEPT: Mapping[str, tuple[str, ...]] = {
    "log": (FIND, INSERT, "listIndexes"),  # an index of one's own could let it expire: `infra.rights.mongo` makes them
    "checkpoints": (FIND, INSERT, UPDATE),
    "snapshots": (FIND, INSERT, UPDATE),
    "timers": (FIND, INSERT, UPDATE, INDEX),
    "leases": (FIND, INSERT, UPDATE),
    "boxes": (FIND, INSERT, UPDATE, REMOVE),
    "parked": (FIND, INSERT, UPDATE, REMOVE, INDEX),
    "webhooks": (FIND, INSERT, INDEX),
}
"""What every service keeps, by collection, and what it does with it."""
SERVICES = tuple(READS)
SPLIT = frozenset({"screening", "notify"})
"""Services whose log may be split into shards, each with its log and timers; a test compares it with the services."""
OF_A_SHARD = ("log", "timers")
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


def privileges(prefix: str, service: str) -> Iterator[Privilege]:
    """A service's rights in MongoDB."""
    own = f"{prefix}_{service}"
    yield Privilege(own, "", ("dbStats",))  # how full the disk is
    for collection, actions in KEPT.items():
        yield Privilege(own, collection, actions)
    for shard in range(1, MOST if service in SPLIT else 1):
        for name in OF_A_SHARD:
            yield Privilege(own, named(name, shard), KEPT[name])
    for model in read_models(service):
        yield Privilege(own, model, (FIND, INSERT, UPDATE, INDEX))
        yield Privilege(own, f"{model}.replay", (FIND, INSERT, UPDATE, "dropCollection"))
    changes = (UPDATE,) if service == ERASES else ()
    yield Privilege(f"{prefix}_{KEYRING}", KEYS, (FIND, INSERT, *changes))
    yield Privilege(f"{prefix}_{KEYRING}", RESTORE, (FIND,))  # whether a restore is under way
    yield Privilege(f"{prefix}_{CLOCK}", "", (FIND,))  # the clock of a rehearsal


def read_models(service: str) -> Iterator[str]:
    """The collections of its read models.

    Older versions too: rights are given before a newer service is started, while the older one is still at work.
    """
    for name, version in READ_MODELS[service].items():
        for each in range(1, version + 1):
            yield f"view.{name}.v{each}"
