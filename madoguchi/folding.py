"""Folds Japanese text as a printer would: no line begins with a closing mark, no number or English word is torn."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.segment import Segment

NOT_FIRST = frozenset("、。，．・：；？！）」』】〕’”ーっッゃャゅュょョぁァぃィぅゥぇェぉォ々％円者,.:;)]}%")
"""No line begins with these (行頭禁則)."""
NOT_LAST = frozenset("（「『【〔‘“([{")
"""No line ends with these (行末禁則)."""
UNITS = re.compile(r"-*[0-9A-Za-z][0-9A-Za-z,.:+_@-]*|\s+|.")
WIDTH = 120
"""Columns of a table in a file or a pipe."""
LONGEST = 24
"""No column need be wider than this for the sake of one word."""
PIECES = re.compile(r"[^._-]+[._-]?|[._-]")


def fold(text: str, width: int) -> list[str]:
    """The lines of a text, none wider than ``width`` columns; its own line ends are kept."""
    return [line for each in text.split("\n") for line in _folded(each, max(width, 2))]


def _folded(text: str, width: int) -> Iterator[str]:
    line: list[str] = []
    for unit in _units(text, width):
        if cell_len("".join(line) + unit) > width and line:
            kept, carried = _cut(line, unit)
            yield "".join(kept).rstrip()
            line = [] if unit.isspace() and not carried else [*carried, unit]
        else:
            line.append(unit)
    yield "".join(line).rstrip()


def _units(text: str, width: int) -> Iterator[str]:
    for unit in UNITS.findall(text):
        if cell_len(unit) <= width:
            yield unit
            continue
        for piece in PIECES.findall(unit):
            yield from [piece] if cell_len(piece) <= width else piece


def _cut(line: list[str], following: str) -> tuple[list[str], list[str]]:
    """What stays on the line and what goes to the next one with ``following``; at most three units are carried."""
    for carried in range(min(4, len(line))):
        cut = len(line) - carried
        first = line[cut] if carried else following
        if first not in NOT_FIRST and line[cut - 1] not in NOT_LAST:
            return line[:cut], line[cut:]
    return line, []


def wide_console() -> Console:
    """A console for tables: where the output is no terminal and nobody said how wide it is, wide enough for them."""
    console = Console(highlight=False)
    told = console.is_terminal or "COLUMNS" in os.environ
    return console if told else Console(highlight=False, width=WIDTH)


class Folded:
    """A text in a table's cell, folded to whatever width the column gets."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """From its longest word to its longest line."""
        least = max((cell_len(unit) for unit in _units(self._text, LONGEST)), default=1)
        most = max(cell_len(line) for line in self._text.split("\n"))
        return Measurement(min(least, options.max_width), min(max(most, 1), options.max_width))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One line after the other."""
        for line in fold(self._text, options.max_width):
            yield Segment(line)
            yield Segment.line()
