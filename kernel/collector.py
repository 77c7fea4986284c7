"""The garbage collector of a process that serves: it looks at what comes and goes, and seldom.

What was made until the process serves – modules, routes, models – stays for good, and is not looked at again. Decoded
documents and messages come by the thousand and hold no cycles: they go by counting, and a collector that runs after
each seven hundred of them looks at all of them again and again to find none.
"""

from __future__ import annotations

import gc

THRESHOLDS = 20_000, 20, 50


def settle() -> None:
    """Call once, when everything is made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
