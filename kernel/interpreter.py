"""The interpreter of a process that serves: its garbage collector looks seldom, and its threads take turns quickly.

What was made until the process serves – modules, routes, models – stays for good, and is not looked at again. Decoded
documents and messages come by the thousand and hold no cycles: they go by counting, and a collector that runs after
each seven hundred of them looks at all of them again and again to find none.

The database's driver works in threads. One that has an answer waits for the event loop to let it go on, five
milliseconds where that is busy, and again for each piece of a long answer: several times what the answer took.
"""

from __future__ import annotations

import gc
import sys

THRESHOLDS = 20_000, 20, 50
TURN = 0.0002
"""Seconds after which a thread lets another one go on."""


def settle() -> None:
    """Call once, when everything is made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    sys.setswitchinterval(TURN)
