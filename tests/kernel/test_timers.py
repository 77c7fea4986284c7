"""Durable timers: what falls due fires once, whatever happens to the process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from kernel import timers
from kernel.aggregate import Aggregate, AnyEvent
from kernel.clock import FixedClock
from kernel.ids import CountedIds
from kernel.metrics import Metrics
from kernel.projector import whole_log
from kernel.repository import Repository, decide_again
from kernel.sealing import Personal
from kernel.testing import sealed
from kernel.timers import Cancel, Timer, Timers, Wheel
from tests.kernel.commits import assert_whole, everything
from tests.kernel.conftest import Place
from tests.kernel.late import Late
from tests.kernel.samples import Book, Lent, Returned

AT = datetime(2027, 4, 1, tzinfo=UTC)
MAY, JUNE = date(2027, 5, 1), date(2027, 6, 1)


def schedule(event: AnyEvent) -> Iterable[Timer | Cancel]:
    """A book comes back by itself on its day."""
    match event:
        case Lent():
            yield Timer("return", event.originator_id, datetime.combine(event.until, time(), UTC))
        case Returned():
            yield Cancel("return", event.originator_id)


class Library:
    """A log with books, its schedule, and the wheel of a process that may be started again."""

    def __init__(self, place: Place) -> None:
        self.clock, self.place = FixedClock(AT), place
        self.repository = Repository(place.log, self.clock, CountedIds())
        self.timers = Timers(place.db["timers"], schedule)
        self.rung: list[Timer] = []
        self.fails: set[str] = set()
        self._followed = 0
        self.start()

    def start(self) -> None:
        """A new process: nothing is remembered."""
        self.wheel = Wheel(self.timers, self.repository, self.clock, self.ring, Metrics("tests"))

    async def ring(self, timer: Timer) -> Sequence[Aggregate]:
        """Take the book back."""
        self.rung.append(timer)
        if timer.subject in self.fails:
            raise LookupError
        book = await self.repository.get(Book, timer.subject)
        book.take_back(at=timer.due)
        return [book]

    async def follow(self) -> None:
        """Bring the schedule up to date."""
        for at in await self.place.log.read(self._followed, 1000):
            await self.timers.apply([at])
            self._followed = at.end - 1

    async def lend(self, id: str, until: date) -> None:
        """A new or a returned book goes out."""
        book = await self.repository.find(Book, id) or Book.acquire(id, id=id, at=AT)
        book.lend(sealed(Personal, "Ann"), until, at=AT)
        await self.repository.save(book)
        await self.follow()

    async def returns(self, id: str) -> int:
        """How often the book has come back."""
        return sum(each.topic == Returned.TOPIC for each in (await self.place.log.streams([id]))[id])


@pytest.fixture
def library(place: Place) -> Library:
    return Library(place)


async def test_it_fires_when_it_is_due_and_not_before(library: Library) -> None:
    await library.lend("ice", MAY)
    due = datetime(2027, 5, 1, tzinfo=UTC)
    library.clock.at = due - timedelta(milliseconds=1)
    assert not await library.wheel.turn()
    library.clock.at = due
    assert await library.wheel.turn()
    assert await library.returns("ice") == 1
    assert (await library.repository.get(Book, "ice")).modified_on == due


async def test_the_wheel_asks_for_nothing_until_something_can_be_due(library: Library) -> None:
    asked = list[str]()

    class Counting:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(collection, name)

    collection, library.timers._timers = library.timers._timers, Counting()
    await library.lend("ice", JUNE)
    await library.wheel.turn()
    count = len(asked)
    for _ in range(5):
        library.clock.at += timedelta(hours=1)
        assert not await library.wheel.turn()
    assert len(asked) == count, "time alone goes on"
    await library.lend("fog", MAY)
    assert not await library.wheel.turn()
    assert len(asked) > count, "a nearer one may have come"
    library.clock.at = datetime.combine(MAY, time(), UTC)
    assert await library.wheel.turn()
    await library.follow()
    assert not await library.wheel.turn()
    library.clock.at = datetime.combine(JUNE, time(), UTC)
    assert await library.wheel.turn()
    assert [timer.subject for timer in library.rung] == ["fog", "ice"]


async def test_what_was_put_into_the_schedule_by_hand_is_noticed_before_long(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    await library.lend("ice", JUNE)
    await library.wheel.turn()
    await library.timers._timers.update_one({"subject": "ice"}, {"$set": {"due": AT - timedelta(days=1)}})
    assert not await library.wheel.turn()
    monkeypatch.setattr(timers, "LOOK_WITHIN", 0.0)
    assert await library.wheel.turn()


async def test_what_a_process_writes_after_it_lost_the_lease_sets_no_timer_back(library: Library) -> None:
    late = Late(library.place.db["timers"])
    await library.lend("ice", MAY)
    stalled = Timers(late, schedule)
    for at in await library.place.log.read(0, 1000):
        await stalled.apply([at])
    library.clock.at = datetime(2027, 5, 1, tzinfo=UTC)
    assert await library.wheel.turn()
    await library.lend("ice", JUNE)
    await late.arrive()
    upcoming = await library.timers.upcoming()
    assert upcoming is not None
    assert upcoming.due == datetime(2027, 6, 1, tzinfo=UTC)


async def test_a_cancellation_that_arrives_late_cancels_no_newer_timer(library: Library) -> None:
    await library.lend("ice", MAY)
    book = await library.repository.get(Book, "ice")
    book.take_back(at=AT)
    await library.repository.save(book)
    late = Late(library.place.db["timers"])
    await Timers(late, schedule).apply((await library.place.log.read(0, 1000))[-1:])
    await library.lend("ice", JUNE)
    await late.arrive()
    assert await library.timers.upcoming() is not None


async def test_it_fires_once_however_late_the_schedule_learns_of_it(library: Library) -> None:
    await library.lend("ice", MAY)
    library.clock.at = datetime(2027, 7, 1, tzinfo=UTC)
    assert await library.wheel.turn()
    assert not await library.wheel.turn()
    library.start()
    assert not await library.wheel.turn()
    await library.follow()
    assert not await library.wheel.turn()
    assert await library.returns("ice") == 1
    assert len(library.rung) == 1
    assert await library.timers.upcoming() is None


async def test_it_fires_once_across_a_crash(library: Library) -> None:
    await library.lend("ice", MAY)
    library.clock.at = datetime(2027, 7, 1, tzinfo=UTC)
    library.fails.add("ice")
    assert not await library.wheel.turn()
    library.fails.clear()
    library.start()
    assert await library.wheel.turn()
    library.start()
    assert not await library.wheel.turn()
    assert await library.returns("ice") == 1


async def test_it_fires_once_between_two_processes(library: Library) -> None:
    await library.lend("ice", MAY)
    library.clock.at = datetime(2027, 7, 1, tzinfo=UTC)
    other = Wheel(library.timers, library.repository, library.clock, library.ring, Metrics("tests"))
    due = await library.timers.due(library.clock.at)
    assert [await library.wheel._fire(due[0]), await other._fire(due[0])] == [True, False]
    assert await library.returns("ice") == 1


async def test_one_that_leads_to_nothing_is_settled_too(library: Library) -> None:
    await library.lend("ice", MAY)
    book = await library.repository.get(Book, "ice")
    book.take_back(at=AT)
    await library.repository.save(book)  # the schedule has not heard of it yet
    library.clock.at = datetime(2027, 7, 1, tzinfo=UTC)
    assert await library.wheel.turn()
    assert not await library.wheel.turn()
    assert await library.returns("ice") == 1


async def test_a_cancelled_one_does_not_fire(library: Library) -> None:
    await library.lend("ice", MAY)
    book = await library.repository.get(Book, "ice")
    book.take_back(at=AT)
    await library.repository.save(book)
    await library.follow()
    library.clock.at = datetime(2027, 7, 1, tzinfo=UTC)
    assert not await library.wheel.turn()
    assert library.rung == []


async def test_a_replaced_one_fires_at_its_new_time_only(library: Library) -> None:
    await library.lend("ice", MAY)
    book = await library.repository.get(Book, "ice")
    book.take_back(at=AT)
    book.lend(sealed(Personal, "Bob"), JUNE, at=AT)
    await library.repository.save(book)
    await library.follow()
    library.clock.at = datetime(2027, 5, 2, tzinfo=UTC)
    assert not await library.wheel.turn()
    library.clock.at = datetime(2027, 6, 2, tzinfo=UTC)
    assert await library.wheel.turn()
    assert [timer.due for timer in library.rung] == [datetime(2027, 6, 1, tzinfo=UTC)]


async def test_one_that_is_set_again_for_the_same_moment_fires_again(library: Library) -> None:
    await library.lend("ice", MAY)
    library.clock.at = datetime(2027, 7, 1, tzinfo=UTC)
    assert await library.wheel.turn()
    await library.lend("ice", MAY)
    assert await library.wheel.turn()
    await library.follow()
    assert not await library.wheel.turn()
    assert await library.returns("ice") == 2
    assert await library.timers.due(library.clock.at) == []


async def test_missed_ones_fire_in_order_of_time(library: Library) -> None:
    for number, name in enumerate(["third", "first", "second"]):
        await library.lend(name, MAY + timedelta(days=[3, 1, 2][number]))
    library.clock.at = datetime(2027, 7, 1, tzinfo=UTC)
    await library.wheel.turn()
    assert [timer.subject for timer in library.rung] == ["first", "second", "third"]


async def test_one_that_fails_holds_up_no_other_and_fires_later(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "FIRST_PAUSE", 60.0)
    await library.lend("bad", MAY)
    await library.lend("good", MAY + timedelta(days=1))
    library.fails.add("bad")
    library.clock.at = datetime(2027, 7, 1, tzinfo=UTC)
    assert await library.wheel.turn()
    assert [await library.returns(name) for name in ("bad", "good")] == [0, 1]
    rung = len(library.rung)
    assert not await library.wheel.turn()
    assert len(library.rung) == rung, "it is not tried again at once"
    monkeypatch.setattr(timers, "FIRST_PAUSE", 0.0)
    library.start()
    assert not await library.wheel.turn()
    library.fails.clear()
    assert await library.wheel.turn()
    assert await library.returns("bad") == 1


async def test_a_conflict_makes_it_decide_again(library: Library) -> None:
    await library.lend("ice", MAY)
    library.clock.at = datetime(2027, 7, 1, tzinfo=UTC)
    plain, rival = library.ring, Repository(library.place.log, library.clock, library.repository.ids)

    async def slow(timer: Timer) -> Sequence[Aggregate]:
        aggregates = await plain(timer)
        if len(library.rung) == 1:

            async def change() -> None:
                book = await rival.get(Book, "ice")
                book.take_back(at=AT)
                book.lend(sealed(Personal, "Bob"), JUNE, at=AT)
                await rival.save(book)

            await decide_again(change)
        return aggregates

    library.ring = slow  # type: ignore[method-assign]  # a story of its own
    library.start()
    assert await library.wheel.turn()
    assert len(library.rung) == 2
    assert_whole(await everything(library.place.log))


async def test_the_schedule_is_the_same_when_it_is_built_again(library: Library, place: Place) -> None:
    await library.lend("ice", MAY)
    await library.lend("fire", JUNE)
    library.clock.at = datetime(2027, 5, 2, tzinfo=UTC)
    await library.wheel.turn()
    await library.follow()
    again: Any = Timers(place.db["again"], schedule)
    async for batch in whole_log(place.log):
        await again.apply(batch)
    async for batch in whole_log(place.log, 1):
        await again.apply(batch)
    ours = await place.db["timers"].find().sort("_id").to_list(None)
    assert await place.db["again"].find().sort("_id").to_list(None) == ours
    assert [document["fired"] for document in ours] == [False, True]
