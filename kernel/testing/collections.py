"""A database in memory for stories: as much of a collection as the kernel uses, and a clear refusal of the rest.

The kernel's own suites run on it and on MongoDB alike, so the two cannot drift apart.
"""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kernel.mongo import BulkWriteError, DuplicateKeyError, InsertOne, UpdateMany, UpdateOne
from kernel.testing.expressions import evaluated, piped
from kernel.testing.queries import lookup, matching, updated

Document = dict[str, Any]
Change = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""Operators with their fields, or the stages of a pipeline."""
Write = InsertOne[Document] | UpdateMany | UpdateOne
DUPLICATE = 11000


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Outcome:
    """What a write answers."""

    matched_count: int
    modified_count: int


class MemoryDatabase:
    """Collections by name; ``now`` is the server's clock."""

    def __init__(self, name: str = "memory", now: Callable[[], datetime] = _now) -> None:
        self.name, self._now = name, now
        self._collections: dict[str, MemoryCollection] = {}

    def __getitem__(self, name: str) -> MemoryCollection:
        return self._collections.setdefault(name, MemoryCollection(self._now))

    @property
    def names(self) -> list[str]:
        """The collections that there are."""
        return sorted(self._collections)

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

    def __init__(self, now: Callable[[], datetime] = _now) -> None:
        self._documents: dict[Any, Document] = {}
        self._now = now

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

    async def create_indexes(self, indexes: Sequence[Any], commitQuorum: str) -> None:  # noqa: N803  # as the driver has it
        """See the driver: nothing is quicker by it here."""

    async def insert_one(self, document: Document) -> None:
        """Keep a new document. Raises `DuplicateKeyError`."""
        if document["_id"] in self._documents:
            raise DuplicateKeyError("duplicate")
        self._documents[document["_id"]] = copy.deepcopy(document)

    async def update_one(self, query: Mapping[str, Any], change: Change, *, upsert: bool = False) -> Outcome:
        """Change the first document that matches, or make one out of the query. Raises `DuplicateKeyError`."""
        found = next(iter(self._matching(query)), None)
        if found is None and not upsert:
            return Outcome(0, 0)
        base = found or {name: value for name, value in query.items() if not isinstance(value, Mapping)}
        made = self._changed(base, change, new=found is None)
        if found is None:
            await self.insert_one(made)
        self._documents[made["_id"]] = made
        return Outcome(int(found is not None), int(found is not None and made != found))

    async def find_one_and_update(
        self, query: Mapping[str, Any], change: Change, *, return_document: bool = False
    ) -> Document | None:
        """Change the first document that matches; it before or (``return_document``) after, None if there is none."""
        found = next(iter(self._matching(query)), None)
        if found is None:
            return None
        made = self._documents[found["_id"]] = self._changed(found, change, new=False)
        return copy.deepcopy(made if return_document else found)

    def _changed(self, document: Document, change: Change, *, new: bool) -> Document:
        if isinstance(change, Mapping):
            return updated(document, change, new=new)
        return copy.deepcopy(piped(document, change, self._now()))

    async def delete_one(self, query: Mapping[str, Any]) -> None:
        """Forget the first document that matches."""
        for found in self._matching(query)[:1]:
            del self._documents[found["_id"]]

    async def bulk_write(self, writes: Iterable[Write], *, ordered: bool = True) -> None:
        """The writes, one after the other; ``ordered`` ones up to the first that fails. Raises `BulkWriteError`."""
        failed = []
        for index, write in enumerate(writes):
            try:
                await self._write(write)
            except DuplicateKeyError:
                failed.append({"index": index, "code": DUPLICATE})
                if ordered:
                    break
        if failed:
            raise BulkWriteError({"writeErrors": failed})

    async def _write(self, write: Write) -> None:
        if isinstance(write, InsertOne):
            await self.insert_one(dict(write._doc))
        elif isinstance(write, UpdateOne):
            await self.update_one(write._filter, write._doc, upsert=bool(write._upsert))
        elif write._upsert:
            raise NotImplementedError("an upsert of many")
        else:
            for found in self._matching(write._filter):
                self._documents[found["_id"]] = self._changed(found, write._doc, new=False)

    def _matching(self, query: Mapping[str, Any]) -> list[Document]:
        rest = {term: wanted for term, wanted in query.items() if term != "$expr"}
        if isinstance(query.get("_id"), str):
            one = self._documents.get(query["_id"])
            found = [one] if one is not None and matching(one, rest) else []
        else:
            found = [document for document in self._documents.values() if matching(document, rest)]
        if "$expr" in query:
            found = [document for document in found if evaluated(query["$expr"], document, self._now())]
        return found


def _order(value: Any) -> tuple[bool, Any]:
    return value is not None, value if value is not None else 0
