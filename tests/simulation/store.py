"""A database server in memory, reached over a wire: each operation happens at one moment, its answer may be lost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from kernel.testing.collections import Cursor, MemoryCollection, MemoryDatabase
from tests.simulation.weather import Wire

T = TypeVar("T")


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns that never waits."""
    try:
        work.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    raise AssertionError("an operation of the server waited")


class RemoteDatabase:
    """A database as one process sees it."""

    def __init__(self, there: MemoryDatabase, wire: Wire) -> None:
        self.name, self._there, self._wire = there.name, there, wire

    def __getitem__(self, name: str) -> RemoteCollection:
        return RemoteCollection(self._there, name, self._wire)

    async def drop_collection(self, name: str) -> None:
        """See `MemoryDatabase`."""
        await self._wire.call(lambda: at_once(self._there.drop_collection(name)))


class RemoteCursor:
    """A query that is asked when it is read."""

    def __init__(self, collection: RemoteCollection, query: Any, columns: Any) -> None:
        self._collection, self._query, self._columns = collection, query, columns
        self._sort: list[tuple[Any, int]] = []
        self._skip = self._limit = 0

    def sort(self, by: str | Sequence[tuple[str, int]], direction: int = 1) -> RemoteCursor:
        """See `Cursor`."""
        self._sort.append((by, direction))
        return self

    def skip(self, number: int) -> RemoteCursor:
        """See `Cursor`."""
        self._skip = number
        return self

    def limit(self, number: int) -> RemoteCursor:
        """See `Cursor`."""
        self._limit = number
        return self

    async def to_list(self, length: int | None = None) -> list[Any]:
        """See `Cursor`."""
        found: list[Any] = await self._collection.ask(lambda there: at_once(self._of(there).to_list(length)))
        return found

    def _of(self, there: MemoryCollection) -> Cursor:
        cursor = there.find(self._query, self._columns)
        for by, direction in self._sort:
            cursor = cursor.sort(by, direction)
        return cursor.skip(self._skip).limit(self._limit)

    async def __aiter__(self) -> AsyncIterator[Any]:
        for document in await self.to_list():
            yield document


class RemoteCollection:
    """A collection as one process sees it."""

    def __init__(self, database: MemoryDatabase, name: str, wire: Wire) -> None:
        self._database, self._name, self._wire = database, name, wire

    async def ask(self, operation: Any) -> Any:
        """Do it at the server."""
        return await self._wire.call(lambda: operation(self._database[self._name]))

    def find(self, query: Mapping[str, Any] | None = None, columns: Mapping[str, Any] | None = None) -> RemoteCursor:
        """See `MemoryCollection`."""
        return RemoteCursor(self, query, columns)

    def __getattr__(self, name: str) -> Any:
        if name not in OPERATIONS:
            raise AttributeError(name)

        async def operation(*arguments: Any, **options: Any) -> Any:
            return await self.ask(lambda there: at_once(getattr(there, name)(*arguments, **options)))

        return operation


OPERATIONS = frozenset(
    {
        "find_one", "distinct", "count_documents", "create_indexes", "insert_one", "update_one", "find_one_and_update",
        "delete_one", "bulk_write",
    }
)  # fmt: skip
"""What is passed on as it is."""
