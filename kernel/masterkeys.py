"""Master keys: they wrap the data keys and lie in a file outside the database, never in it.

The file holds one current key, which wraps, those before it, which still unwrap while a rotation is under way, and the
secret of keyed hashes, which no rotation changes. A bare file of 32 bytes is the form of before there were rotations:
one key, from which keyed hashes derive too.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import structlog

from kernel.durable import settle

logger = structlog.get_logger(__name__)
SIZE = 32
"""Bytes of a key: AES-256."""


class BadKeyFile(ValueError):
    """The file of master keys cannot be used; says what is wrong with it, and nothing of what it holds."""

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja, self.en = ja, en


@dataclass(frozen=True)
class MasterKeys:
    """Keys by id, the id of the one that wraps, and the secret of keyed hashes.

    ``coming`` is a key that every process must know before it wraps anything.
    """

    current: str
    keys: Mapping[str, bytes]
    hashing: bytes
    coming: str | None = None

    @classmethod
    def of(cls, key: bytes) -> MasterKeys:
        """One key, from which keyed hashes derive too. Raises ValueError for one of another size."""
        return cls(key_id(key), {key_id(key): _sized(key)}, key)

    @classmethod
    def fresh(cls) -> MasterKeys:
        """A new key, and a secret for keyed hashes."""
        return replace(cls.of(secrets.token_bytes(SIZE)), hashing=secrets.token_bytes(SIZE))

    def announced(self) -> MasterKeys:
        """With a new key that everybody may come to know before it is used; itself while one is on its way."""
        if self.coming is not None:
            return self
        key = secrets.token_bytes(SIZE)
        return replace(self, keys={**self.keys, key_id(key): key}, coming=key_id(key))

    def turned(self) -> MasterKeys:
        """The new key wraps from now on; itself where none is on its way."""
        return self if self.coming is None else replace(self, current=self.coming, coming=None)

    def alone(self) -> MasterKeys:
        """Without the keys before the current one."""
        kept = {self.current, self.coming}
        return replace(self, keys={id: key for id, key in self.keys.items() if id in kept})

    @property
    def former(self) -> list[str]:
        """The ids of the keys that only unwrap."""
        return sorted(self.keys.keys() - {self.current, self.coming})

    def derived(self, purpose: str) -> bytes:
        """A key for one purpose, of the secret that no rotation changes."""
        return hmac.new(self.hashing, purpose.encode(), hashlib.sha256).digest()

    def derived_of(self, id: str, purpose: str) -> bytes:
        """A key for one purpose, of one master key: it goes with that one."""
        return hmac.new(self.keys[id], purpose.encode(), hashlib.sha256).digest()

    def text(self) -> str:
        """The file's content."""
        said: dict[str, Any] = {
            "current": self.current,
            "coming": self.coming,
            "keys": {id: base64.b64encode(key).decode() for id, key in sorted(self.keys.items())},
            "hashing": base64.b64encode(self.hashing).decode(),
        }
        return json.dumps(said, indent=1) + "\n"


class Masters(Protocol):
    """Where the master keys are had from."""

    def now(self) -> MasterKeys:
        """The keys as they are at this moment."""


@dataclass(frozen=True)
class Fixed:
    """Keys that do not change."""

    keys: MasterKeys

    def now(self) -> MasterKeys:
        """See `Masters.now`."""
        return self.keys


class KeyFile:
    """A file of master keys, read again as soon as another is in its place: a rotation needs no restart.

    Once read, a file that cannot be used any more leaves the keys as they were, and that is logged. One that cannot be
    opened is tried again at each look: its rights may be put right without a sign.
    """

    def __init__(self, path: Path) -> None:
        """Raises `BadKeyFile`, and OSError where the file cannot be read."""
        self._path = path
        self._seen, self._told = _mark(path), False
        self._keys = read(path)

    def now(self) -> MasterKeys:
        """See `Masters.now`."""
        with contextlib.suppress(OSError):  # between two files: the next look finds the new one
            mark = _mark(self._path)
            if mark != self._seen:
                self._read_again(mark)
        return self._keys

    def _read_again(self, mark: tuple[int, ...]) -> None:
        try:
            self._keys = read(self._path)
        except BadKeyFile as bad:
            self._seen = mark
            logger.error("the new file of master keys cannot be used, going on with the keys before", why=bad.en)
        except OSError as error:
            if not self._told:
                logger.error(
                    "the new file of master keys cannot be opened, going on with the keys before", why=error.strerror
                )
            self._told = True
        else:
            self._seen, self._told = mark, False
            logger.info("master keys read again", current=self._keys.current, known=sorted(self._keys.keys))


def key_id(key: bytes) -> str:
    """What a key is called; the name tells nothing of it."""
    return "mk-" + hmac.new(key, b"name of a master key", hashlib.sha256).hexdigest()[:12]


def read(path: Path) -> MasterKeys:
    """The file's keys. Raises `BadKeyFile`, OSError."""
    raw = path.read_bytes()
    if len(raw) == SIZE:
        return MasterKeys.of(raw)
    try:
        said = json.loads(raw)
        keys = {str(id): _sized(base64.b64decode(key, validate=True)) for id, key in said["keys"].items()}
        hashing = _sized(base64.b64decode(said["hashing"], validate=True))
        current, coming = said["current"], said["coming"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadKeyFile(
            "マスター鍵のファイルを読み取れません。32バイトの鍵か `madoguchi keys` が書いたファイルを置いてください。",
            "The file of master keys must hold one key of 32 bytes, or be as `madoguchi keys` wrote it.",
        ) from None
    if not {current, coming or current} <= keys.keys() or any(key_id(key) != id for id, key in keys.items()):
        raise BadKeyFile(
            "マスター鍵のファイルの鍵と名前が合いません。書き換える前のファイルに戻してください。",
            "Keys and names in the file of master keys do not agree: put back the file of before.",
        )
    return MasterKeys(current, keys, hashing, coming)


def write(path: Path, keys: MasterKeys) -> None:
    """Put the keys in the file's place in one step, for good: a reader finds the file of before or this one, whole.

    It stays its owner's, with its rights, and where it is a link what that leads to is written. Raises OSError.
    """
    path = path.resolve()
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    before = path.stat() if path.exists() else None
    try:
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(keys.text())
            if before is not None:
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
                os.fchmod(file.fileno(), before.st_mode & 0o777)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
        settle(path.parent)
    finally:
        made.unlink(missing_ok=True)


def _sized(key: bytes) -> bytes:
    if len(key) != SIZE:
        raise ValueError("The master key must be 32 bytes long.")
    return key


def _mark(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size
