"""How far each follower of a log has come, guarded by a fencing token; and the lease that gives the token.

Of the processes that could follow a log, one does: it holds the lease, on the database's clock. Each new holder's token
is greater than all before it, and a checkpoint refuses a smaller one, so a holder that slept through its lease cannot
turn the follower back.
"""

from __future__ import annotations

import contextlib
from typing import Any, Protocol

from kernel.mongo import DuplicateKeyError


class Fenced(Exception):
    """Another process has taken over; this one must stop following."""


class Checkpoints(Protocol):
    """Positions by follower's name."""

    async def read(self, name: str) -> int:
        """The position that was dealt with last; 0 for a new follower."""

    async def write(self, name: str, position: int, token: int) -> None:
        """Move on. Raises `Fenced` if a greater token has written."""


class StoredCheckpoints:
    """In a collection, one document a follower."""

    def __init__(self, collection: Any) -> None:
        self._checkpoints = collection

    async def read(self, name: str) -> int:
        """See `Checkpoints.read`."""
        document = await self._checkpoints.find_one({"_id": name})
        return int(document["position"]) if document else 0

    async def positions(self) -> dict[str, int]:
        """All of them by follower's name, whichever process wrote them."""
        return {document["_id"]: int(document["position"]) async for document in self._checkpoints.find()}

    async def write(self, name: str, position: int, token: int) -> None:
        """See `Checkpoints.write`."""
        try:
            await self._checkpoints.update_one(
                {"_id": name, "token": {"$lte": token}},
                {
                    "$set": {"token": token},
                    "$max": {"position": position},
                },  # a write that arrives late turns nothing back
                upsert=True,
            )
        except DuplicateKeyError:
            raise Fenced(name) from None


class Lease:
    """One holder at a time for ``seconds``, renewed by the holder, told by the database's clock."""

    def __init__(self, collection: Any, name: str, holder: str, seconds: float = 10.0) -> None:
        self._leases, self._name, self._holder, self.seconds = collection, name, holder, seconds

    async def take(self) -> int | None:
        """The fencing token if the lease is ours now (again), None if another holds it."""
        free = {"$or": [{"$eq": ["$holder", self._holder]}, {"$lte": ["$until", "$$NOW"]}]}
        until = {"$add": ["$$NOW", int(self.seconds * 1000)]}
        token = {"$cond": [{"$eq": ["$holder", self._holder]}, "$token", {"$add": [{"$ifNull": ["$token", 0]}, 1]}]}
        for _ in range(2):
            document = await self._leases.find_one_and_update(
                {"_id": self._name, "$expr": free},
                [{"$set": {"token": token, "holder": self._holder, "until": until}}],
                return_document=True,
            )
            if document is not None:
                return int(document["token"])
            with contextlib.suppress(DuplicateKeyError):  # somebody holds it, or nobody ever has: then make it
                await self._leases.insert_one({"_id": self._name, "token": 0, "holder": ""})
        return None

    async def give_back(self) -> None:
        """Let the next one in at once."""
        await self._leases.update_one(
            {"_id": self._name, "holder": self._holder}, [{"$set": {"until": "$$NOW", "holder": ""}}]
        )
