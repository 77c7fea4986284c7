"""Starts a program that ends when its parent does: `python -m infra.local.tether PROGRAM ARGUMENT…`.

A process runner that is killed outright leaves its children behind, holding ports and data. Linux can send a child
a signal at its parent's death; the program is asked to stop in order (SIGTERM). Elsewhere the program just starts.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tie_to_parent() -> None:
    """Ask for SIGTERM at the parent's death; end at once if it is dead already."""
    parent = os.getppid()
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    tie_to_parent()
    os.execvp(sys.argv[1], sys.argv[1:])
