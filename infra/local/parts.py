"""Brings Apache Kafka's jars, each checked against `kafka.lock`, with jgo's own resolver.

The lock names each jar by its Maven coordinate and its SHA-256. Jars that are there and checked are not asked for
again, so a second start needs no network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import requests
from jgo.maven import Artifact, MavenContext, PythonResolver
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from infra.local.faults import StackFault

WANTED = (
    "org.apache.kafka:kafka_2.13:4.3.0",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4!",  # Kafka is mute without; ! keeps its BOM out
)
LOCK = Path(__file__).with_name("kafka.lock")
STAMP = "checked"
AT_ONCE = 4


@dataclass(frozen=True)
class Jar:
    """One locked jar: `group:artifact:version[:classifier]` and the SHA-256 of its bytes in hex."""

    coordinate: str
    sha256: str

    def artifact(self, context: MavenContext) -> Artifact:
        """The same for jgo."""
        group, name, version, *rest = self.coordinate.split(":")
        return context.project(group, name).at_version(version).artifact(classifier=rest[0] if rest else "")


def read_lock(lock: Path = LOCK) -> list[Jar]:
    """The jars of the lock file, in its order."""
    return [Jar(*line.split()) for line in lock.read_text().splitlines() if line and not line.startswith("#")]


def write_lock(folder: Path, lock: Path = LOCK) -> int:
    """Resolve Kafka's dependencies anew and write their checksums; return how many jars there are."""
    context = _context(folder)
    inputs, others = context.resolver.resolve([context.create_dependency(each) for each in WANTED])
    artifacts = {_coordinate(each.artifact): each.artifact for each in [*inputs, *others] if each.type == "jar"}
    lines = [f"{name} {_digest(artifacts[name].resolve())}" for name in sorted(artifacts)]
    head = f"# {WANTED[0]} and what it needs: coordinate, SHA-256. Made by `python -m infra.local lock`.\n"
    lock.write_text(head + "\n".join(lines) + "\n")
    return len(lines)


def kafka_jars(folder: Path, console: Console) -> list[Path]:
    """Kafka's class path under `folder`, brought if absent; a fault if a jar cannot be had or is not the locked one."""
    jars = read_lock()
    context = _context(folder)
    stamp, wanted = folder / STAMP, hashlib.sha256(LOCK.read_bytes()).hexdigest()
    paths = [_path(context, jar) for jar in jars]
    if stamp.is_file() and stamp.read_text() == wanted and all(path.is_file() for path in paths):
        return paths
    _bring(context, jars, console)
    stamp.write_text(wanted)
    return paths


def _bring(context: MavenContext, jars: list[Jar], console: Console) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("jars"))
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(AT_ONCE) as pool:
        task = progress.add_task("Bringing Apache Kafka", total=len(jars))
        for _ in _checked(pool, context, jars):
            progress.advance(task)


def _checked(pool: ThreadPoolExecutor, context: MavenContext, jars: list[Jar]) -> Iterable[Path]:
    return pool.map(lambda jar: _one(context, jar), jars)


def _one(context: MavenContext, jar: Jar) -> Path:
    path = _path(context, jar)
    if path.is_file() and _digest(path) != jar.sha256:
        path.unlink()  # left half-written by an interrupted run
    if not path.is_file():
        try:
            path = jar.artifact(context).resolve()
        except (requests.RequestException, RuntimeError) as error:
            raise StackFault(
                f"Kafka's {jar.coordinate} cannot be brought from Maven Central: "
                "check the network, then start again; what was brought is kept."
            ) from error
    if _digest(path) != jar.sha256:
        path.unlink()
        raise StackFault(f"{jar.coordinate} is not the file that kafka.lock names; it was thrown away, start again.")
    return path


def _context(folder: Path) -> MavenContext:
    folder.mkdir(parents=True, exist_ok=True)
    return MavenContext(resolver=PythonResolver(), repo_cache=folder, timeout=60)


def _path(context: MavenContext, jar: Jar) -> Path:
    path = jar.artifact(context).cached_path
    if path is None:
        raise StackFault(f"jgo keeps no place for {jar.coordinate}.")
    return path


def _coordinate(artifact: Artifact) -> str:
    parts = (artifact.groupId, artifact.artifactId, artifact.version, artifact.classifier)
    return ":".join(part for part in parts if part)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
