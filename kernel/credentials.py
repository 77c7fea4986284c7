"""How a service proves to Kafka and MongoDB which one it is: a user and a password of its own, over TLS where told.

Each service is its own Kafka principal (SASL, SCRAM-SHA-512) and its own MongoDB user (SCRAM-SHA-256), with the rights
that `infra.rights` gives. Passwords come from files, never from the environment, so that no list of processes shows
them.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any, Protocol

from faststream.kafka.security import parse_security
from faststream.security import BaseSecurity, SASLScram512

Security = BaseSecurity | None
"""How Kafka's clients prove themselves; None where it asks for nothing."""


class Told(Protocol):
    """The settings that say so: of a service, or of the command line."""

    kafka_user: str
    kafka_password_file: Path | None
    kafka_ca_file: Path | None
    mongo_user: str
    mongo_password_file: Path | None
    mongo_ca_file: Path | None


def kafka(settings: Told) -> Security:
    """What the settings say for Kafka. Raises OSError where a file cannot be read."""
    tls = ssl.create_default_context(cafile=settings.kafka_ca_file) if settings.kafka_ca_file else None
    if not settings.kafka_user:
        return BaseSecurity(ssl_context=tls, use_ssl=True) if tls is not None else None
    password = _secret(settings.kafka_password_file)
    return SASLScram512(settings.kafka_user, password, ssl_context=tls, use_ssl=tls is not None)


def options(security: Security) -> dict[str, Any]:
    """The same as aiokafka's clients take it."""
    return parse_security(security)


def mongo(settings: Told) -> dict[str, Any]:
    """What the settings say for MongoDB, as options of its client. Raises OSError where a file cannot be read."""
    told: dict[str, Any] = {}
    if settings.mongo_user:
        password = _secret(settings.mongo_password_file)
        told |= {"username": settings.mongo_user, "password": password, "authSource": "admin"}
        told |= {"authMechanism": "SCRAM-SHA-256"}
    if settings.mongo_ca_file is not None:
        told |= {"tls": True, "tlsCAFile": str(settings.mongo_ca_file)}
    return told


def _secret(file: Path | None) -> str:
    """A password; a line's end that an editor left does not count."""
    return file.read_text(encoding="utf-8").rstrip("\r\n") if file is not None else ""
