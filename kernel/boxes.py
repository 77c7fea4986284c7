"""Sealed bytes beside the log: what is too large for an event, such as a document that was sent in.

A box is written before the event that names it, so an event never names bytes that are not there. It is sealed under
its subject's data key and bound to its own name: an erasure makes it unreadable like every sealed field.
"""

from __future__ import annotations

from typing import Any

from kernel.refusals import NotFound
from kernel.sealing import Personal, Sealed
from kernel.vault import Erased, Vault

LARGEST = 15 * 1024 * 1024
"""Bytes: a box is one document of the database."""


class Boxes:
    """The boxes of one service, in a collection."""

    def __init__(self, collection: Any, vault: Vault) -> None:
        self._boxes, self._vault = collection, vault

    async def put(self, name: str, raw: bytes, *, subject: str, kind: type[Sealed] = Personal) -> None:
        """Keep the bytes under that name; durable on return. Raises `Erased` and ValueError for too many bytes.

        ``kind`` says who may open them, as for a field.
        """
        if len(raw) > LARGEST:
            raise ValueError(f"a box holds {LARGEST} bytes at most")
        sealed = await self._vault.enclose(subject, name, raw, kind.KIND)
        change = {"$set": {"subject": subject, "size": len(raw), "sealed": sealed, "kind": kind.KIND}}
        await self._boxes.update_one({"_id": name}, change, upsert=True)

    async def get(self, name: str) -> bytes:
        """The bytes. Raises `NotFound`, `Erased`, `MayNotOpen`."""
        box = await self._boxes.find_one({"_id": name})
        if box is None:
            raise NotFound("box")
        if "sealed" not in box:
            raise Erased(box["subject"])
        kind = box.get("kind", Personal.KIND)
        return await self._vault.disclose(box["subject"], name, bytes(box["sealed"]), kind)

    async def forget(self, subject: str) -> int:
        """Away with the bytes of all that a subject's boxes hold, which nobody can open any more; how many there were.

        The boxes stay, and are answered as erased.
        """
        found = await self._boxes.find({"subject": subject, "sealed": {"$exists": True}}, {"_id": 1}).to_list(None)
        for box in found:
            await self._boxes.update_one({"_id": box["_id"]}, {"$unset": {"sealed": ""}})
        return len(found)

    async def drop(self, name: str) -> None:
        """Away with bytes that no event came to name."""
        await self._boxes.delete_one({"_id": name})
