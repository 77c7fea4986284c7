"""The files of a backup: documents, compressed, each file with its size and checksum in the manifest.

A file is a sequence of BSON documents under gzip, the form of MongoDB's own `mongodump --gzip`.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Annotated, Any, Self

import msgspec

from kernel.documents import Torn, split
from kernel.durable import settle
from kernel.refusals import Refused

LEVEL = 3
"""Of compression: sealed text hardly gets smaller, and the rest is as small by then."""


UNFINISHED = ".part"
"""Ends the name of what is not whole yet."""
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment that says its time zone."""


class BadBackup(Refused):
    """A backup that cannot be used: which part, and what to do."""

    def __init__(self, name: str, ja: str, en: str) -> None:
        super().__init__("G-8", f"控え {name}：{ja}別の控えをお使いください。", f"{name}: {en} Use another backup.")


class Part(msgspec.Struct, frozen=True):
    """A file of the backup: its name, SHA-256 in hex, bytes, and how many documents it holds."""

    name: str
    sha256: str
    size: int
    documents: int


class _Hashed:
    """A file for writing that knows the hash of what went through."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sha256, self.size = file, hashlib.sha256(), 0

    def write(self, content: bytes) -> int:
        self.sha256.update(content)
        self.size += len(content)
        return self._file.write(content)

    def flush(self) -> None:
        self._file.flush()


class Writer:
    """Writes one file; `part` says of it what belongs into the manifest, once it is closed."""

    def __init__(self, folder: Path, name: str) -> None:
        self._name, self._documents = name, 0
        self._file = (folder / name).open("wb")
        self._hashed = _Hashed(self._file)
        self._gzip = gzip.GzipFile("", "wb", LEVEL, self._hashed, mtime=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._gzip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def add(self, document: bytes) -> None:
        """One more document."""
        self._gzip.write(document)
        self._documents += 1

    @property
    def part(self) -> Part:
        """What the manifest says of the file."""
        return Part(self._name, self._hashed.sha256.hexdigest(), self._hashed.size, self._documents)


def check(folder: Path, part: Part) -> None:
    """Whether the file is the one that was written. Raises `BadBackup`."""
    path = folder / part.name
    if not path.is_file():
        raise BadBackup(part.name, "ファイルがありません。", "The file is missing.")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != part.sha256:
        raise BadBackup(part.name, "内容が控えたときと違います。", "It is not what was written.")


def documents(folder: Path, part: Part) -> Iterator[bytes]:
    """The documents of a file. Raises `BadBackup` where it holds anything else, or not as many."""
    count = 0
    try:
        with gzip.open(folder / part.name) as file:
            for document in split(file):  # type: ignore[arg-type]  # a gzip file reads bytes
                count += 1
                yield document
    except (Torn, OSError, EOFError):
        raise BadBackup(part.name, "読み取れません。", "It cannot be read.") from None
    if count != part.documents:
        raise BadBackup(part.name, "件数が合いません。", "Documents are missing.")


def keep(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a small file so that it is whole or not there."""
    made = path.with_name(f".{path.name}{UNFINISHED}")
    made.unlink(missing_ok=True)  # of one that was broken off; its mode, or where it leads, is not asked
    with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)
    settle(path.parent)


def as_bytes(document: Any) -> bytes:
    """A manifest as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
