"""A Kafka that asks who comes (KRaft, StandardAuthorizer, SCRAM) and a MongoDB that does (keyFile), on this machine.

The settings are those of Compose and Kubernetes: an administrator's listener with a password of its own (PLAIN), also
for the nodes among themselves, and a listener for the services, where each is the user that `infra.rights` made.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, OperationFailure
from rich.console import Console

from infra.local import kafka, mongod
from infra.local.keeper import Keeper
from infra.local.parts import kafka_jars
from infra.local.ports import HOST, Ports, free_ports, is_listening
from infra.local.stack import PARTS_FOLDER
from infra.rights import passwords
from infra.rights.__main__ import main

PREFIX = "rehearsal-rights"
READY_WITHIN = 90.0
ADMIN_MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule required"
SCRAM_MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


def secured(port: int, admin_port: int, controller_port: int, password: str) -> dict[str, str]:
    """A node's settings, beside those of any."""
    admin = f'{ADMIN_MODULE} username="admin" password="{password}" user_admin="{password}";'
    listeners = f"CLIENTS://{HOST}:{port},ADMIN://{HOST}:{admin_port},CONTROLLER://{HOST}:{controller_port}"
    told = {
        "listeners": listeners,
        "advertised.listeners": listeners,
        "listener.security.protocol.map": "CLIENTS:SASL_PLAINTEXT,ADMIN:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
        "inter.broker.listener.name": "ADMIN",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "sasl.mechanism.controller.protocol": "PLAIN",
        "listener.name.clients.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.clients.scram-sha-512.sasl.jaas.config": SCRAM_MODULE,
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:admin",
        "allow.everyone.if.no.acl.found": "false",
    }
    for name in ("admin", "controller"):
        told |= {f"listener.name.{name}.sasl.enabled.mechanisms": "PLAIN"}
        told |= {f"listener.name.{name}.plain.sasl.jaas.config": admin}
    return told


@dataclass(frozen=True)
class Guarded:
    """Where both are, and the folder of passwords."""

    kafka: str
    kafka_admin: str
    mongo: str
    folder: Path

    def password(self, who: str, part: str) -> str:
        return passwords.read(self.folder, f"{who}.{part}")

    def database(self, who: str) -> MongoClient[dict[str, Any]]:
        """MongoDB as that user."""
        return MongoClient(
            self.mongo, username=who, password=self.password(who, "mongo"), authSource="admin",
            serverSelectionTimeoutMS=10_000,
        )  # fmt: skip

    def gives(self) -> int:
        """Sets the rights, as a deployment does at its start."""
        return main(["give", str(self.folder), "--kafka", self.kafka_admin, "--mongo", self.mongo, "--prefix", PREFIX])


@contextlib.contextmanager
def started(root: Path) -> Iterator[Guarded]:
    """Both, with an administrator each and no other user."""
    ports, (admin_port,) = Ports.free(), free_ports(1)
    folder = root / "passwords"
    passwords.make(folder)
    jars = kafka_jars(PARTS_FOLDER / "kafka", Console(quiet=True))
    (root / "run").mkdir(parents=True)
    told = secured(ports.kafka, admin_port, ports.kafka_controller, passwords.read(folder, "admin.kafka"))
    node = kafka.prepare(jars, ports, root / "data" / "kafka", root / "run" / "kafka.properties", told)
    store = mongod.prepare(ports, root / "data" / "mongod")
    store = replace(store, command=(*store.command, "--keyFile", str(folder / "mongo.keyfile")))
    keeper = Keeper(root, [node, store])
    try:
        keeper.start()
        _until(lambda: _administered(ports.mongod, passwords.read(folder, "admin.mongo")))
        _until(lambda: is_listening(admin_port) and is_listening(ports.kafka))
        url = f"mongodb://{HOST}:{ports.mongod}/?replicaSet=madoguchi"
        yield Guarded(f"{HOST}:{ports.kafka}", f"{HOST}:{admin_port}", url, folder)
    finally:
        keeper.stop()


def _until(holds: Any) -> None:
    until = time.monotonic() + READY_WITHIN
    while not holds():
        assert time.monotonic() < until, "it did not come up"
        time.sleep(0.2)


def _administered(port: int, password: str) -> bool:
    """Make it a replica set with its first user, which MongoDB allows from its own machine while there is none."""
    try:
        with MongoClient[dict[str, Any]](HOST, port, directConnection=True, serverSelectionTimeoutMS=2000) as client:
            with contextlib.suppress(OperationFailure):  # already
                members = [{"_id": 0, "host": f"{HOST}:{port}"}]
                client.admin.command("replSetInitiate", {"_id": mongod.REPLICA_SET, "members": members})
            if not client.admin.command("hello").get("isWritablePrimary"):
                return False
            client.admin.command("createUser", passwords.ADMIN, pwd=password, roles=["root"])
            return True
    except AutoReconnect:
        return False
