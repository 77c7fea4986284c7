"""Read models: documents that are a fold of the log, kept beside it and rebuilt from it at any time.

A projection is pure: `key` says which document an event belongs to, `fold` gives the document's next state. A new
`version` is built in a collection of its own, beside the one that is read; the service is ready when it has caught up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kernel.aggregate import AnyEvent

Document = dict[str, Any]
Fields = tuple[str, ...]
"""Of an index, in their order: first what is compared, then what is sorted by."""


@dataclass(frozen=True)
class Projection:
    """A read model's name, version and two pure functions.

    ``key(event)`` is the document's id or None for events that do not concern it. ``fold(document, event)`` gets the
    document so far ({} at first) and returns the new one; values are text, numbers, booleans, datetimes, dates, lists,
    dictionaries and closed sealed fields. ``indexes`` are for what is asked again and again, or of many documents.
    """

    name: str
    version: int
    key: Callable[[AnyEvent], str | None]
    fold: Callable[[Document, AnyEvent], Document]
    indexes: Sequence[Fields] = ()

    @property
    def collection(self) -> str:
        """Where this version is kept."""
        return f"view.{self.name}.v{self.version}"
