"""A small disk of its own for a program (tmpfs), without root where the system lets anybody have namespaces.

A process that does nothing holds the mount, so the disk outlives the program that is put on it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.faults import StackFault
from infra.local.programs import PROJECT

WITHIN, PAUSE = 10.0, 0.05
NO_DISK = "A disk of a node's own takes Linux with user namespaces (or root), and unshare (util-linux)."


@dataclass(frozen=True)
class Disk:
    """``at`` is where it is mounted for its holder; ``path`` is how everybody else reaches it."""

    at: Path
    holder: int

    @property
    def path(self) -> Path:
        """The disk as other processes see it."""
        return Path(f"/proc/{self.holder}/root{self.at}")

    def fill(self, left: int) -> None:
        """Take all of it but so many bytes."""
        with (self.path / "filler").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(self.path).free - left))

    def empty(self) -> None:
        """Give back what was taken."""
        (self.path / "filler").unlink(missing_ok=True)


@contextmanager
def small_disk(at: Path, megabytes: int) -> Iterator[Disk]:
    """Mount it at an empty folder. A fault says what is lacking where that cannot be."""
    at.mkdir(parents=True, exist_ok=True)
    script = f'mount -t tmpfs -o size={megabytes}m tmpfs "$0" && exec sleep infinity'
    words = (sys.executable, "-m", "infra.local.tether", "unshare", "-rm", "sh", "-c", script, str(at))
    holder = subprocess.Popen(words, cwd=PROJECT, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + WITHIN
        while f" {at} " not in Path(f"/proc/{holder.pid}/mountinfo").read_text():
            if holder.poll() is not None or time.monotonic() > until:
                raise StackFault(NO_DISK)
            time.sleep(PAUSE)
        yield Disk(at, holder.pid)
    finally:
        holder.kill()
        holder.wait()
