"""The vault: data keys by subject, wrapped by a master key that lives outside the database.

The key ring is a database of its own. A key is fetched for each opening – those of one turn of the event loop fetch
theirs together – and never kept, so that an erasure holds at once in every process. It names the master key that wraps
it; `kernel.rotation` wraps it anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.asking import Shared
from kernel.ciphers import unlock, unseal
from kernel.masterkeys import Fixed, MasterKeys, Masters
from kernel.mongo import DuplicateKeyError
from kernel.sealing import Confidential, Contact, NotSealed, Personal, Sealed, unsealed_kind

S = TypeVar("S", bound=Sealed)
ERASED = "（消去済み）"
LOST = "lost_at"
"""In a document of the key ring: the key is a new one, and what an older, lost one sealed reads as erased."""


class Erased(Exception):
    """The subject's key was destroyed: the value can no longer be read by anybody."""


class UnknownMaster(Exception):
    """A data key is wrapped by a master key that the file of master keys does not have: its remedy is that file."""


class MayNotOpen(Exception):
    """This service is not configured to open fields of that kind."""


class Sealer:
    """Makes fresh sealed values for one subject."""

    def __init__(self, subject: str, key: bytes) -> None:
        self._subject, self._key = subject, key

    def make(self, kind: type[S], field: str, plain: str) -> S:
        """A fresh value of ``kind`` for the event field ``field``."""
        return kind.fresh(plain, subject=self._subject, field=field, key=self._key)  # type: ignore[no-any-return]  # fresh returns its class

    def personal(self, field: str, plain: str) -> Personal:
        """A fresh personal value."""
        return self.make(Personal, field, plain)

    def contact(self, field: str, plain: str) -> Contact:
        """A fresh contact value."""
        return self.make(Contact, field, plain)

    def confidential(self, field: str, plain: str) -> Confidential:
        """A fresh confidential value."""
        return self.make(Confidential, field, plain)


class Vault:
    """Seals for everybody, opens the kinds in ``opens`` only."""

    def __init__(self, keyring: Any, master: bytes | Masters, opens: Iterable[str]) -> None:
        self._masters = Fixed(MasterKeys.of(master)) if isinstance(master, bytes) else master
        self._keys, self._opens = keyring, frozenset(opens)
        self._found = Shared("look keys up", self._look)

    def masters(self) -> MasterKeys:
        """The master keys as this process knows them at this moment."""
        return self._masters.now()

    async def sealer(self, subject: str) -> Sealer:
        """A sealer for ``subject``; its key is made at the first time. Raises `Erased`."""
        key = await self._key(subject)
        if key is None:
            wrapped = wrap(self.masters(), subject, os.urandom(32))
            with contextlib.suppress(DuplicateKeyError):  # another process was first: its key counts
                await self._keys.insert_one({"_id": subject, **wrapped})
            key = await self._key(subject)
        if key is None:
            raise Erased(subject)
        return Sealer(subject, key)

    async def outliving(self, subject: str, office: str) -> Sealer:
        """As `sealer`, for what is said of a subject: ``office``'s where the subject was erased, for it is said all the
        same, and kept."""
        try:
            return await self.sealer(subject)
        except Erased:
            return await self.sealer(office)

    async def open(self, value: Sealed) -> str:
        """The value. Raises `Erased`, `MayNotOpen`."""
        text = (await self.open_all([value]))[0]
        if text is None:
            raise Erased(value.subject)
        return text

    async def open_all(self, values: Sequence[Sealed | None]) -> list[str | None]:
        """The values in order, None for those that are erased or None; one look-up for all. Raises `MayNotOpen`."""
        sealed = [value for value in values if value is not None]
        for value in sealed:
            if value.KIND not in self._opens:
                raise MayNotOpen(value.KIND)
        found = await self._found.of(value.subject for value in sealed) if sealed else {}
        return [self._opened(value, found) for value in values]

    async def shown(self, values: Sequence[Sealed | None]) -> list[str]:
        """The values for a reader: erased ones say so, missing ones are empty."""
        opened = await self.open_all(values)
        return [
            text if text is not None else ("" if value is None else ERASED)
            for value, text in zip(values, opened, strict=True)
        ]

    async def shown_tokens(self, tokens: Sequence[str]) -> list[str]:
        """As `shown`, for tokens as read models and logs hold them."""
        return await self.shown([unsealed_kind(token)(token) for token in tokens])

    async def enclose(self, subject: str, name: str, raw: bytes, kind: str = Personal.KIND) -> bytes:
        """Bytes sealed under the subject's key, bound to ``name`` and kind, for `kernel.boxes`. Raises `Erased`."""
        key = (await self.sealer(subject))._key
        nonce = os.urandom(12)
        return nonce + AESGCM(key).encrypt(nonce, raw, _box(subject, name, kind))

    async def disclose(self, subject: str, name: str, sealed: bytes, kind: str = Personal.KIND) -> bytes:
        """The bytes of a box of that kind. Raises `Erased`, `MayNotOpen`."""
        if kind not in self._opens:
            raise MayNotOpen(kind)
        key = await self._existing(subject)
        try:
            return unlock(key, sealed, _box(subject, name, kind))
        except NotSealed:
            if await self._keys.count_documents({"_id": subject, LOST: {"$exists": True}}):
                raise Erased(subject) from None
            raise

    async def erase(self, subject: str, *, at: datetime) -> bool:
        """Destroy the subject's key; every copy is unreadable from now on. False if it was erased before."""
        done = await self._keys.update_one(
            {"_id": subject, "erased_at": {"$exists": False}},
            {"$set": {"erased_at": at}, "$unset": {"wrapped": "", "master": ""}},
            upsert=False,
        )
        return bool(done.modified_count)

    def fingerprint(self, purpose: str, value: str) -> str:
        """A keyed hash to look a sealed value up by: equal for equal values, whatever master key wraps by now."""
        key = self.masters().derived(f"fingerprint:{purpose}")
        return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:32]

    async def _existing(self, subject: str) -> bytes:
        key = await self._key(subject)
        if key is None:
            raise Erased(subject)
        return key

    async def _key(self, subject: str) -> bytes | None:
        document = (await self._found.of([subject])).get(subject)
        if document is None:
            return None
        if "wrapped" not in document:
            raise Erased(subject)
        return unwrap(self.masters(), document)

    async def _look(self, subjects: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {document["_id"]: document async for document in self._keys.find({"_id": {"$in": subjects}})}

    def _opened(self, value: Sealed | None, found: Mapping[str, dict[str, Any]]) -> str | None:
        document = found.get(value.subject) if value is not None else None
        if value is None or document is None or "wrapped" not in document:
            return None
        try:
            return unseal(value, unwrap(self.masters(), document))
        except NotSealed:
            if LOST in document:
                return None
            raise


def wrap(masters: MasterKeys, subject: str, key: bytes) -> dict[str, Any]:
    """A data key as the key ring keeps it: wrapped by the current master key, whose id stands beside."""
    nonce = os.urandom(12)
    wrapped = nonce + AESGCM(masters.keys[masters.current]).encrypt(nonce, key, subject.encode())
    return {"wrapped": wrapped, "master": masters.current}


def unwrap(masters: MasterKeys, document: Mapping[str, Any]) -> bytes:
    """The data key of a document of the key ring. Raises `UnknownMaster`, `NotSealed`.

    A document of before there were rotations names no master key: each that is known is tried.
    """
    subject, wrapped, named = document["_id"], bytes(document["wrapped"]), document.get("master")
    if named is None:
        for key in masters.keys.values():
            with contextlib.suppress(NotSealed):
                return unlock(key, wrapped, subject.encode())
        raise NotSealed("no known master key wraps this data key")
    if named not in masters.keys:
        raise UnknownMaster(f"{named} is not in the file of master keys: put it back there")
    return unlock(masters.keys[named], wrapped, subject.encode())


def _box(subject: str, name: str, kind: str) -> bytes:
    """What a box is bound to; boxes count as personal unless they say otherwise."""
    return f"{subject}|{name}{'' if kind == Personal.KIND else '|' + kind}".encode()
