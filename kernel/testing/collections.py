"""A database in memory for stories: as much of a collection as the kernel uses, and a clear refusal of the rest.

The kernel's own suites run on it and on MongoDB alike, so the two cannot drift apart.
"""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kernel.mongo import DuplicateKeyError, ReplaceOne, UpdateOne
from kernel.testing.queries import lookup, matching, updated

Document = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What a write answers."""

    matched_count: int
    modified_count: int


class MemoryDatabase:
    """Collections by name."""

    def __init__(self, name: str = "memory") -> None:
        self.name = name
        self._collections: dict[str, MemoryCollection] = {}

    def __getitem__(self, name: str) -> MemoryCollection:
        return self._collections.setdefault(name, MemoryCollection())

    async def drop_collection(self, name: str) -> None:
        """Forget a collection."""
        self._collections.pop(name, None)


class Cursor:
    """What a query found; sorted, skipped and limited when it is read."""

    def __init__(self, found: list[Document]) -> None:
        self._found = found

    def sort(self, by: str | Sequence[tuple[str, int]], direction: int = 1) -> Cursor:
        """Order by one field or several."""
        for field, way in reversed([(by, direction)] if isinstance(by, str) else list(by)):
            self._found.sort(key=lambda d, field=field: _order(lookup(d, field)), reverse=way < 0)  # type: ignore[misc]  # mypy and default arguments
        return self

    def skip(self, number: int) -> Cursor:
        """Leave out the first ones."""
        self._found = self._found[number:]
        return self

    def limit(self, number: int) -> Cursor:
        """Keep so many; 0 keeps all."""
        self._found = self._found[:number] if number else self._found
        return self

    async def to_list(self, length: int | None = None) -> list[Document]:
        """All, or the first ``length``."""
        return copy.deepcopy(self._found[:length])

    async def __aiter__(self) -> AsyncIterator[Document]:
        for document in copy.deepcopy(self._found):
            yield document


class MemoryCollection:
    """Documents by id."""

    def __init__(self) -> None:
        self._documents: dict[Any, Document] = {}

    def find(self, query: Mapping[str, Any] | None = None, columns: Mapping[str, Any] | None = None) -> Cursor:
        """The documents that match, with these columns (all by default)."""
        found = self._matching(query or {})
        if columns:
            found = [{name: d[name] for name in d if columns.get(name)} for d in found]
        return Cursor(found)

    async def find_one(
        self, query: Mapping[str, Any] | None = None, *, sort: Sequence[tuple[str, int]] = ()
    ) -> Document | None:
        """The first document that matches."""
        return next(iter(await self.find(query).sort(sort).limit(1).to_list()), None)

    async def distinct(self, field: str, query: Mapping[str, Any]) -> list[Any]:
        """The different values of a field."""
        return list({lookup(d, field) for d in self._matching(query)})

    async def count_documents(self, query: Mapping[str, Any]) -> int:
        """How many match."""
        return len(self._matching(query))

    async def insert_one(self, document: Document) -> None:
        """Keep a new document. Raises `DuplicateKeyError`."""
        if document["_id"] in self._documents:
            raise DuplicateKeyError("duplicate")
        self._documents[document["_id"]] = copy.deepcopy(document)

    async def update_one(self, query: Mapping[str, Any], change: Mapping[str, Any], *, upsert: bool = False) -> Outcome:
        """Change the first document that matches, or make one out of the query. Raises `DuplicateKeyError`."""
        found = next(iter(self._matching(query)), None)
        if found is None and not upsert:
            return Outcome(0, 0)
        base = found or {name: value for name, value in query.items() if not isinstance(value, Mapping)}
        made = updated(base, change, new=found is None)
        if found is None:
            await self.insert_one(made)
        self._documents[made["_id"]] = made
        return Outcome(int(found is not None), int(found is not None and made != found))

    async def delete_one(self, query: Mapping[str, Any]) -> None:
        """Forget the first document that matches."""
        for found in self._matching(query)[:1]:
            del self._documents[found["_id"]]

    async def bulk_write(self, writes: Iterable[UpdateOne | ReplaceOne[Any]], *, ordered: bool = True) -> None:
        """The writes, one after the other."""
        for write in writes:
            if isinstance(write, ReplaceOne):
                document = copy.deepcopy(dict(write._doc))
                self._documents[document["_id"]] = document
            else:
                await self.update_one(write._filter, write._doc, upsert=bool(write._upsert))  # type: ignore[arg-type]  # pipelines are not used

    def _matching(self, query: Mapping[str, Any]) -> list[Document]:
        if isinstance(query.get("_id"), str):
            one = self._documents.get(query["_id"])
            return [one] if one is not None and matching(one, query) else []
        return [document for document in self._documents.values() if matching(document, query)]


def _order(value: Any) -> tuple[bool, Any]:
    return value is not None, value if value is not None else 0
