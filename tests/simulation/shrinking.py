"""Makes a failing course small: leaves out what is not needed for the same promise to break."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from tests.simulation.plan import Plan
from tests.simulation.verdict import judged

Tell = Callable[[int, int], None]


def shrunk(
    whole: Plan, promise: str, variant: str = "", within: float = 120.0, tell: Tell = lambda n, of: None
) -> Plan:
    """The smallest plan found within so many seconds that breaks the same promise.

    Halves, quarters … of what is left are tried to be left out (delta debugging), faults before acts.
    """
    until = time.monotonic() + within
    gone: list[str] = []

    def breaks(more: Sequence[str]) -> bool:
        return promise in judged(whole.without([*gone, *more]), variant).promises

    for names in ([fault.name for fault in whole.faults], [act.name for day in whole.days for act in day]):
        size = max(1, len(names) // 2)
        while size and time.monotonic() < until:
            left = [name for name in names if name not in gone]
            for start in range(0, len(left), size):
                tell(len(whole.names) - len(gone), len(whole.names))
                if time.monotonic() < until and breaks(left[start : start + size]):
                    gone += left[start : start + size]
            size //= 2
    return whole.without(gone)
