"""Consuming: order within a key, once and not twice, and nothing gets lost when something cannot be handled."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from kernel.clock import FixedClock
from kernel.consumer import Consumer
from kernel.ids import CountedIds
from kernel.log import Cause, CommitAt
from kernel.metrics import Metrics
from kernel.mongo import PyMongoError
from kernel.parking import Parking
from kernel.publishing import Message
from kernel.repository import Repository
from tests.kernel.commits import assert_whole, everything
from tests.kernel.conftest import Place
from tests.kernel.desk import AT, Called, Desks, call, handlers


class DeadLetters:
    """Keeps what is sent; fails while ``away``."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.away = False

    async def send_all(self, batch: Sequence[Message]) -> None:
        """See `kernel.relay.Producer`."""
        if self.away:
            raise TimeoutError
        self.sent += batch


class Office:
    """A consumer and what it stands on; ``restart`` is a new process."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.repository = Repository(place.log, FixedClock(AT), CountedIds())
        self.desks, self.parking, self.dead = Desks(self.repository), Parking(place.db["parked"]), DeadLetters()
        self.metrics = Metrics("tests")
        self.restart()

    def restart(self) -> None:
        """A new process."""
        self.consumer = Consumer(
            "office", self.desks, handlers, self.repository, self.parking, self.dead, FixedClock(AT), self.metrics,
            pauses=(0.001, 0.01),
        )  # fmt: skip

    async def commits(self) -> list[CommitAt]:
        """The whole log, found to be whole."""
        commits = await everything(self.place.log)
        assert_whole(commits)
        return commits

    def count(self, outcome: str) -> float:
        """How often a message ended so."""
        samples = (s for metric in self.metrics.consumed.collect() for s in metric.samples)
        return sum(s.value for s in samples if s.labels.get("outcome") == outcome and s.name.endswith("_total"))


@pytest.fixture
def office(place: Place) -> Office:
    return Office(place)


async def test_messages_of_one_key_keep_their_order(office: Office) -> None:
    batch = [call(n, f"desk {n % 7}", str(n)) for n in range(140)]
    await office.consumer.take(batch[:70])
    await office.consumer.take(batch[70:])
    for number in range(7):
        assert await office.desks.calls(f"desk {number}") == [str(n) for n in range(140) if n % 7 == number]
    await office.commits()


async def test_a_message_and_what_it_leads_to_are_one_commit(office: Office) -> None:
    await office.consumer.take([call(1, "a", "hello")])
    (at,) = await office.commits()
    assert [cause.message for cause in at.commit.causes] == ["calls/1"]
    assert [event.topic for event in at.commit.events] == ["tests.desk_opened.v1", "tests.call_noted.v1"]
    assert (at.commit.context.correlation, at.commit.context.causation) == ("a", "calls/1")


async def test_a_repeated_message_acts_once(office: Office) -> None:
    batch = [call(1, "a", "one"), call(2, "a", "two"), call(1, "a", "one")]
    await office.consumer.take(batch)
    await office.consumer.take(batch)
    office.restart()
    await office.consumer.take([*batch, call(3, "a", "three")])
    assert await office.desks.calls("a") == ["one", "two", "three"]
    await office.commits()


async def test_the_same_event_from_another_place_of_the_topic_acts_once(office: Office) -> None:
    await office.consumer.take([call(1, "a", "one", id="same")])
    await office.consumer.take([call(9, "a", "one", id="same")])
    assert await office.desks.calls("a") == ["one"]


async def test_two_processes_with_the_same_messages_act_once(office: Office) -> None:
    batch = [call(n, f"desk {n % 5}", str(n)) for n in range(50)]
    twin = Consumer(
        "office", office.desks, handlers, office.repository, office.parking, office.dead, FixedClock(AT),
        Metrics("twin"), pauses=(0.001,),
    )  # fmt: skip
    await asyncio.gather(office.consumer.take(batch), twin.take(batch))
    noted = [each for n in range(5) for each in await office.desks.calls(f"desk {n}")]
    assert sorted(noted, key=int) == [str(n) for n in range(50)]
    await office.commits()


async def test_events_of_no_concern_leave_no_trace(office: Office) -> None:
    await office.consumer.take([call(1, "a", "one", name="Elsewhere")])
    assert await office.commits() == []
    assert await office.parking.count() == 0


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
    assert await office.parking.drop(parked["_id"], by="officer-1", reason="sent in error", at=AT)
    assert not await office.parking.drop(parked["_id"], by="officer-1", reason="again", at=AT)
    assert not await office.parking.drop("nothing", by="officer-1", reason="no such", at=AT)
    await office.consumer.take([call(2, "a", "two")])
    assert await office.desks.calls("a") == ["two"]
    assert await office.parking.count() == 0
    kept = await office.place.db["parked"].find_one({"_id": parked["_id"]})
    assert kept["dropped"] == {"by": "officer-1", "reason": "sent in error", "at": AT}


async def test_what_has_to_come_first_is_waited_for(office: Office) -> None:
    async def arrives() -> None:
        while not office.desks.tries:  # noqa: ASYNC110  # it comes right after the first try
            await asyncio.sleep(0)
        office.desks.absent.clear()

    await asyncio.gather(office.consumer.take([call(1, "a", "wait"), call(2, "a", "two")]), arrives())
    assert await office.desks.calls("a") == ["wait", "two"]
    assert office.desks.tries == ["a:wait", "a:wait", "a:two"]


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


async def test_what_a_newer_publisher_adds_is_passed_over(office: Office) -> None:
    await office.consumer.take([call(1, "a", "one", data=b'{"desk": "a", "what": "one", "more": 1}')])
    assert await office.desks.calls("a") == ["one"]


async def test_a_record_that_is_no_message_is_kept_alone(office: Office) -> None:
    await office.consumer.unreadable(call(1, "calls/0/1", "x", data=b"\xff"), "headers cannot be read (KeyError)")
    assert await office.parking.count() == 1
    await office.consumer.take([call(2, "a", "two")])
    assert await office.desks.calls("a") == ["two"]


async def test_messages_that_lead_to_nothing_share_one_commit(office: Office) -> None:
    await office.consumer.take([call(n, f"desk {n}", "nothing") for n in range(30)])
    (at,) = await office.commits()
    assert len(at.commit.causes) == 30
    assert at.commit.events == ()
    office.desks.tries.clear()
    await office.consumer.take([call(n, f"desk {n}", "nothing") for n in range(30)])
    assert office.desks.tries == []


async def test_a_quiet_message_is_settled_with_the_next_of_its_key(office: Office) -> None:
    await office.consumer.take([call(1, "a", "nothing"), call(2, "a", "nothing"), call(3, "a", "three")])
    (at,) = await office.commits()
    assert [cause.message for cause in at.commit.causes] == ["calls/1", "calls/2", "calls/3"]


async def test_a_quiet_message_that_was_settled_elsewhere_does_not_lose_the_next(office: Office) -> None:
    batch = [call(1, "a", "nothing"), call(2, "a", "two")]
    original = office.repository.log.caused

    async def late(consumer: str, messages: Sequence[str]) -> dict[str, CommitAt]:
        office.repository.log.caused = original  # type: ignore[method-assign]  # another process is faster, once
        found = await original(consumer, messages)
        await office.repository.save(causes=[Cause("office", "calls/1")])
        return found

    office.repository.log.caused = late  # type: ignore[method-assign]  # see above
    await office.consumer.take(batch)
    assert await office.desks.calls("a") == ["two"]
    settled = await office.place.log.caused("office", ["calls/1", "calls/2"])
    assert settled.keys() == {"calls/1", "calls/2"}


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
