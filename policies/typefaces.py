"""The typeface (書体) that papers are set in, kept with the project, and which characters it has."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
"""IPAexゴシック with its licence: nothing that a paper is set in comes from the machine."""
FAMILY = "IPAexGothic"
FILE = FOLDER / "ipaexg.ttf"
GETA = "〓"
"""What printers set where they have no type (ゲタ): seen at once, unlike a blank."""


@cache
def characters() -> frozenset[int]:
    """The code points that the typeface has a glyph for."""
    font = FILE.read_bytes()
    table = _table(font, b"cmap")
    (count,) = struct.unpack_from(">2xH", font, table)
    places = [table + struct.unpack_from(">4xI", font, table + 4 + 8 * number)[0] for number in range(count)]
    wide = next(place for place in places if struct.unpack_from(">H", font, place)[0] == 12)
    return frozenset(_covered(font, wide))


def _table(font: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    entries = (struct.unpack_from(">4s4xI", font, 12 + 16 * number) for number in range(count))
    return next(int(offset) for tag, offset in entries if tag == name)


def _covered(font: bytes, table: int) -> Iterator[int]:
    """The ranges of a segmented table (format 12)."""
    (count,) = struct.unpack_from(">12xI", font, table)
    for number in range(count):
        first, last = struct.unpack_from(">II", font, table + 16 + 12 * number)
        yield from range(first, last + 1)
