"""Look-ups of one turn of the event loop share one query."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from kernel.asking import Shared


class Desk:
    """Notes what it is asked, and answers late."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.open = asyncio.Event()
        self.broken: Exception | None = None

    async def look(self, ids: Sequence[str]) -> Mapping[str, str]:
        """What `Shared` is given."""
        self.asked.append(list(ids))
        await self.open.wait()
        if self.broken:
            raise self.broken
        return {id: id.upper() for id in ids}


async def test_those_who_ask_in_one_turn_share_a_query_and_later_ones_have_another() -> None:
    desk = Desk()
    shared = Shared("test", desk.look)
    first = [asyncio.create_task(_one(shared, id)) for id in ("a", "b", "a")]
    await asyncio.sleep(0.01)
    later = asyncio.create_task(_one(shared, "a"))
    await asyncio.sleep(0.01)
    desk.open.set()
    assert await asyncio.gather(*first, later) == ["A", "B", "A", "A"]
    assert desk.asked == [["a", "b"], ["a"]], "who asks while a query is under way may not get its older answer"


async def test_one_who_goes_away_does_not_take_the_answer_from_the_others() -> None:
    desk = Desk()
    shared = Shared("test", desk.look)
    gone, stays = (asyncio.create_task(_one(shared, id)) for id in ("a", "b"))
    await asyncio.sleep(0.01)
    gone.cancel()
    await asyncio.sleep(0)
    desk.open.set()
    assert await stays == "B"
    assert gone.cancelled()


async def test_a_failure_is_told_to_all_who_asked_and_to_nobody_else() -> None:
    desk = Desk()
    shared = Shared("test", desk.look)
    desk.broken = ConnectionError("away")
    failing = [asyncio.create_task(_one(shared, id)) for id in ("a", "b")]
    desk.open.set()
    for each in failing:
        with pytest.raises(ConnectionError):
            await each
    desk.broken = None
    assert await _one(shared, "a") == "A"


async def _one(shared: Shared[str], id: str) -> str:
    return (await shared.of([id]))[id]
