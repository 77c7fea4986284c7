"""Chains of hashes by which two can tell that they read the same: over a log's commits, and over what it published.

Each link is SHA-256 over the link before and what was added. The same end at the same position means the same content,
in the same order, from the beginning.
"""

from __future__ import annotations

import hashlib

import msgspec

from kernel.log import CommitAt

START = bytes(32)


class LogChain:
    """Over commits with their positions. ``upto`` is the last position, 0 for none."""

    def __init__(self) -> None:
        self._link, self.upto, self.commits, self.events = START, 0, 0, 0

    def add(self, at: CommitAt) -> None:
        """The next commit. Raises ValueError where it is not the next."""
        if at.position != self.upto + 1:
            raise ValueError(f"position {self.upto + 1} is missing")
        self._link = hashlib.sha256(self._link + msgspec.json.encode(at)).digest()
        self.upto, self.commits, self.events = at.end - 1, self.commits + 1, self.events + len(at.commit.events)

    @property
    def digest(self) -> str:
        """The last link, in hex."""
        return self._link.hex()


class PublishedChain:
    """Over published messages by position, those of one position in their order: id and SHA-256 of the body."""

    def __init__(self) -> None:
        self._link, self.messages = START, 0

    def add(self, id: str, body_sha256: bytes) -> None:
        """The next message."""
        self._link = hashlib.sha256(self._link + id.encode() + b"\n" + body_sha256).digest()
        self.messages += 1

    @property
    def digest(self) -> str:
        """The last link, in hex."""
        return self._link.hex()
