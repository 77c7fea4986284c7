"""What a crash of the machine must not take back: that a file has come into its place."""

from __future__ import annotations

import os
from pathlib import Path


def settle(folder: Path) -> None:
    """Write the folder's names to the disk: a file that was renamed is there by its new name after a loss of power."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
