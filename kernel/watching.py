"""What a service declares of itself for operations to watch: work that waits, and what must always hold.

Both are read every few seconds from read models, so a fault that no guard saw (a doctored document, a second writer, a
mistaken fold) is noticed where officers would believe what they read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kernel.views import Views


@dataclass(frozen=True)
class Backlog:
    """``count`` says how much of the ``work`` waits, by state. States are fixed names: each is told every time."""

    work: str
    count: Callable[[Views], Awaitable[Mapping[str, int]]]


@dataclass(frozen=True)
class Invariant:
    """``broken`` asks the application object how often what the clause demands does not hold; 0 is well.

    Read models are written document by document, so one look may see a moment that never was: only what two looks in a
    row have seen is told.
    """

    name: str
    clause: str
    broken: Callable[[Any], Awaitable[int]]


class Confirmed:
    """Tells what two looks in a row have seen."""

    def __init__(self) -> None:
        self._before: dict[str, int] = {}

    def of(self, name: str, broken: int) -> int:
        """The lesser of this look and the one before."""
        before, self._before[name] = self._before.get(name, 0), broken
        return min(before, broken)

    def forget(self) -> None:
        """Begin anew: another process has looked meanwhile."""
        self._before.clear()


def gaps(places: Collection[int]) -> int:
    """How many numbers of 1, 2, 3 … are missing below the greatest, or are there more than once."""
    different = set(places)
    return max(different, default=0) - len(different) + len(places) - len(different)
