"""Where the trials of the whole system play: a cluster behind a proxy, its nodes on disks of their own.

A scene outlives its trials: each has services, databases and topics of its own on the same cluster.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import psutil
from pymongo import MongoClient

from infra.local.cluster import Cluster, Node
from infra.local.kafka import Started
from infra.local.ports import HOST, free_ports
from tests.chaos.proxy import Link, Proxy
from tests.drill.disk import Disk, small_disk

DISK = 600
"""Megabytes of a node's disk: journal and log of operations fit, and little else."""
MAIL, FILLER = "mail", "filler"
Tell = Callable[[str], None]


class Scene:
    """A running cluster. Use as a context manager. ``disks``: each node gets a small disk of its own.

    ``cluster`` is another than one of three nodes each behind the proxy.
    """

    def __init__(self, root: Path, *, cluster: Cluster | None = None, disks: bool = False) -> None:
        self.root = root.resolve()
        self.proxy = Proxy()
        self.disks: dict[str, Disk] = {}
        self._started: dict[str, Started] = {}
        self._own_disks, self._open = disks, ExitStack()
        self.cluster = cluster or Cluster(self.root / "cluster", doors=self._doors, started=self._started)

    def __enter__(self) -> Scene:
        self._open.enter_context(self.proxy)
        try:
            if self._own_disks:
                for node in (*self.cluster.databases, *self.cluster.brokers):
                    at = self.root / "cluster" / "data" / node.name
                    disk = self.disks[node.name] = self._open.enter_context(small_disk(at, DISK))
                    self._started[node.name] = disk.inside
            self._open.enter_context(self.cluster)
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _doors(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            self.proxy.add(node.name, node.door, node.port)

    def fill(self, node: Node) -> None:
        """Take all that is free of a node's disk, also what became free since."""
        path = self.disks[node.name].path
        free = shutil.disk_usage(path).free
        if free:
            with (path / FILLER).open("ab") as file, suppress(OSError):  # it may have become less meanwhile
                os.posix_fallocate(file.fileno(), file.tell(), free)

    def empty(self, node: Node) -> None:
        """Give back what was taken."""
        (self.disks[node.name].path / FILLER).unlink(missing_ok=True)

    def heal(self) -> None:
        """Take back whatever a fault that broke off has left."""
        self.proxy.clear()
        for node in (*self.cluster.databases, *self.cluster.brokers):
            if node.name in self.disks:
                self.empty(node)
            self.cluster.signal(node.name, signal.SIGCONT)
            self.cluster.begin(node.name)

    def mail_door(self, port: int) -> int:
        """A door in front of a mail server's port."""
        (door,) = free_ports(1)
        self.proxy.add(MAIL, door, port)
        return door

    def links(self, kind: str) -> list[Link]:
        """The links to all nodes of a kind."""
        return [link for name, link in self.proxy.links.items() if name.startswith(kind)]

    def primary(self) -> Node:
        """The database node that takes writes now. Raises LookupError if none does."""
        for node in self.cluster.databases:
            with self.node(node) as client:
                if client.admin.command("hello").get("isWritablePrimary"):
                    return node
        raise LookupError("no primary")

    @staticmethod
    def node(node: Node) -> MongoClient[dict[str, Any]]:
        """A client of one database node, past its door."""
        url = f"mongodb://{HOST}:{node.port}/?directConnection=true"
        return MongoClient(url, serverSelectionTimeoutMS=3000, socketTimeoutMS=5000)

    def isolate(self, node: Node) -> None:
        """Cut a database node off: nobody reaches it, and it reaches no other."""
        process = psutil.Process(self.cluster.keeper.pids()[node.name])

        def own(peer: int) -> bool:
            return any(each.laddr.port == peer for each in process.net_connections(kind="tcp"))

        self.proxy.links[node.name].held = True
        for other in self.cluster.databases:
            if other is not node:
                self.proxy.links[other.name].barred = own
