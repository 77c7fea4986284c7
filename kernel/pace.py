"""A pace: what comes soon after the turn before waits a little, so that under load a turn takes several at once."""

from __future__ import annotations

import asyncio
import math


class Pace:
    """Turns begin ``seconds`` apart at least. After a rest the next begins at once."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self._last = seconds, -math.inf

    async def turn(self) -> None:
        """Return when the next turn may begin, which then begins."""
        now = asyncio.get_running_loop().time
        wait = self._last + self.seconds - now()
        if wait > 0:
            await asyncio.sleep(wait)
        self._last = now()
