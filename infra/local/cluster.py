"""Kafka and MongoDB as clusters on this machine, three nodes each: replicated three times, two must have each write.

What clients are told of a node is its `door`. Whoever starts the cluster opens the doors: in front of each node stands
what forwards to it, so that it can be slow, cut off or broken there. Without that a door is the node's own port.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
from rich.console import Console

from infra.local import kafka, mongod
from infra.local.faults import StackFault
from infra.local.kafka import Started
from infra.local.keeper import Keeper
from infra.local.parts import kafka_jars
from infra.local.ports import HOST, free_ports, is_listening
from infra.local.programs import Program
from infra.local.stack import PARTS_FOLDER

NODES = 3
READY_WITHIN = 120.0
PAUSE = 0.2
REPLICATED = (
    "default.replication.factor", "offsets.topic.replication.factor", "transaction.state.log.replication.factor",
    "share.coordinator.state.topic.replication.factor",
)  # fmt: skip
IN_SYNC = (
    "min.insync.replicas", "transaction.state.log.min.isr", "share.coordinator.state.topic.min.isr",
)  # fmt: skip
MEMBER = {
    "replica.lag.time.max.ms": "10000",
    "listener.security.protocol.map": "CLIENT:PLAINTEXT,BETWEEN:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "BETWEEN",
}


@dataclass(frozen=True)
class Node:
    """One node: the port on which it listens to clients, and the one that clients are told."""

    name: str
    port: int
    door: int


class Cluster:
    """So many nodes of each, with their data and logs under ``root``. Usable as a context manager.

    ``doors`` opens the doors: it is called once, before any start. ``started`` says by name how commands of nodes are
    started that are elsewhere, on a disk of their own, say: it is looked into at the start.
    """

    def __init__(
        self,
        root: Path,
        *,
        nodes: int = NODES,
        doors: Callable[[Sequence[Node]], None] | None = None,
        started: Mapping[str, Started] | None = None,
        console: Console | None = None,
    ) -> None:
        self.root, self.nodes, self._doors, self._started = (
            root.resolve(),
            nodes,
            doors,
            started if started is not None else {},
        )
        self._console = console or Console(quiet=True)
        ports = free_ports(6 * nodes if doors else 4 * nodes)
        self.brokers = self._nodes("kafka", ports)
        self.databases = self._nodes("mongod", ports)
        self._between = [ports.pop() for _ in range(nodes)]
        self._voting = [ports.pop() for _ in range(nodes)]
        self._keeper: Keeper | None = None

    def _nodes(self, kind: str, ports: list[int]) -> list[Node]:
        made = []
        for number in range(1, self.nodes + 1):
            port = ports.pop()
            made.append(Node(f"{kind}-{number}", port, ports.pop() if self._doors else port))
        return made

    @property
    def kafka(self) -> str:
        """All brokers, as clients are told: host:port, with commas."""
        return ",".join(f"{HOST}:{node.door}" for node in self.brokers)

    @property
    def mongo(self) -> str:
        """URL of the replica set."""
        hosts = ",".join(f"{HOST}:{node.door}" for node in self.databases)
        return f"mongodb://{hosts}/?replicaSet={mongod.REPLICA_SET}"

    def __enter__(self) -> Cluster:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start all nodes; return when there is a primary and every broker is alive."""
        if self._doors is not None:
            self._doors([*self.brokers, *self.databases])
        (self.root / "run").mkdir(parents=True, exist_ok=True)
        try:
            self._keeper = Keeper(self.root, self._programs())
            self._keeper.start()
            self.await_whole()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop every node. May be called at any time, and twice."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            for name in keeper.pids():
                self.signal(name, signal.SIGCONT, keeper)
            keeper.stop()

    def await_whole(self) -> None:
        """Wait until all nodes take part; a fault with the end of a log otherwise."""
        self._await("mongod-1", self.has_primary)
        self._await("kafka-1", lambda: self.living_brokers() == self.nodes)

    def has_primary(self) -> bool:
        """Whether the replica set takes writes."""
        return mongod.found([f"{HOST}:{n.door}" for n in self.databases], [n.port for n in self.databases])

    def living_brokers(self) -> int:
        """How many brokers the others know to be alive."""
        return max(self._living(node) for node in self.brokers)

    @staticmethod
    def _living(node: Node) -> int:
        if not is_listening(node.port):
            return 0
        with ThreadPoolExecutor(1) as pool:  # the caller may have a loop running
            return pool.submit(asyncio.run, kafka.living(f"{HOST}:{node.door}")).result()

    def kill(self, name: str) -> None:
        """SIGKILL; it stays down until `begin`."""
        self.signal(name, signal.SIGKILL)

    def signal(self, name: str, sent: signal.Signals, keeper: Keeper | None = None) -> None:
        """Send a signal to a node that runs; nothing where it does not."""
        pid = (keeper or self.keeper).pids().get(name)
        if pid:
            os.kill(pid, sent)

    def begin(self, name: str) -> None:
        """Start a node that is down."""
        if name not in self.keeper.pids():
            self.keeper.begin(name)

    def memory(self) -> dict[str, int]:
        """Megabytes that each node holds."""
        return {name: psutil.Process(pid).memory_info().rss >> 20 for name, pid in self.keeper.pids().items()}

    @property
    def keeper(self) -> Keeper:
        """The process runner of a started cluster."""
        if self._keeper is None:
            raise StackFault("The cluster is not started.")
        return self._keeper

    def _await(self, name: str, ready: Callable[[], bool]) -> None:
        until = time.monotonic() + READY_WITHIN
        while not ready():
            self.keeper.check()
            if time.monotonic() > until:
                raise self.keeper.crash(name).fault()
            time.sleep(PAUSE)

    def _programs(self) -> list[Program]:
        jars = kafka_jars(PARTS_FOLDER / "kafka", self._console)
        cluster = kafka.new_cluster()
        made = [self._database(node) for node in self.databases]
        for place, node in enumerate(self.brokers):
            properties = self.root / "run" / f"{node.name}.properties"
            told, how = self._settings(place), self._how(node)
            made.append(kafka.prepare_member(jars, node.name, told, properties, cluster, how))
        return made

    def _database(self, node: Node) -> Program:
        program = mongod.prepare_member(node.name, node.port, self._folder(node))
        return replace(program, command=self._how(node)(program.command))

    def _how(self, node: Node) -> Started:
        return self._started.get(node.name, tuple)

    def _folder(self, node: Node) -> Path:
        return self.root / "data" / node.name

    def _settings(self, place: int) -> dict[str, str]:
        node, between, voting = self.brokers[place], self._between[place], self._voting[place]
        both = f"BETWEEN://{HOST}:{between}"
        voters = (f"{number}@{HOST}:{port}" for number, port in enumerate(self._voting, 1))
        return {
            **kafka.ONE_NODE,
            **MEMBER,
            **dict.fromkeys(REPLICATED, f"{self.nodes}"),
            **dict.fromkeys(IN_SYNC, f"{self.nodes // 2 + 1}"),
            "node.id": f"{place + 1}",
            "controller.quorum.voters": ",".join(voters),
            "listeners": f"CLIENT://{HOST}:{node.port},{both},CONTROLLER://{HOST}:{voting}",
            "advertised.listeners": f"CLIENT://{HOST}:{node.door},{both}",
            "log.dirs": str(self._folder(node)),
        }
