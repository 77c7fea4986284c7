"""Sealed bytes beside the log: what is too large for an event, such as a document that was sent in.

A box is written before the event that names it, so an event never names bytes that are not there. It is sealed under
its subject's data key and bound to its own name: an erasure makes it unreadable like every sealed field.
"""

from __future__ import annotations

from typing import Any

from kernel.refusals import NotFound
from kernel.vault import Vault

LARGEST = 15 * 1024 * 1024
"""Bytes: a box is one document of the database."""


class Boxes:
    """The boxes of one service, in a collection."""

    def __init__(self, collection: Any, vault: Vault) -> None:
        self._boxes, self._vault = collection, vault

    async def put(self, name: str, raw: bytes, *, subject: str) -> None:
        """Keep the bytes under that name; durable on return. Raises `Erased` and ValueError for too many bytes."""
        if len(raw) > LARGEST:
            raise ValueError(f"a box holds {LARGEST} bytes at most")
        sealed = await self._vault.enclose(subject, name, raw)
        change = {"$set": {"subject": subject, "size": len(raw), "sealed": sealed}}
        await self._boxes.update_one({"_id": name}, change, upsert=True)

    async def get(self, name: str) -> bytes:
        """The bytes. Raises `NotFound`, `Erased`."""
        box = await self._boxes.find_one({"_id": name})
        if box is None:
            raise NotFound("box")
        return await self._vault.disclose(box["subject"], name, bytes(box["sealed"]))
