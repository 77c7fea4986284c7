"""Rest and unrest, as told by services that answer what the test says; Kafka and the clock's database stand still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from madoguchi.rehearsal import system as rehearsal
from madoguchi.rehearsal.system import Restless, System

NOW = datetime(2026, 1, 15, tzinfo=UTC)
Answer = Callable[[str, int], dict[str, Any]]


def _progress(tail: int = 5, relay: int = 4, due: int = 0, now: datetime = NOW, **more: Any) -> dict[str, Any]:
    said = {"now": now.isoformat(), "tail": tail, "followers": {"relay": relay}, "due": due}
    return said | {"next": None, "consumes": []} | more


class Hands:
    """The hands of a clock that only goes forward."""

    def __init__(self) -> None:
        self.at = NOW

    async def now(self) -> datetime:
        return self.at

    async def move(self, to: datetime) -> None:
        self.at = max(self.at, to)


class Standing(System):
    """A system whose messages are all consumed unless ``behind`` says otherwise."""

    def __init__(self, answer: Answer, behind: list[int] | None = None) -> None:
        super().__init__({"intake": "http://intake"}, "", "mongodb://127.0.0.1:9", "", "rehearsal-none")
        self._client.close()
        self.looks, self.hands, self._behind = 0, Hands(), behind or []
        self._clock = self.hands  # type: ignore[assignment]  # no database here
        self._http = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: self._answered(answer)))

    def _answered(self, answer: Answer) -> httpx.Response:
        self.looks += 1
        found = answer("intake", self.looks)
        return httpx.Response(found.pop("status", 200), json=found)

    async def _lagging(self, progress: rehearsal.Progress) -> dict[str, list[str]]:
        behind = self._behind.pop(0) if self._behind else 0
        return {"intake": [f"intake: {behind} messages behind"]} if behind else {}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "PAUSE", 0.001)
    monkeypatch.setattr(rehearsal, "REST_WITHIN", 1.5)


async def test_rest_is_two_looks_alike() -> None:
    system = Standing(lambda name, look: _progress())
    assert await system.settle() == {"intake": _progress()}
    assert system.looks == 2


async def test_a_log_that_grew_between_two_looks_is_not_at_rest() -> None:
    system = Standing(lambda name, look: _progress(tail=min(look, 4) + 1, relay=min(look, 4)))
    assert (await system.settle())["intake"]["tail"] == 5
    assert system.looks == 5


async def test_messages_on_the_way_are_waited_for() -> None:
    system = Standing(lambda name, look: _progress(), behind=[3, 1])
    await system.settle()
    assert system.looks == 4


async def test_a_service_that_is_away_is_waited_for() -> None:
    system = Standing(lambda name, look: _progress() | ({"status": 503} if look < 3 else {}))
    await system.settle()
    assert system.looks == 4


@pytest.mark.parametrize(
    ("progress", "told"),
    [
        pytest.param(_progress(relay=2), "intake: relay", id="a follower that stands"),
        pytest.param(_progress(due=3), "intake: 3 timers due", id="timers that do not fire"),
        pytest.param(_progress(now=datetime(2025, 1, 1, tzinfo=UTC)), "intake: clock", id="a clock that stands"),
        pytest.param({"status": 503}, "intake: HTTPStatusError", id="a service that is away"),
    ],
)
async def test_what_does_not_come_to_rest_is_named(progress: dict[str, Any], told: str) -> None:
    with pytest.raises(Restless, match=told):
        await Standing(lambda name, look: dict(progress)).settle()


async def test_messages_that_nobody_consumes_are_named() -> None:
    with pytest.raises(Restless, match="intake: 2 messages behind"):
        await Standing(lambda name, look: _progress(), behind=[2] * 10_000).settle()


async def test_what_does_not_come_to_rest_is_named_though_the_time_is_over_in_the_middle_of_a_look() -> None:
    class Slow(Standing):
        """Has messages behind at first; the look that would find all at rest goes on for ever."""

        async def _look(self, names: Iterable[str]) -> rehearsal.Progress:
            if self.looks == 2:
                await asyncio.sleep(30)
            return await super()._look(names)

    with pytest.raises(Restless, match="intake: 2 messages behind"):
        await Slow(lambda name, look: _progress(), behind=[2]).settle()


async def test_the_clock_stops_at_everything_that_falls_due_on_the_way() -> None:
    days = [datetime(2026, 1, day, tzinfo=UTC) for day in (20, 29)]

    def answer(name: str, look: int) -> dict[str, Any]:
        later = [day.isoformat() for day in (*days, datetime(2026, 3, 1, tzinfo=UTC)) if day > system.hands.at]
        return _progress(now=system.hands.at, next=later[0])

    system = Standing(answer)
    assert await system.move(datetime(2026, 2, 1, tzinfo=UTC)) == days
    assert system.hands.at == datetime(2026, 2, 1, tzinfo=UTC)
    assert system.looks == 2 * 3
