"""The backup of a key ring: one file, apart from the logs' backup, sealed by the master key, with a day of expiry.

Whoever has it and the master key can open again what was erased since: therefore it expires. The day is authenticated
with the content, so a copy whose head says another day does not open.
"""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.backup.files import UNFINISHED, BadBackup, Moment, keep
from kernel.documents import bytes_of, decoded, joined, raw, split
from kernel.masterkeys import MasterKeys
from kernel.refusals import Refused
from kernel.sealing import NotSealed
from kernel.vault import UnknownMaster, unwrap

ENDING = ".keyring"
NONCE = 12
PURPOSE = "key ring backup"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the first line, readable by all. ``backup`` is the id of the logs' backup that it belongs to.

    ``master`` is the id of the master key that seals it; moments are in UTC.
    """

    backup: str
    prefix: str
    made_at: Moment
    expires_at: Moment
    master: str
    keys: int


class Discarded(NamedTuple):
    """Key rings' backups that were destroyed, by name, and those that could not be looked at or destroyed."""

    gone: tuple[str, ...]
    left: tuple[str, ...]


class Expired(Refused):
    """A key ring's backup is past its day."""

    def __init__(self, head: Head) -> None:
        day = f"{head.expires_at:%Y-%m-%d %H:%M} UTC"
        super().__init__(
            "G-7",
            f"鍵束の控えは期限（{day}）を過ぎています。消去した情報が再び読めるようになるため、使えません。新しい控えをお使いください。",
            f"This key ring's backup expired at {day}: it could open again what was erased since. Use a newer one.",
        )


async def take(
    keyring: Any, masters: MasterKeys, path: Path, *, backup: str, prefix: str, made_at: datetime, expires_at: datetime
) -> Head:
    """Seal a copy of the key ring into a file. To be taken after the logs: what they sealed must have its key."""
    content = [bytes_of(document) async for document in raw(keyring).find({}).sort("_id", 1)]
    said: dict[str, Any] = {"made_at": made_at, "expires_at": expires_at, "master": masters.current}
    head = Head(backup=backup, prefix=prefix, keys=len(content), **said)
    line, nonce = msgspec.json.encode(head), os.urandom(NONCE)
    sealed = AESGCM(_key(masters, masters.current)).encrypt(nonce, joined(content), line)
    keep(path, line + b"\n" + nonce + sealed, mode=0o600)
    return head


def head_of(path: Path) -> Head:
    """What the file says of itself; only `opened` proves it. Raises `BadBackup`."""
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.readline(), type=Head)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise BadBackup(path.name, "鍵束の控えではありません。", "It is no key ring's backup.") from None


def opened(path: Path, masters: MasterKeys, now: datetime) -> list[dict[str, Any]]:
    """The key ring's documents, each of whose keys can be used. Raises `Expired`, `BadBackup`."""
    head = head_of(path)
    if now >= head.expires_at:
        raise Expired(head)
    if head.master not in masters.keys:
        raise BadBackup(
            path.name,
            f"マスター鍵 {head.master} で封じられていて、今の鍵ファイルでは開けません。",
            f"It is sealed by the master key {head.master}, which is not in the file of master keys.",
        )
    line, _, sealed = path.read_bytes().partition(b"\n")
    try:
        content = AESGCM(_key(masters, head.master)).decrypt(sealed[:NONCE], sealed[NONCE:], line)
    except (InvalidTag, ValueError):
        raise BadBackup(path.name, "内容が控えたときと違います。", "It is not what was written.") from None
    return _openable(path, [decoded(each) for each in split(BytesIO(content))], masters)


def discard_expired(folder: Path, now: datetime) -> Discarded:
    """Destroy the key rings' backups of a folder that are past their day, and what backups that broke off left.

    One that cannot be read, or is a link to somewhere else, is left and named: it keeps no other.
    """
    gone, left = [], []
    for path in (*sorted(folder.glob(f".*{ENDING}{UNFINISHED}")), *sorted(folder.glob(f"*{ENDING}"))):
        with contextlib.suppress(OSError, BadBackup):
            if not path.is_symlink():
                if path.suffix != UNFINISHED and now < head_of(path).expires_at:
                    continue
                discard(path)
                gone.append(path.name)
                continue
        left.append(path.name)
    return Discarded(tuple(gone), tuple(left))


def discard(path: Path) -> None:
    """Overwrite the file, then delete it: what remains on the disk needs luck besides the master key.

    Raises OSError, and for a link too: what it leads to is another's.
    """
    with open(os.open(path, os.O_WRONLY | os.O_NOFOLLOW), "wb") as file:
        file.write(os.urandom(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _openable(path: Path, documents: list[dict[str, Any]], masters: MasterKeys) -> list[dict[str, Any]]:
    """The documents, when each key in them can be unwrapped. Raises `BadBackup`."""
    foreign = list[str]()
    for document in documents:
        try:
            if "wrapped" in document:
                unwrap(masters, document)
        except (UnknownMaster, NotSealed):
            foreign.append(document.get("master") or "―")
    if foreign:
        by = "、".join(sorted(set(foreign)))
        raise BadBackup(
            path.name,
            f"データ鍵{len(foreign):,}個が、今の鍵ファイルにないマスター鍵（{by}）で包まれています。",
            f"{len(foreign):,} keys in it are wrapped by {by}, not in the file of master keys, or do not open.",
        )
    return documents


def _key(masters: MasterKeys, id: str) -> bytes:
    return masters.derived_of(id, PURPOSE)
