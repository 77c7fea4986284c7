"""Passwords as files: one for each service and part, one for each part's administrator, and the token of /metrics."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from infra.rights.table import SERVICES

ADMIN = "admin"
METRICS, SCRAPES = "metrics.token", "metrics.prometheus"
"""The tokens that the services take, one or two lines, and the one that Prometheus brings: two files, so that the
former can hold the next one already while the latter still is the one before."""


def names() -> Iterator[str]:
    """The files that a folder of passwords has."""
    for who in (ADMIN, *SERVICES):
        yield f"{who}.kafka"
        yield f"{who}.mongo"
    yield from ("mongo.keyfile", METRICS, SCRAPES)


def make(folder: Path) -> int:
    """Make those that are missing, readable by their owner alone; how many were made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = 0
    for name in names():
        path = folder / name
        if not path.exists():
            password = _newest(folder) if name == SCRAPES else secrets.token_hex(32)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="ascii") as file:
                file.write(password)
            made += 1
    return made


def _newest(folder: Path) -> str:
    """The token of the services' first line."""
    return read(folder, METRICS).splitlines()[0].strip()


def read(folder: Path, name: str) -> str:
    """One of them."""
    return (folder / name).read_text(encoding="ascii").strip()
