"""The machine that was measured on: what a figure means nothing without."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from pymongo import MongoClient

from benchmarks.bench import Bench
from infra.local.programs import PROJECT

LIBRARIES = ("eventsourcing", "aiokafka", "motor", "pymongo", "msgspec", "uvloop", "fastapi")


def described(bench: Bench) -> dict[str, Any]:
    """Cores, memory, the disk that was written to, versions. Nothing that names the machine itself."""
    with MongoClient[dict[str, Any]](bench.mongo) as client:
        mongodb = client.server_info()["version"]
    return {
        "size": f"{bench.scale:g} of the full one",
        "cores": psutil.cpu_count(),
        "processor": _processor(),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GB",
        "disk": _disk(bench.folder),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        "MongoDB": mongodb,
        "Kafka": _kafka(),
        **{name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _disk(folder: Path) -> str:
    """The file system, and whether the block device turns."""
    mounts = sorted(psutil.disk_partitions(all=True), key=lambda mount: len(mount.mountpoint), reverse=True)
    mount = next(each for each in mounts if folder.resolve().is_relative_to(each.mountpoint))
    turns = Path("/sys/block") / Path(mount.device).name.rstrip("0123456789") / "queue" / "rotational"
    kind = {"0": "solid state or virtual", "1": "turning or virtual"}.get(
        turns.read_text().strip() if turns.exists() else ""
    )
    return ", ".join(filter(None, (mount.fstype, kind)))


def _kafka() -> str:
    """Of the lock by which it is brought."""
    first = (PROJECT / "infra" / "local" / "kafka.lock").read_text().partition("\n")[0]
    return first.partition("kafka_2.13:")[2].partition(" ")[0]
