"""A log filled for a measurement, as the product fills it: a thousand appends at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from kernel.ids import RandomIds
from kernel.log import Commit, StoredEvent
from kernel.mongolog import MongoLog

MOST = 1000
Tell = Callable[[int], None]


async def filled(db: Any, numbers: range, event: Callable[[int], StoredEvent], at: datetime, tell: Tell) -> MongoLog:
    """A log with one more commit for each number, of one event; ``tell`` hears how many there are by now."""

    log, ids = MongoLog(db), RandomIds()
    await log.prepare()
    for first in range(0, len(numbers), MOST):
        some = numbers[first : first + MOST]
        await asyncio.gather(*(log.append(Commit(id=ids.new(), at=at, events=(event(number),))) for number in some))
        tell(some[-1] + 1)
    return log
