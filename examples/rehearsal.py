"""The rehearsals of this folder, a fiscal year each: `play` plays one on a running system."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from madoguchi.rehearsal import cycle

YEAR = 2026
"""The one that `make run` plays unless it is told another."""


def play(addresses: cycle.Addresses, year: int = YEAR, *, keep: bool = False, console: Console | None = None) -> bool:
    """Play a fiscal year; whether the outcome is the committed one. ``keep`` writes the outcome as the one expected."""
    return cycle.play(addresses, Path(__file__).parent / str(year), keep=keep, console=console)
