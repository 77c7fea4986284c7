"""Prometheus and promtool: where they are found, how they are brought, how a local one is started.

No package registry of Python has them. Debian's and Ubuntu's package has; it is unpacked beside the other parts, so
that neither root is needed nor a server of the system's begins to run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from infra.local.faults import StackFault
from infra.local.ports import HOST
from infra.local.programs import Program

NAMES = ("prometheus", "promtool")
ANSWER_WITHIN = 2.0  # seconds
REMEDY = "install Prometheus with promtool by hand, so that both are on the PATH, then start again."


@dataclass(frozen=True)
class Binaries:
    """The two programs."""

    prometheus: Path
    promtool: Path


def found(folder: Path) -> Binaries | None:
    """Both as they are on the PATH, or else as they were brought; None if they are nowhere."""
    for where in (None, str(folder / "usr" / "bin")):
        paths = [shutil.which(name, path=where) for name in NAMES]
        if all(paths):
            return Binaries(*(Path(str(path)) for path in paths))
    return None


def brought(folder: Path, console: Console) -> Binaries:
    """Both, brought if absent. A fault says what to do where they cannot be."""
    there = found(folder)
    if there is None:
        _bring(folder, console)
        there = found(folder)
    if there is None:
        raise StackFault(f"Debian's package prometheus holds no promtool here: {REMEDY}")
    return there


def _bring(folder: Path, console: Console) -> None:
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise StackFault(f"Prometheus is not there, and neither is apt-get to bring it: {REMEDY}")
    lists, cache = folder / "lists", folder / "cache"
    for each in (lists / "partial", cache / "archives" / "partial"):
        each.mkdir(parents=True, exist_ok=True)
    settings: dict[str, object] = {"Dir::State::Lists": lists, "Dir::Cache": cache}
    if os.geteuid() == 0:
        settings |= {"APT::Sandbox::User": "root"}  # apt's own user cannot write here
    own = ("-qq", *(f"--option={name}={value}" for name, value in settings.items()))
    with console.status("Bringing Prometheus (Debian's package)"):
        _do(folder, "apt-get", *own, "update")
        _do(folder, "apt-get", *own, "download", "prometheus")
        for package in folder.glob("prometheus_*.deb"):
            _do(folder, "dpkg-deb", "-x", package.name, ".")
            package.unlink()
    shutil.rmtree(lists)
    shutil.rmtree(cache)


def _do(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        said = tuple((done.stdout + done.stderr).strip().splitlines()[-5:])
        raise StackFault(f"Prometheus cannot be brought by {command[0]}: {REMEDY}", said)


@dataclass(frozen=True)
class Watched:
    """What a local Prometheus scrapes: ``host:port`` with the service behind it, how often, by which rules.

    ``token``: the file of the token that it brings, None where the services want none.
    """

    targets: Sequence[tuple[str, str]]
    every: str
    rules: Sequence[Path]
    token: Path | None = None

    def config(self) -> Mapping[str, object]:
        """The same as Prometheus reads it; the job is called as in `infra/prometheus/prometheus.yml`."""
        targets = [{"targets": [at], "labels": {"service": service}} for at, service in self.targets]
        job: dict[str, object] = {"job_name": "madoguchi", "static_configs": targets}
        if self.token is not None:
            job["authorization"] = {"credentials_file": str(self.token)}
        return {
            "global": {"scrape_interval": self.every, "scrape_timeout": self.every, "evaluation_interval": self.every},
            "rule_files": [str(path) for path in self.rules],
            "scrape_configs": [job],
        }


def prepare(binary: Path, port: int, folder: Path, watched: Watched) -> Program:
    """Write its settings, and say how it is started."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "prometheus.yml"
    settings.write_text(json.dumps(watched.config()))  # JSON is YAML
    options = {
        "config.file": settings,
        "storage.tsdb.path": folder / "data",
        "web.listen-address": f"{HOST}:{port}",
        "log.level": "warn",
    }
    return Program("prometheus", (str(binary), *(f"--{name}={value}" for name, value in options.items())))


def is_ready(port: int) -> bool:
    """Whether it answers queries."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/-/ready", timeout=ANSWER_WITHIN) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
