"""The published tie-break (抽選): an order of all seekers that anybody can recompute from the seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def lottery(ids: Iterable[str], seed: str) -> tuple[str, ...]:
    """Draw the order of the ids from a seed recorded before the round is run (S-PL-5).

    Each id's ticket is SHA-256 over the UTF-8 bytes of seed, a zero byte, id; the smallest ticket goes first.
    The order does not depend on how the ids were listed, and adding or removing an id leaves the others'
    order as it was.
    """
    return tuple(sorted(ids, key=lambda each: (_ticket(seed, each), each)))


def _ticket(seed: str, each: str) -> bytes:
    return hashlib.sha256(seed.encode() + b"\x00" + each.encode()).digest()
