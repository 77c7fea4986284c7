"""The test support says what it should, and fails where it should."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kernel.sealing import Personal
from kernel.testing import World, event, given, like, sealed
from tests.kernel.samples import Acquired, Book, Lent, Returned

AT = datetime(2027, 4, 1, 9, tzinfo=UTC)
MAY = date(2027, 5, 1)
ANN, BOB = sealed(Personal, "Ann"), sealed(Personal, "Bob")
LENT = event(Lent, reader=ANN, until=MAY)


def test_a_command_makes_an_aggregate() -> None:
    given().when(Book.acquire, "Ice", id="b", at=AT).then(event(Acquired, title="Ice")).leaves(title="Ice", version=1)


def test_a_command_leads_to_an_event_an_answer_and_a_state() -> None:
    story = given(event(Acquired, title="Ice"), of=Book).when(Book.lend, ANN, MAY, at=AT)
    story.then(LENT).leaves(until=MAY, reader=sealed(Personal, "Ann", field="other"), lendings={2: MAY})
    assert story.answer == "until 2027-05-01"


def test_sealed_fields_are_compared_by_their_text() -> None:
    story = given(event(Acquired, title="Ice"), of=Book).when(Book.lend, ANN, MAY, at=AT)
    with pytest.raises(AssertionError, match=r"Lent\.reader: expected 'Personal:Bob', was 'Personal:Ann'"):
        story.then(event(Lent, reader=BOB, until=MAY))


def test_some_fields_alone_can_be_compared() -> None:
    story = given(event(Acquired, title="Ice"), of=Book).when(Book.lend, ANN, MAY, at=AT)
    story.then(like(Lent, until=MAY))
    with pytest.raises(AssertionError, match=r"Lent\.until: expected '2027-05-02', was '2027-05-01'"):
        story.then(like(Lent, until=date(2027, 5, 2)))
    with pytest.raises(AssertionError, match=r"Lent\.reader: expected '\(nothing said\)'"):
        story.then(event(Lent, until=MAY))
    with pytest.raises(AssertionError, match=r"Lent\.untill: expected .* was '\(no such field\)'"):
        story.then(like(Lent, untill=MAY))


def test_a_missing_and_a_surplus_event_are_shown() -> None:
    story = given(event(Acquired, title="Ice"), LENT, of=Book).when(Book.take_back, at=AT)
    with pytest.raises(AssertionError, match=r"expected:\n  nothing\nbut this happened:\n  Returned\(\)"):
        story.then()
    with pytest.raises(AssertionError, match=r"expected:\n  Returned\(\)\n  Returned\(\)"):
        story.then(event(Returned), event(Returned))
    story.then(event(Returned)).when(Book.take_back, at=AT).then()


def test_a_refusal_names_its_clause() -> None:
    story = given(event(Acquired, title="Ice"), LENT, of=Book).when(Book.lend, BOB, MAY, at=AT)
    story.refused("T-2")
    with pytest.raises(AssertionError, match="refused, but under T-2: It is lent"):
        story.refused("T-1")
    with pytest.raises(AssertionError, match="refused under T-2"):
        story.then(LENT)
    given().when(Book.acquire, "", id="b", at=AT).refused("T-1", pointer="/title")


def test_a_refusal_that_did_not_come_is_missed() -> None:
    story = given(event(Acquired, title="Ice"), of=Book).when(Book.lend, ANN, MAY, at=AT)
    with pytest.raises(AssertionError, match=r"not refused under T-2; what happened:\n  Lent\("):
        story.refused("T-2")


def test_a_guard_that_comes_after_the_event_is_found() -> None:
    with pytest.raises(AssertionError, match="guards first"):
        given(event(Acquired, title="Ice"), LENT, of=Book).when(Book.spoil, at=AT)


def test_a_state_that_does_not_come_from_events_is_found() -> None:
    def retitle(book: Book) -> None:
        book.title = "Fire"

    with pytest.raises(AssertionError, match="does not lead to the same state"):
        given(event(Acquired, title="Ice"), of=Book).when(retitle)


async def test_a_world_keeps_what_happened() -> None:
    world = World(AT)
    sealer = await world.vault.sealer("ann")
    book = Book.acquire("Ice", id="b", at=AT)
    book.lend(sealer.personal("reader", "Ann"), MAY, at=AT)
    await world.repository.save(book)
    loaded = await world.repository.get(Book, "b")
    assert loaded.reader is not None
    assert await world.vault.open(loaded.reader) == "Ann"
    assert [type(each) for each in await world.events("b")] == [Acquired, Lent]
