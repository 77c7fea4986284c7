"""Reading read models: by id, or filtered, sorted and paged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kernel.projections import Document, Projection


class Views:
    """The read models of one service."""

    def __init__(self, db: Any, projections: Sequence[Projection]) -> None:
        self._collections = {projection.name: db[projection.collection] for projection in projections}

    async def get(self, name: str, id: str) -> Document | None:
        """One document, or None."""
        found: Document | None = await self._collections[name].find_one({"_id": id})
        return found

    async def page(
        self, name: str, where: Mapping[str, Any], *, sort: str = "_id", page: int = 1, size: int = 50
    ) -> tuple[list[Document], int]:
        """A page of the documents that match, and how many match in all. ``sort`` is a field, ``-field`` descending."""
        return await self.some(name, where, sort=sort, page=page, size=size), await self.count(name, where)

    async def some(
        self, name: str, where: Mapping[str, Any], *, sort: str = "_id", page: int = 1, size: int = 50
    ) -> list[Document]:
        """As `page`, for who need not know how many match."""
        field, direction = (sort[1:], -1) if sort.startswith("-") else (sort, 1)
        cursor = self._collections[name].find(dict(where)).sort([(field, direction), ("_id", 1)])
        found: list[Document] = await cursor.skip((page - 1) * size).limit(size).to_list(size)
        return found

    async def count(self, name: str, where: Mapping[str, Any]) -> int:
        """How many documents match."""
        return int(await self._collections[name].count_documents(dict(where)))

    async def distinct(self, name: str, field: str, where: Mapping[str, Any]) -> list[Any]:
        """The different values of a field among the documents that match; no document is read whole."""
        return list(await self._collections[name].distinct(field, dict(where)))

    async def all(self, name: str, where: Mapping[str, Any] | None = None) -> list[Document]:
        """Every document that matches, by id. For read models that are bounded by the business."""
        found: list[Document] = await self._collections[name].find(dict(where or {})).sort("_id", 1).to_list(None)
        return found
