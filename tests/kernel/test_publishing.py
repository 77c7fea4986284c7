"""Messages on the wire: what was sent is received, and whatever else is received is refused as unreadable."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from kernel.batches import place
from kernel.log import Context, Recorded
from kernel.mapper import store
from kernel.publishing import Message, Unreadable, messages, parse
from tests.kernel.desk import AT, Noted, call, publish

NAMES = [
    "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_position", "ce_correlationid", "ce_causationid",
    "traceparent", "content-type",
]  # fmt: skip


def received(message: Message) -> Message:
    """The message after its way over the wire."""
    headers = message.headers()
    return parse(message.topic, message.partition, message.offset, message.key.encode(), message.data, headers)


def test_what_was_sent_is_received() -> None:
    message = call(7, "机", "こんにちは", context=Context("road", "before", "00-1-2-01"))
    assert received(message) == message
    assert received(call(7, "a", "x")) == call(7, "a", "x")


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=9))])), st.integers(0, 2**63 - 1))
def test_any_time_and_position_survive(at: datetime, position: int) -> None:
    message = call(7, "a", "x", time=at, position=position)
    assert received(message) == message


def test_the_headers_are_cloudevents() -> None:
    headers = dict(call(7, "a", "x", context=Context("road", "before", "00-1-2-01")).headers())
    assert list(headers) == NAMES
    assert headers["ce_type"] == b"Called.v1"
    assert headers["ce_specversion"] == b"1.0"
    assert not {"ce_correlationid", "traceparent"} & dict(call(7, "a", "x").headers()).keys()


HEADER = st.tuples(
    st.sampled_from(NAMES) | st.text() | st.none(),
    st.binary()
    | st.none()
    | st.sampled_from([b"", b"Called.v1", b".v", b"x.v-1", b"9" * 30, b"9" * 9999, b"2027-04-01"]),
)


@given(
    st.none() | st.binary(),
    st.none() | st.binary(),
    st.none() | st.lists(HEADER) | st.lists(st.binary()) | st.integers() | st.lists(st.tuples(st.text())),
)
def test_whatever_comes_is_a_message_or_unreadable(key: Any, value: Any, headers: Any) -> None:
    with contextlib.suppress(Unreadable):
        parse("calls", 0, 1, key, value, headers)


@given(st.sampled_from(NAMES), st.binary() | st.none() | st.text().map(str.encode))
def test_one_odd_header_makes_a_message_or_unreadable(name: str, odd: Any) -> None:
    headers: list[Any] = [(each, odd if each == name else raw) for each, raw in call(1, "a", "x").headers()]
    try:
        message = parse("calls", 0, 1, b"a", b"{}", headers)
    except Unreadable:
        return
    assert message.time.tzinfo is not None
    assert 0 < message.version < 2**31
    assert 0 <= message.position < 2**63


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("ce_type", "Called"), ("ce_type", "Called.v0"), ("ce_type", "Called.v9999999999"), ("ce_time", "yesterday"),
        ("ce_time", "2027-04-01T00:00:00"), ("ce_position", str(2**63)), ("ce_position", "-1"),
    ],
)  # fmt: skip
def test_a_header_that_cannot_be_right_is_unreadable(name: str, odd: str) -> None:
    headers = [(each, odd.encode() if each == name else raw) for each, raw in call(1, "a", "x").headers()]
    with pytest.raises(Unreadable) as why:
        parse("calls", 0, 1, b"a", b"{}", headers)
    assert odd not in str(why.value)


@pytest.mark.parametrize("name", ["ce_id", "ce_source", "ce_type", "ce_time"])
def test_a_missing_header_is_unreadable(name: str) -> None:
    headers = [(each, raw) for each, raw in call(1, "a", "x").headers() if each != name]
    with pytest.raises(Unreadable):
        parse("calls", 0, 1, b"a", b"{}", headers)


@pytest.mark.parametrize(("key", "value"), [(None, b"{}"), (b"", b"{}"), (b"a", None), (b"\xff", b"{}")])
def test_a_missing_key_or_body_is_unreadable(key: bytes | None, value: bytes | None) -> None:
    with pytest.raises(Unreadable):
        parse("calls", 0, 1, key, value, call(1, "a", "x").headers())


def test_the_ids_of_what_is_published_follow_from_the_log_alone() -> None:
    event = Noted(originator_id="a", originator_version=2, timestamp=AT, what="twice")
    recorded = Recorded(41, store(event), AT, Context("road"))
    made = messages(recorded, event, publish, "tests")
    assert [message.id for message in made] == ["tests:a/2", "tests:a/2+1"]
    assert {(message.position, message.key, message.time) for message in made} == {(41, "a", AT)}
    assert made == messages(recorded, event, publish, "tests")
    assert made[0].context == Context("road")
    quiet = msgspec.structs.replace(event, what="once")
    assert len(messages(recorded, quiet, publish, "tests")) == 1


@given(st.binary(max_size=64), st.integers(1, 64))
def test_a_key_goes_where_every_client_of_kafka_puts_it(key: bytes, partitions: int) -> None:
    assert place(key, partitions) == DefaultPartitioner()(key, range(partitions), None)
