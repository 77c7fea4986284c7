"""What a work list of `madoguchi list` is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.values import Programme


@dataclass(frozen=True)
class Listing:
    """A work list: what it shows, where it is read, its columns by field, and what it is always asked.

    ``yearly`` lists want a fiscal year said in the query, ``{year}`` in the path is filled with it, ``{application}``
    with the case that --case names. ``part`` is the field of the answer that holds the items, ``words`` what its
    statuses are called if not the same as elsewhere. ``programme`` is None for a list of both.
    """

    title: str
    service: str
    path: str
    columns: Mapping[str, str]
    always: Mapping[str, Any] = field(default_factory=dict)
    yearly: bool = False
    part: str = "items"
    words: Mapping[str, str] = field(default_factory=dict)
    programme: Programme | None = "secondment"

    @property
    def of_case(self) -> bool:
        """Whether it is the list of one case."""
        return "{application}" in self.path
