"""The commits that this process wrote last: whoever follows the log here need not read them from the database."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter

from msgspec.structs import replace

from kernel.log import CommitAt

MOST, BYTES = 2000, 8 * 1024 * 1024
"""Commits that are kept, and bytes of their events; the oldest are forgotten first."""


class _Insert:
    """Commits that were inserted at once, without a hole; made what the database would give when somebody asks."""

    def __init__(self, commits: Sequence[CommitAt]) -> None:
        self.begin, self.end = commits[0].position, commits[-1].end
        self.bytes = sum([len(event.state) for at in commits for event in at.commit.events])
        self._written, self._given = commits, list[CommitAt]()

    def __len__(self) -> int:
        return len(self._written)

    def given(self) -> list[CommitAt]:
        """As the database would give them."""
        if not self._given:
            self._given = [_as_stored(at) for at in self._written]
        return self._given


class Recent:
    """Commits at positions without a hole, as the database would give them. Only what is safe there is added."""

    def __init__(self, most: int = MOST, size: int = BYTES) -> None:
        self._most, self._size = most, size
        self._inserts: list[_Insert] = []
        self._count = self._held = self._end = 0

    def add(self, commits: Sequence[CommitAt]) -> None:
        """The next ones, at positions without a hole. Where another process wrote before, what was is forgotten."""
        if not commits:
            return
        if self._end != commits[0].position:
            self._clear()
        self._end = commits[-1].end
        added = _Insert(commits)
        if len(added) > self._most or added.bytes > self._size:
            self._clear()
            commits = self._that_fit(commits)
            if not commits:
                return
            added = _Insert(commits)
        self._inserts.append(added)
        self._count, self._held = self._count + len(added), self._held + added.bytes
        if self._count > self._most or self._held > self._size:
            self._forget()

    @property
    def end(self) -> int:
        """The position after the last one; 0 where nothing was written."""
        return self._end

    def after(self, position: int, limit: int) -> list[CommitAt]:
        """As `kernel.log.EventLog.read`, if what follows the position is known here; otherwise nothing."""
        place = bisect_right(self._inserts, position + 1, key=attrgetter("begin")) - 1
        if place < 0:
            return []
        given = self._inserts[place].given()
        first = bisect_left(given, position + 1, key=attrgetter("position"))
        if first == len(given) or given[first].position != position + 1:
            return []
        found = given[first : first + limit]
        for insert in self._inserts[place + 1 :]:
            if len(found) == limit:
                break
            found += insert.given()[: limit - len(found)]
        return found

    def _clear(self) -> None:
        self._inserts, self._count, self._held = [], 0, 0

    def _that_fit(self, commits: Sequence[CommitAt]) -> Sequence[CommitAt]:
        """The last ones for which there is room."""
        first, held = len(commits), 0
        while first and len(commits) - first < self._most:
            held += sum(len(event.state) for event in commits[first - 1].commit.events)
            if held > self._size:
                break
            first -= 1
        return commits[first:]

    def _forget(self) -> None:
        """Down to three quarters at a time: a list gives up its beginning by moving all the rest. The last stays."""
        gone = 0
        while gone < len(self._inserts) - 1 and (self._count > self._most * 3 // 4 or self._held > self._size * 3 // 4):
            self._count, self._held = self._count - len(self._inserts[gone]), self._held - self._inserts[gone].bytes
            gone += 1
        del self._inserts[:gone]


def _as_stored(at: CommitAt) -> CommitAt:
    """Moments are kept in milliseconds, and upon what a commit was decided is not kept."""
    commit = at.commit
    beyond = commit.at.microsecond % 1000
    if not beyond and not commit.after:
        return at
    moment = commit.at.replace(microsecond=commit.at.microsecond - beyond)
    return CommitAt(at.position, replace(commit, at=moment, after=""))
