"""A file of secrets that is read again when it changes, so that one can be changed while the service runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

logger = structlog.get_logger(__name__)
T = TypeVar("T")


class LiveFile(Generic[T]):
    """What ``read`` makes of a file's bytes.

    Raises what ``read`` raises (a ValueError) and OSError where the file cannot be used at the start. Later what was
    read last stays, and the log says why, once for each state of the file.
    """

    def __init__(self, file: Path, read: Callable[[bytes], T]) -> None:
        self._file, self._read = file, read
        self._seen: tuple[int, ...] | None = self._state()
        self._now = read(file.read_bytes())

    def now(self) -> T:
        """As the file says at this moment."""
        state = None
        try:
            state = self._state()
            if state != self._seen:
                self._now = self._read(self._file.read_bytes())
        except (OSError, ValueError) as why:
            if state != self._seen:
                logger.error("a file of secrets cannot be used; what was read before stays", why=type(why).__name__)
        self._seen = state
        return self._now

    def _state(self) -> tuple[int, ...]:
        stat = self._file.stat()
        return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_size  # ctime: its rights were put right
