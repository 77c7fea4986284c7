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
        await self.kept()
        self.begin()

    def begin(self) -> None:
        """A turn begins, whatever the pace."""
        self._last = asyncio.get_running_loop().time()

    async def kept(self) -> None:
        """Return when the next turn may begin."""
        wait = self._last + self.seconds - asyncio.get_running_loop().time()
        if wait > 0:
            await asyncio.sleep(wait)
