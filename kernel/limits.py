"""How often one caller may ask: a token bucket for each, in this process (RFC 6585: 429, with Retry-After).

Who is not known, or has a token that is nobody's here, is counted by address, and is then told 429. A good token is
never refused for what others did behind the same address, which may be that of a proxy: so whether it is good is looked
at even where the address has nothing left. An old token is refused before a key is asked for or a signature checked.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from kernel.access import Caller, Gate
from kernel.denials import Forbidden, TooMany, Unauthenticated

KEPT_MOST = 10_000
"""Buckets that are remembered; the ones used longest ago are forgotten first."""


@dataclass(frozen=True)
class Rate:
    """``per_second`` requests in the long run, ``burst`` at once."""

    per_second: float
    burst: int


class Buckets:
    """The buckets of one kind of caller, by name. ``now`` is a clock that only goes on, in seconds."""

    def __init__(self, rate: Rate, now: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._now = rate, now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> None:
        """One request of that caller. Raises `TooMany`."""
        self._put(name, self._of(name) - 1.0)

    def _of(self, name: str) -> float:
        left, at = self._left.get(name, (float(self._rate.burst), self._now()))
        left = min(float(self._rate.burst), left + (self._now() - at) * self._rate.per_second)
        if left < 1.0:
            raise TooMany(max(1, math.ceil((1.0 - left) / self._rate.per_second)))
        return left

    def _put(self, name: str, left: float) -> None:
        self._left[name] = (left, self._now())
        self._left.move_to_end(name)
        while len(self._left) > KEPT_MOST:
            self._left.popitem(last=False)


class Limited:
    """A gate that counts. ``people`` are officers, operators and applicants; ``unknown`` is whoever has no token."""

    def __init__(self, gate: Gate, people: Buckets, forms: Buckets, unknown: Buckets) -> None:
        self.service = gate.service
        self._gate, self._people, self._forms, self._unknown = gate, people, forms, unknown

    async def caller(self, request: Request) -> Caller:
        """See `Gate.caller`."""
        try:
            caller = await self._gate.caller(request)
        except (Unauthenticated, Forbidden):
            self._unknown.take(request.client.host if request.client is not None else "")
            raise
        if caller.proved:
            buckets = self._forms if caller.kind == "form" else self._people
            buckets.take(f"{caller.kind} {caller.id}")
        return caller
