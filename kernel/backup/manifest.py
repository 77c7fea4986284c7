"""The manifest of a backup: of which deployment, of which moment, and what its files must be."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from kernel.backup.files import BadBackup, Moment, Part, as_bytes, keep
from kernel.masterkeys import MasterKeys

NAME, SEAL = "manifest.json", "manifest.seal"
WHOLE, SPLIT = 1, 2
"""Forms of a manifest: of logs that are whole, and of split ones, which a program of before would restore in part."""


class LogPart(msgspec.Struct, frozen=True):
    """A log up to the position ``upto``; ``digest`` is the end of its chain (`kernel.backup.chain`)."""

    file: Part
    upto: int
    commits: int
    events: int
    digest: str


class ServicePart(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is copied of a service's database; ``more`` are the further shards of a log that is split, also empty ones.

    How many there are is part of what is restored: a stream is looked for in the shard of so many.
    """

    log: LogPart
    boxes: Part
    parked: Part
    more: tuple[LogPart, ...] = ()

    @property
    def logs(self) -> tuple[LogPart, ...]:
        """Every shard of the log, the first one first."""
        return (self.log, *self.more)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """``made_at`` is the moment of the cut, in UTC by the database's clock; ``others`` are databases copied whole."""

    format: int
    id: str
    prefix: str
    made_at: Moment
    services: Mapping[str, ServicePart]
    others: Mapping[str, Mapping[str, Part]]

    @property
    def events(self) -> int:
        """How many events all logs hold."""
        return sum(log.events for service in self.services.values() for log in service.logs)

    @property
    def documents(self) -> int:
        """How many documents there are in all."""
        return sum(part.documents for part in self.parts())

    def parts(self) -> Iterator[Part]:
        """Every file."""
        for service in self.services.values():
            yield from (*(log.file for log in service.logs), service.boxes, service.parked)
        for collections in self.others.values():
            yield from collections.values()


def seal(folder: Path, masters: MasterKeys) -> None:
    """Say by the deployment's secret that the manifest is its own: nobody else can make one, or change it."""
    keep(folder / SEAL, _seal((folder / NAME).read_bytes(), masters))


def prove(folder: Path, masters: MasterKeys) -> None:
    """Whether the manifest is what this deployment sealed. Raises `BadBackup`."""
    try:
        said, found = (folder / SEAL).read_bytes(), _seal((folder / NAME).read_bytes(), masters)
    except OSError:
        raise BadBackup(NAME, f"目録か、その封印（{SEAL}）がありません。", f"It or its {SEAL} is missing.") from None
    if not hmac.compare_digest(said, found):
        raise BadBackup(
            NAME,
            "目録が書き換えられているか、別の鍵ファイル（MADOGUCHI_MASTER_KEY_FILE）の環境のものです。",
            "The manifest was changed, or is of a deployment with another file of master keys.",
        )


def _seal(content: bytes, masters: MasterKeys) -> bytes:
    return hmac.new(masters.derived("manifest of a backup"), content, hashlib.sha256).hexdigest().encode()


def write(folder: Path, manifest: Manifest) -> None:
    """Keep it with its files."""
    keep(folder / NAME, as_bytes(manifest))


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises `BadBackup`."""
    try:
        manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise BadBackup(NAME, "目録が読み取れません。", "There is no manifest that can be read.") from None
    if manifest.format not in (WHOLE, SPLIT):
        raise BadBackup(NAME, "この版では読めない形です。", "Its form is unknown to this version.")
    return manifest
