"""For how long something has been waiting, told from two numbers that only grow: how much there is, how much is done.

No message and no event is read for it, and no clock but the process's own is believed: a rehearsal moves the other one.
What waited before the process began counts from then on.
"""

from __future__ import annotations

from collections import deque

LOOKS_MOST = 1000
"""Looks that are remembered of one backlog; beyond that every second one is, so that the oldest stays true."""


class Age:
    """The age of the oldest that waits in one backlog."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, now: float, end: int, done: int) -> float:
        """Seconds for which the first after ``done`` has been there, 0.0 if nothing is. ``now``: monotonic seconds."""
        if not self._seen or end > self._seen[-1][1]:
            self._seen.append((now, end))
        while self._seen and self._seen[0][1] <= done:
            self._seen.popleft()
        if len(self._seen) > LOOKS_MOST:
            self._seen = deque(list(self._seen)[::2])
        return now - self._seen[0][0] if self._seen else 0.0
