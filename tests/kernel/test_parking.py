"""Parking: what cannot be handled waits with its key, the others flow, and an officer replays or drops it."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.log import Cause
from kernel.mongo import PyMongoError
from tests.kernel.conftest import Place
from tests.kernel.desk import AT, Called, call
from tests.kernel.office import Office


@pytest.fixture
def office(place: Place) -> Office:
    return Office(place)


async def test_a_poison_message_parks_its_key_and_the_others_flow(office: Office) -> None:
    batch = [call(1, "a", "one"), call(2, "a", "poison"), call(3, "b", "b1"), call(4, "a", "two"), call(5, "b", "b2")]
    await office.consumer.take(batch)
    await office.consumer.take([call(6, "a", "three"), call(7, "b", "b3")])
    assert await office.desks.calls("a") == ["one"]
    assert await office.desks.calls("b") == ["b1", "b2", "b3"]
    assert [message.offset for message in await office.parking.waiting("a")] == [2, 4, 6]
    assert [message.offset for message in office.dead.sent] == [2, 4, 6]
    assert {message.topic for message in office.dead.sent} == {"office.dead-letters"}
    reasons = [parked["reason"] for parked in await office.parking.listed()]
    assert reasons == ["Refused T-4", *["behind an earlier parked message"] * 2]
    assert office.desks.tries.count("a:poison") == 3
    assert office.count("parked") == 3
    assert office.metrics.registry.get_sample_value("madoguchi_dead_letters_total") == 3


async def test_what_was_parked_is_the_message_as_it_was(office: Office) -> None:
    message = call(2, "a", "poison")
    await office.consumer.take([message])
    assert await office.parking.waiting("a") == [message]


async def test_a_parked_sequence_is_replayed_in_order(office: Office) -> None:
    await office.consumer.take([call(1, "a", "poison"), call(2, "a", "two"), call(3, "a", "three")])
    office.desks.broken.clear()
    assert await office.consumer.replay("a") == 3
    assert await office.desks.calls("a") == ["poison", "two", "three"]
    assert await office.parking.count() == 0
    await office.consumer.take([call(1, "a", "poison"), call(4, "a", "four")])
    assert await office.desks.calls("a") == ["poison", "two", "three", "four"]
    await office.commits()


async def test_a_replay_that_is_stopped_leaves_the_rest_parked(office: Office) -> None:
    await office.consumer.take([call(1, "a", "poison"), call(2, "a", "wait"), call(3, "a", "three")])
    office.desks.broken.clear()
    with pytest.raises(Exception, match="on its way"):
        await office.consumer.replay("a")
    assert [message.offset for message in await office.parking.waiting("a")] == [2, 3]
    assert await office.desks.calls("a") == ["poison"]


async def test_a_message_that_was_handled_meanwhile_is_not_tried_in_a_replay(office: Office) -> None:
    await office.consumer.take([call(1, "a", "poison")])
    office.desks.broken.clear()
    await office.parking.park(call(8, "a", "one", id="same"), "by hand", AT)
    await office.repository.save(
        *await office.desks.note(Called(desk="a", what="one")), causes=[Cause("office", "same")]
    )
    office.desks.tries.clear()
    assert await office.consumer.replay("a") == 2
    assert office.desks.tries == ["a:poison"]


async def test_a_dropped_message_no_longer_holds_its_key_up(office: Office) -> None:
    await office.consumer.take([call(1, "a", "poison")])
    (parked,) = await office.parking.listed()
    assert await office.consumer.drop(parked["_id"], by="officer-1", reason="sent in error")
    assert not await office.consumer.drop(parked["_id"], by="officer-1", reason="again")
    assert not await office.consumer.drop("nothing", by="officer-1", reason="no such")
    await office.consumer.take([call(2, "a", "two")])
    assert await office.desks.calls("a") == ["two"]
    assert await office.parking.count() == 0
    kept = await office.place.db["parked"].find_one({"_id": parked["_id"]})
    assert kept["dropped"] == {"by": "officer-1", "reason": "sent in error", "at": AT}


async def test_a_dropped_message_that_comes_again_does_not_act_after_all(office: Office) -> None:
    """Topics that are filled anew out of the log bring everything again, at other places."""
    await office.consumer.take([call(1, "a", "poison")])
    (parked,) = await office.parking.listed()
    assert await office.consumer.drop(parked["_id"], by="officer-1", reason="sent in error")
    office.desks.broken.clear()
    await office.consumer.take([call(7, "a", "poison", id=call(1, "a", "poison").id)])
    assert await office.desks.calls("a") == []
    assert await office.parking.count() == 0


async def test_what_never_comes_parks_the_message(office: Office) -> None:
    await office.consumer.take([call(1, "a", "wait")])
    (parked,) = await office.parking.listed()
    assert parked["reason"] == "the desk's key is on its way"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"version": 2}, "Called has version 2; this service knows 1"),
        ({"data": b'{"desk": "hana@example.com", "what": 5}'}, "does not match its schema at what"),
        ({"data": b"no json"}, "does not match its schema at "),
    ],
)
async def test_a_body_that_cannot_be_read_is_parked_at_once(
    office: Office, changed: dict[str, Any], reason: str
) -> None:
    await office.consumer.take([call(1, "a", "one", **changed)])
    (parked,) = await office.parking.listed()
    assert reason in parked["reason"]
    assert "hana" not in parked["reason"]
    assert office.desks.tries == []


async def test_a_record_that_is_no_message_is_kept_alone(office: Office) -> None:
    await office.consumer.unreadable(call(1, "calls/0/1", "x", data=b"\xff"), "headers cannot be read (KeyError)")
    assert await office.parking.count() == 1
    await office.consumer.take([call(2, "a", "two")])
    assert await office.desks.calls("a") == ["two"]


async def test_nothing_is_parked_before_its_dead_letter_is_confirmed(office: Office) -> None:
    office.dead.away = True
    with pytest.raises(ExceptionGroup):
        await office.consumer.take([call(1, "a", "poison"), call(2, "b", "b1")])
    assert await office.parking.count() == 0
    office.dead.away = False
    await office.consumer.take([call(1, "a", "poison"), call(2, "b", "b1")])
    assert await office.parking.count() == 1
    assert await office.desks.calls("b") == ["b1"]


async def test_a_storage_that_is_away_parks_nothing(office: Office) -> None:
    async def away(*_: object) -> None:
        raise PyMongoError

    office.desks.note = away  # type: ignore[method-assign, assignment]  # the storage is away
    with pytest.raises(ExceptionGroup):
        await office.consumer.take([call(1, "a", "one")])
    assert await office.parking.count() == 0
    assert office.dead.sent == []


async def test_a_batch_that_comes_again_after_a_crash_parks_a_message_once(office: Office) -> None:
    batch = [call(1, "a", "poison"), call(2, "a", "two")]
    await office.consumer.take(batch)
    office.restart()
    await office.consumer.take(batch)
    assert await office.parking.count() == 2
    assert [message.offset for message in await office.parking.waiting("a")] == [1, 2]
