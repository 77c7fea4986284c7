"""Identifiers are a port: random in production, counted in stories and simulations."""

from __future__ import annotations

import itertools
import os
import time
from typing import Protocol


class Ids(Protocol):
    """Makes identifiers that are unique and carry no meaning."""

    def new(self) -> str:
        """A new identifier: 32 hexadecimal digits, later ones sort after earlier ones."""


class RandomIds:
    """UUID version 7 (RFC 9562) without hyphens."""

    def new(self) -> str:
        """See `Ids.new`."""
        stamp = time.time_ns() // 1_000_000
        random = int.from_bytes(os.urandom(10), "big")
        value = (stamp & (1 << 48) - 1) << 80 | 0x7 << 76 | (random >> 64 & 0xFFF) << 64 | 0b10 << 62
        return f"{value | random & (1 << 62) - 1:032x}"


class CountedIds:
    """1, 2, 3 … for stories."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def new(self) -> str:
        """See `Ids.new`."""
        return f"{next(self._count):032x}"
