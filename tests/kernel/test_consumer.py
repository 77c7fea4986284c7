"""Consuming: order within a key, once and not twice, and nothing gets lost when something is away."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from kernel.clock import FixedClock
from kernel.consumer import Consumer
from kernel.log import Cause, CommitAt
from kernel.metrics import Metrics
from tests.kernel.conftest import Place
from tests.kernel.desk import AT, call, handlers
from tests.kernel.office import Office


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


async def test_a_message_twice_in_a_batch_that_leads_to_nothing_is_decided_and_settled_once(office: Office) -> None:
    nothing = call(1, "a", "nothing")
    await office.consumer.take([nothing, nothing, call(2, "a", "two"), nothing])
    (at,) = await office.commits()
    assert [cause.message for cause in at.commit.causes] == ["calls/1", "calls/2"]
    assert len(office.desks.tries) == 2


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


async def test_what_has_to_come_first_is_waited_for(office: Office) -> None:
    async def arrives() -> None:
        while not office.desks.tries:  # noqa: ASYNC110  # it comes right after the first try
            await asyncio.sleep(0)
        office.desks.absent.clear()

    await asyncio.gather(office.consumer.take([call(1, "a", "wait"), call(2, "a", "two")]), arrives())
    assert await office.desks.calls("a") == ["wait", "two"]
    assert office.desks.tries == ["a:wait", "a:wait", "a:two"]


async def test_what_a_newer_publisher_adds_is_passed_over(office: Office) -> None:
    await office.consumer.take([call(1, "a", "one", data=b'{"desk": "a", "what": "one", "more": 1}')])
    assert await office.desks.calls("a") == ["one"]


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
