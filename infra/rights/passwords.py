"""Passwords as files: one for each service and part, and one for each part's administrator."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from infra.rights.table import SERVICES

ADMIN = "admin"


def names() -> Iterator[str]:
    """The files that a folder of passwords has."""
    for who in (ADMIN, *SERVICES):
        yield f"{who}.kafka"
        yield f"{who}.mongo"
    yield "mongo.keyfile"


def make(folder: Path) -> int:
    """Make those that are missing, readable by their owner alone; how many were made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = 0
    for name in names():
        path = folder / name
        if not path.exists():
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
            made += 1
    return made


def read(folder: Path, name: str) -> str:
    """One of them."""
    return (folder / name).read_text(encoding="ascii").strip()
