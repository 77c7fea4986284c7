"""Loading and saving aggregates, with snapshots on the way."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kernel.aggregate import Aggregate, Created, Event
from kernel.ciphers import seal
from kernel.clock import FixedClock
from kernel.freezing import form_of, freeze, thaw
from kernel.ids import CountedIds
from kernel.log import AlreadyHandled, Cause, VersionConflict
from kernel.mongo import PyMongoError
from kernel.refusals import NotFound, Stale
from kernel.repository import Repository, decide_again
from kernel.sealing import Personal
from kernel.snapshots import StoredSnapshots
from kernel.testing import sealed
from kernel.testing.scenario import state
from tests.kernel.commits import assert_whole, everything
from tests.kernel.conftest import Place
from tests.kernel.samples import Book

AT = datetime(2027, 4, 1, tzinfo=UTC)
MAY = date(2027, 5, 1)


class Pressed(Event, frozen=True, kw_only=True):
    """A counter was pressed."""

    TOPIC = "tests.counter_pressed.v1"

    def apply(self, aggregate: Counter) -> None:
        """One more."""
        aggregate.presses += 1


class Made(Created, frozen=True, kw_only=True):
    """A counter was made."""

    TOPIC = "tests.counter_made.v1"


class Counter(Aggregate):
    """It is pressed often."""

    TOPIC = "tests.counter"
    presses: int = 0

    def press(self) -> None:
        """Once."""
        self.record(Pressed, at=AT)


@pytest.fixture
def repository(place: Place) -> Repository:
    return Repository(place.log, FixedClock(AT), CountedIds())


async def test_what_was_saved_is_loaded(repository: Repository) -> None:
    book = Book.acquire("Ice", id="book", at=AT)
    book.lend(sealed(Personal, "Ann"), MAY, at=AT)
    assert await repository.save(book) == 1
    loaded = await repository.get(Book, "book")
    assert state(loaded) == state(book)
    assert not book.pending_events


async def test_what_is_not_there_or_of_another_kind_is_not_found(repository: Repository) -> None:
    await repository.save(Book.acquire("Ice", id="book", at=AT))
    assert await repository.find(Counter, "book") is None
    with pytest.raises(NotFound):
        await repository.get(Book, "nobody")


async def test_saving_nothing_writes_nothing_except_a_cause(repository: Repository) -> None:
    book = Book.acquire("Ice", id="book", at=AT)
    await repository.save(book)
    assert await repository.save(book) == 0
    assert await repository.save(book, causes=[Cause("c", "m")]) == 2
    with pytest.raises(AlreadyHandled):
        await repository.save(causes=[Cause("c", "m")])
    handled = await repository.handled(Cause("c", "m"))
    assert handled is not None
    assert handled.position == 2


async def test_of_two_who_changed_the_same_the_later_one_decides_again(repository: Repository) -> None:
    await repository.save(Counter.begin(Made, id="n", at=AT))

    async def press() -> None:
        counter = await repository.get(Counter, "n")
        counter.press()
        await repository.save(counter)

    await asyncio.gather(*(decide_again(press) for _ in range(20)))
    assert (await repository.get(Counter, "n")).presses == 20


async def test_a_save_that_failed_leaves_no_hole_when_the_same_object_goes_on(
    repository: Repository, place: Place
) -> None:
    counter = Counter.begin(Made, id="n", at=AT)
    await repository.save(counter)
    other = await repository.get(Counter, "n")
    other.press()
    await repository.save(other)
    counter.press()
    for _ in range(2):
        with pytest.raises(VersionConflict):
            await repository.save(counter)
        counter.press()
    assert_whole(await everything(place.log))


async def test_an_officer_who_read_an_older_version_is_told(repository: Repository) -> None:
    counter = Counter.begin(Made, id="n", at=AT)
    counter.seen_at(0)
    await repository.save(counter)
    counter.seen_at(None)
    counter.seen_at(1)
    for other in (0, 2):
        with pytest.raises(Stale):
            counter.seen_at(other)


async def test_loads_of_one_turn_share_a_query(place: Place) -> None:
    asked: list[Any] = []

    class Counting:
        def __getattr__(self, name: str) -> Any:
            if name == "streams":
                asked.append(name)
            return getattr(place.log, name)

    repository = Repository(Counting(), FixedClock(AT), CountedIds())
    for name in "abc":
        await repository.save(Counter.begin(Made, id=name, at=AT))
    found = await asyncio.gather(*(repository.find(Counter, name) for name in "abcab"))
    assert [counter.id for counter in found if counter] == list("abcab")
    assert asked == ["streams"]


class Tagged(Created, frozen=True, kw_only=True):
    """A list was made."""

    TOPIC = "tests.tags_made.v1"
    tags: list[str]


class Retagged(Event, frozen=True, kw_only=True):
    """It was made anew."""

    TOPIC = "tests.tags_made_anew.v1"
    tags: list[str]

    def apply(self, aggregate: Tags) -> None:
        """The new list."""
        aggregate.tags = self.tags


class Added(Event, frozen=True, kw_only=True):
    """One was added."""

    TOPIC = "tests.tag_added.v1"
    tag: str

    def apply(self, aggregate: Tags) -> None:
        """At the end."""
        aggregate.tags.append(self.tag)


class Tags(Aggregate):
    """A list that grows."""

    TOPIC = "tests.tags"
    tags: list[str]


async def test_state_that_grows_does_not_change_what_happened_before(repository: Repository) -> None:
    tags = Tags.begin(Tagged, id="t", at=AT, tags=[])
    tags.record(Added, at=AT, tag="a")
    tags.record(Retagged, at=AT, tags=["b"])
    tags.record(Added, at=AT, tag="c")
    assert tags.tags == ["b", "c"]
    await repository.save(tags)
    assert (await repository.get(Tags, "t")).tags == ["b", "c"]


async def test_one_who_gives_a_load_up_does_not_disturb_the_others(repository: Repository) -> None:
    await repository.save(Counter.begin(Made, id="n", at=AT))
    calls = [asyncio.create_task(repository.get(Counter, "n")) for _ in range(3)]
    await asyncio.sleep(0)
    calls[1].cancel()
    first, second, third = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(second, asyncio.CancelledError)
    assert isinstance(first, Counter)
    assert isinstance(third, Counter)
    assert first is not third


def test_a_thawed_aggregate_equals_the_frozen_one() -> None:
    book = Book.acquire("Ice", id="book", at=AT)
    book.lend(sealed(Personal, "Ann"), MAY, at=datetime(2027, 4, 2, tzinfo=UTC))
    assert book.reader is not None
    seal(book.reader, "book/2")
    frozen = freeze(book)
    assert b"Ann" not in frozen
    thawed = thaw(Book, "book", book.version, frozen)
    assert state(thawed) == state(book)
    assert thawed.pending_events == []


async def test_loading_goes_on_from_a_snapshot(place: Place) -> None:
    snapshots = place.db["snapshots"]
    repository = Repository(place.log, FixedClock(AT), CountedIds(), StoredSnapshots(snapshots, every=10))
    counter = Counter.begin(Made, id="n", at=AT)
    for _ in range(25):
        counter.press()
        await repository.save(counter)
    assert (await snapshots.find_one({"_id": "n"}))["version"] == 20
    await snapshots.update_one({"_id": "n"}, {"$set": {"state": freeze(counter).replace(b":25", b":1020")}})
    assert (await repository.get(Counter, "n")).presses == 1020 + 6
    assert (await repository.get(Counter, "n")).version == 26


async def test_a_snapshot_is_looked_for_only_where_there_may_be_one(place: Place) -> None:
    asked = list[Any]()

    class Counting:
        def __getattr__(self, name: str) -> Any:
            def noted(*what: Any, **more: Any) -> Any:
                asked.append((name, what[0]))
                return getattr(place.db["snapshots"], name)(*what, **more)

            return noted

    def process() -> Repository:
        return Repository(place.log, FixedClock(AT), CountedIds(), StoredSnapshots(Counting(), every=10))

    first = process()
    for id, presses in (("short", 3), ("long", 25)):
        counter = Counter.begin(Made, id=id, at=AT)
        for _ in range(presses):
            counter.press()
        await first.save(counter)
    later = process()
    asked.clear()
    for _ in range(3):
        assert (await later.get(Counter, "short")).presses == 3
        assert (await later.get(Counter, "long")).presses == 25
    looked = [what["_id"] for name, what in asked if name == "find_one"]
    assert looked == ["long"] * 3
    assert [name for name, _ in asked].count("find") == 1


async def test_a_snapshot_that_could_not_be_kept_is_taken_again_with_the_next_save(place: Place) -> None:
    class Away:
        """Takes no write, until it does."""

        away = True

        def __getattr__(self, name: str) -> Any:
            if name == "update_one" and self.away:
                raise PyMongoError("away")
            return getattr(place.db["snapshots"], name)

    stored = Away()
    repository = Repository(place.log, FixedClock(AT), CountedIds(), StoredSnapshots(stored, every=10))
    counter = Counter.begin(Made, id="n", at=AT)
    for _ in range(12):
        counter.press()
    await repository.save(counter)
    assert await place.db["snapshots"].find_one({"_id": "n"}) is None
    stored.away = False
    counter.press()
    await repository.save(counter)
    assert (await place.db["snapshots"].find_one({"_id": "n"}))["version"] == 14


async def test_after_a_lost_race_the_next_commit_takes_the_snapshot(place: Place) -> None:
    first, second = (
        Repository(place.log, FixedClock(AT), CountedIds(), StoredSnapshots(place.db["snapshots"], every=10))
        for _ in range(2)
    )
    counter = Counter.begin(Made, id="n", at=AT)
    for _ in range(8):
        counter.press()
    await first.save(counter)
    rival = await second.get(Counter, "n")
    rival.press()
    await second.save(rival)
    counter.press()
    _, writing = await first.hand_over(counter)
    with pytest.raises(VersionConflict):
        await writing
    again = await first.get(Counter, "n")
    again.press()
    _, writing = await first.hand_over(again)
    await writing
    assert (await place.db["snapshots"].find_one({"_id": "n"}))["version"] == 11


async def test_one_that_grew_long_in_another_process_is_found_to_be(place: Place) -> None:
    here, there = (
        Repository(place.log, FixedClock(AT), CountedIds(), StoredSnapshots(place.db["snapshots"], every=10))
        for _ in range(2)
    )
    with pytest.raises(NotFound):
        await here.get(Counter, "n")
    counter = Counter.begin(Made, id="n", at=AT)
    for _ in range(15):
        counter.press()
    await there.save(counter)
    assert (await here.get(Counter, "n")).presses == 15
    await place.db["snapshots"].update_one({"_id": "n"}, {"$set": {"state": freeze(counter).replace(b":15", b":1015")}})
    assert (await here.get(Counter, "n")).presses == 1015, "from now on its snapshot is looked for"


async def test_a_snapshot_of_another_form_is_passed_over(place: Place) -> None:
    snapshots = place.db["snapshots"]
    repository = Repository(place.log, FixedClock(AT), CountedIds(), StoredSnapshots(snapshots, every=2))
    counter = Counter.begin(Made, id="n", at=AT)
    counter.press()
    await repository.save(counter)
    await snapshots.update_one({"_id": "n"}, {"$set": {"form": "another", "state": b"no longer readable"}})
    assert (await repository.get(Counter, "n")).presses == 1
    assert form_of(Counter) != form_of(Book)


async def test_the_next_command_goes_on_before_the_first_is_written(place: Place, repository: Repository) -> None:
    counter, writing = Counter.begin(Made, id="counter-1", at=AT), []
    before = ""
    for _ in range(5):
        counter.press()
        before, written = await repository.hand_over(counter, after=before)
        writing.append(written)
    await asyncio.gather(*writing)
    assert (await repository.get(Counter, "counter-1")).presses == 5
    commits = await everything(place.log)
    assert_whole(commits)
    assert len(commits) == 5


async def test_what_is_built_upon_a_lost_race_is_not_written(place: Place, repository: Repository) -> None:
    await repository.save(Counter.begin(Made, id="counter-1", at=AT))
    ours, theirs = [await repository.get(Counter, "counter-1") for _ in range(2)]
    theirs.press()
    await repository.save(theirs)
    before, writing = "", []
    for _ in range(3):
        ours.press()
        before, written = await repository.hand_over(ours, after=before)
        writing.append(written)
    found = await asyncio.gather(*writing, return_exceptions=True)
    assert [type(each) for each in found] == [VersionConflict] * 3
    assert (await repository.get(Counter, "counter-1")).presses == 1
    assert_whole(await everything(place.log))
