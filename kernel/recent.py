"""The commits that this process wrote last: whoever follows the log here need not read them from the database."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

from msgspec.structs import replace

from kernel.log import CommitAt

MOST, BYTES = 2000, 8 * 1024 * 1024
"""Commits that are kept, and bytes of their events; the oldest are forgotten first."""


class Recent:
    """Commits at positions without a hole, as the database would give them. Only what is safe there is added."""

    def __init__(self, most: int = MOST, size: int = BYTES) -> None:
        self._most, self._size = most, size
        self._commits: list[CommitAt] = []
        self._held = 0

    def add(self, commits: Sequence[CommitAt]) -> None:
        """The next ones that were written. Where another process wrote between, what was before is forgotten."""
        for at in commits:
            if self._commits and self._commits[-1].end != at.position:
                self._commits, self._held = [], 0
            self._commits.append(_as_stored(at))
            self._held += _size(at)
        self._forget()

    @property
    def end(self) -> int:
        """The position after the last one; 0 where nothing was written."""
        return self._commits[-1].end if self._commits else 0

    def after(self, position: int, limit: int) -> list[CommitAt]:
        """As `kernel.log.EventLog.read`, if what follows the position is known here; otherwise nothing."""
        first = bisect_left(self._commits, position + 1, key=attrgetter("position"))
        if first == len(self._commits) or self._commits[first].position != position + 1:
            return []
        return self._commits[first : first + limit]

    def _forget(self) -> None:
        """A quarter at a time: a list gives up its beginning by moving all the rest."""
        if len(self._commits) <= self._most and self._held <= self._size:
            return
        kept, held, most = len(self._commits), 0, max(1, self._most * 3 // 4)
        while kept and len(self._commits) - kept < most and held <= self._size * 3 // 4:
            kept -= 1
            held += _size(self._commits[kept])
        self._commits, self._held = self._commits[kept:], held


def _size(at: CommitAt) -> int:
    return sum(len(event.state) for event in at.commit.events)


def _as_stored(at: CommitAt) -> CommitAt:
    """Moments are kept in milliseconds, and upon what a commit was decided is not kept."""
    commit = at.commit
    moment = commit.at.replace(microsecond=commit.at.microsecond // 1000 * 1000)
    return CommitAt(at.position, replace(commit, at=moment, after=""))
