"""The careful usual way, of the kernel's own ports: one message, one transaction, one acknowledgement.

Nothing waits for another, and nothing shares: each commit is a transaction of its own that takes its number from a
counter and writes the entry with its inbox; each message is handled and acknowledged before the next is taken. It loses
nothing either. Within a process transactions follow each other, for on one counter they would only undo each other.
The relay still sends in batches: where the usual way could be quicker than one by one, it is.
"""

from __future__ import annotations

from typing import Any

from pymongo.write_concern import WriteConcern

from kernel.groupcommit import Clash, GroupCommit, Observe
from kernel.log import CommitAt
from kernel.mongolog import MongoBackend, MongoLog

COUNTERS = "counters"
DURABLE = WriteConcern(w="majority", j=True)


class InSession:
    """A collection whose inserts belong to a session's transaction."""

    def __init__(self, collection: Any, session: Any) -> None:
        self._collection, self._session = collection, session

    def with_options(self, **options: Any) -> Any:
        """See the driver."""
        return self._collection.with_options(**options)

    async def insert_one(self, document: dict[str, Any]) -> None:
        """See the driver."""
        await self._collection.insert_one(document, session=self._session)


class OneTransactionEach(MongoBackend):
    """`kernel.groupcommit.Backend` that is given one commit at a time and writes it in a transaction."""

    def __init__(self, db: Any, name: str) -> None:
        super().__init__(db[name])
        self._client, self._collection, self._counters = db.client, db[name], db[COUNTERS]

    async def insert(self, batch: list[CommitAt]) -> tuple[int, Clash | None]:
        """See `kernel.groupcommit.Backend`."""
        (at,) = batch
        async with await self._client.start_session() as session:
            session.start_transaction(write_concern=DURABLE)
            taken = {"$inc": {"taken": at.commit.size}}
            await self._counters.update_one({"_id": "log"}, taken, upsert=True, session=session)
            done, clash = await MongoBackend(InSession(self._collection, session)).insert(batch)
            if clash is None:
                await session.commit_transaction()
            else:
                await session.abort_transaction()
        return done, clash


class UsualLog(MongoLog):
    """The log without group commit."""

    def __init__(self, db: Any, name: str = "log", *, observe: Observe = lambda seconds: None) -> None:
        super().__init__(db, name, observe=observe)
        self._writer = GroupCommit(OneTransactionEach(db, name), most=1, observe=observe)
