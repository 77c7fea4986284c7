"""Events to bytes and back; old forms are lifted to the newest."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from kernel.ciphers import unseal
from kernel.log import StoredEvent
from kernel.mapper import UnknownEvent, restore, restored, store
from kernel.sealing import NotSealed, Personal
from kernel.testing import sealed
from kernel.testing.happenings import KEY
from tests.kernel.samples import Acquired, Book, Lent, Returned

AT = datetime(2027, 4, 1, 9, 30, 15, 123000, tzinfo=UTC)


def lent() -> Lent:
    return Lent(
        originator_id="book", originator_version=2, timestamp=AT, reader=sealed(Personal, "Ann"), until=date(2027, 5, 1)
    )


def test_an_event_comes_back_as_it_was() -> None:
    event = lent()
    stored = store(event)
    assert (stored.stream, stored.version, stored.topic, stored.id) == ("book", 2, "tests.book_lent.v1", "book/2")
    assert restore(stored) == event


def test_a_sealed_field_is_stored_as_a_token_for_this_event() -> None:
    state = msgspec.json.decode(store(lent()).state)
    assert unseal(Personal(state["reader"]), KEY) == "Ann"
    assert b"Ann" not in store(lent()).state


def test_an_open_value_in_a_sealed_field_is_not_read() -> None:
    state = msgspec.json.decode(store(lent()).state) | {"reader": "Ann"}
    with pytest.raises((NotSealed, msgspec.ValidationError)) as refused:
        restore(StoredEvent("book", 2, Lent.TOPIC, msgspec.json.encode(state)))
    assert "Ann" not in str(refused.value)


def test_the_first_form_is_lifted_to_the_second() -> None:
    state = msgspec.json.decode(store(lent()).state)
    del state["until"], state["class_version"]
    first_form = msgspec.json.encode(state | {"days": 30})
    lifted = restore(StoredEvent("book", 2, Lent.TOPIC, first_form))
    assert isinstance(lifted, Lent)
    assert lifted.until == date(2027, 5, 1)


def test_an_event_without_upcasts_says_no_version() -> None:
    book = Book.acquire("Ice", id="book", at=AT)
    stored = store(book.pending_events[0])  # type: ignore[arg-type]  # it is ours
    assert b"class_version" not in stored.state
    assert isinstance(restore(stored), Acquired)


def test_an_event_that_nobody_knows_is_named() -> None:
    with pytest.raises(UnknownEvent, match=r"tests\.book_burnt\.v1"):
        restore(StoredEvent("book", 2, "tests.book_burnt.v1", b"{}"))


def returned(version: int) -> StoredEvent:
    return store(Returned(originator_id="book", originator_version=version, timestamp=AT))


def test_many_come_back_as_each_would_and_in_their_order() -> None:
    state = msgspec.json.decode(store(lent()).state)
    del state["until"], state["class_version"]
    old = StoredEvent("book", 2, Lent.TOPIC, msgspec.json.encode(state | {"days": 30}))
    books = [store(Book.acquire(title, id=title, at=AT).pending_events[0]) for title in ("Ice", "Snow", "Ice 2")]  # type: ignore[arg-type]  # it is ours
    mixed = [books[0], old, returned(3), books[1], store(lent()), returned(4), returned(5), books[2]]
    assert restored(mixed) == [restore(each) for each in mixed]
    assert restored([]) == []


def test_of_many_none_shares_a_list_with_another() -> None:
    one, two = restored([store(Book.acquire("Ice", id=id, at=AT).pending_events[0]) for id in ("a", "b")])  # type: ignore[arg-type]  # it is ours
    assert isinstance(one, Acquired)
    assert isinstance(two, Acquired)
    assert one.shelves is not two.shelves


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b"{},{}"])
def test_a_broken_one_among_many_is_not_passed_over(state: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        restored([returned(2), StoredEvent("book", 3, Returned.TOPIC, state), returned(4)])


def test_of_many_the_one_that_nobody_knows_is_named() -> None:
    with pytest.raises(UnknownEvent, match=r"tests\.book_burnt\.v1"):
        restored([returned(2), StoredEvent("book", 3, "tests.book_burnt.v1", b"{}")])
