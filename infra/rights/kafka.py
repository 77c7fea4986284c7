"""Sets the services' users (SCRAM-SHA-512) and their rights on Kafka, through Confluent's client.

aiokafka, which the services use, has no call for either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._acl import AclBinding, AclBindingFilter, AclOperation, AclPermissionType
from confluent_kafka.admin._resource import ResourcePatternType, ResourceType
from confluent_kafka.admin._scram import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)

from infra.rights.table import Acl, acls

WITHIN = 30.0
ANY: Any = None
"""Whatever the name or the host: the client's types leave out that it may be open."""
ITERATIONS = 8192
"""Rounds of SCRAM; Kafka wants 4096 at least."""
RESOURCES = {"topic": ResourceType.TOPIC, "group": ResourceType.GROUP}
OPERATIONS = {
    "read": AclOperation.READ,
    "write": AclOperation.WRITE,
    "create": AclOperation.CREATE,
    "describe": AclOperation.DESCRIBE,
}


def administrator(bootstrap: str, user: str, password: str, more: Mapping[str, str] | None = None) -> AdminClient:
    """A client with the administrator's rights; ``more`` are librdkafka's settings, such as ``ssl.ca.location``."""
    return AdminClient(
        {
            "bootstrap.servers": bootstrap,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "PLAIN",
            "sasl.username": user,
            "sasl.password": password,
            "log_level": 2,  # what fails is raised; no lines of the library's own
            **(more or {}),
        }
    )


def give(admin: AdminClient, prefix: str, passwords: Mapping[str, str]) -> None:
    """Make each service's user with its password and exactly its rights; done again it changes nothing.

    Raises confluent_kafka's KafkaException.
    """
    rounds = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
    users: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(name, rounds, word.encode()) for name, word in passwords.items()
    ]
    _done(admin.alter_user_scram_credentials(users).values())
    for name in passwords:
        wanted = {_binding(name, acl) for acl in acls(prefix, name)}
        held = set(admin.describe_acls(_of(name)).result(WITHIN))
        _done(admin.delete_acls([_exactly(each) for each in held - wanted]).values() if held - wanted else ())
        _done(admin.create_acls(sorted(wanted - held, key=str)).values() if wanted - held else ())


def _done(futures: Iterable[Future[Any]]) -> None:
    for each in futures:
        each.result(WITHIN)


def _binding(name: str, acl: Acl) -> AclBinding:
    pattern = ResourcePatternType.PREFIXED if acl.whole else ResourcePatternType.LITERAL
    return AclBinding(
        RESOURCES[acl.resource], acl.name, pattern, f"User:{name}", "*", OPERATIONS[acl.operation],
        AclPermissionType.ALLOW,
    )  # fmt: skip


def _of(name: str) -> AclBindingFilter:
    return AclBindingFilter(
        ResourceType.ANY, ANY, ResourcePatternType.ANY, f"User:{name}", ANY, AclOperation.ANY, AclPermissionType.ANY
    )


def _exactly(held: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        held.restype, held.name, held.resource_pattern_type, held.principal, held.host, held.operation,
        held.permission_type,
    )  # fmt: skip
