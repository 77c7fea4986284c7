"""What a service says to others, and how it looks on the wire: CloudEvents in Kafka's binary mode.

The key is an aggregate's id and holds nothing personal; the value is the event's JSON; the headers carry event id,
type, time, position in the publisher's log, correlation, causation and the W3C trace context.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar, Protocol

import msgspec

from kernel.aggregate import AnyEvent
from kernel.log import Context, Recorded


class PublicEvent(Protocol):
    """An event of the published language."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int]
    TOPIC: ClassVar[str]

    @property
    def key(self) -> str:
        """The id of the aggregate that the event is about; equal keys keep their order."""

    def model_dump_json(self) -> str:
        """The event's data."""


SPECVERSION, CONTENT_TYPE = ("ce_specversion", b"1.0"), ("content-type", b"application/json")
Publish = Callable[[AnyEvent], Sequence[PublicEvent]]
"""A service's `publish.py`: pure; an empty sequence for what stays private."""


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event on the wire, as sent or as received."""

    id: str
    name: str
    version: int
    source: str
    topic: str
    key: str
    time: datetime
    position: int
    context: Context
    data: bytes
    partition: int = -1
    offset: int = -1

    def headers(self) -> list[tuple[str, bytes]]:
        """The CloudEvents headers."""
        made = [
            SPECVERSION,
            ("ce_id", self.id.encode()),
            ("ce_source", self.source.encode()),
            ("ce_type", f"{self.name}.v{self.version}".encode()),
            ("ce_time", self.time.isoformat().encode()),
            ("ce_position", b"%d" % self.position),
        ]
        context = self.context
        if context.correlation:
            made.append(("ce_correlationid", context.correlation.encode()))
        if context.causation:
            made.append(("ce_causationid", context.causation.encode()))
        if context.traceparent:
            made.append(("traceparent", context.traceparent.encode()))
        made.append(CONTENT_TYPE)
        return made


def messages(recorded: Recorded, event: AnyEvent, publish: Publish, source: str) -> list[Message]:
    """What a recorded event says to others. Their ids follow from the log alone, so a repetition is known as one."""
    made = []
    for number, public in enumerate(publish(event)):
        identity = f"{source}:{recorded.event.id}"
        made.append(
            Message(
                id=identity if number == 0 else f"{identity}+{number}",
                name=public.NAME,
                version=public.VERSION,
                source=source,
                topic=public.TOPIC,
                key=public.key,
                time=event.timestamp,
                position=recorded.position,
                context=recorded.context,
                data=public.model_dump_json().encode(),
            )
        )
    return made


class Unreadable(Exception):
    """A record on a topic that is not an event of the published language; says why without showing its content."""


def parse(topic: str, partition: int, offset: int, key: bytes | None, value: bytes | None, headers: object) -> Message:
    """A received record as a message. Raises `Unreadable`, and nothing else, whatever the bytes."""
    try:
        found = {str(name): bytes(raw).decode() for name, raw in headers or ()}  # type: ignore[attr-defined]  # untrusted
        name, _, version = found["ce_type"].rpartition(".v")
        if not key or value is None:
            raise Unreadable("a key or a body is missing")
        time, number, position = (
            datetime.fromisoformat(found["ce_time"]),
            int(version),
            int(found.get("ce_position", "0")),
        )
        if time.tzinfo is None or not 0 < number < 2**31 or not 0 <= position < 2**63:
            raise Unreadable("time zone, version or position cannot be right")
        return Message(
            id=found["ce_id"],
            name=name,
            version=number,
            source=found["ce_source"],
            topic=topic,
            key=key.decode(),
            time=time,
            position=position,
            context=Context(
                found.get("ce_correlationid", ""), found.get("ce_causationid", ""), found.get("traceparent", "")
            ),
            data=value,
            partition=partition,
            offset=offset,
        )
    except Unreadable:
        raise
    except Exception as broken:  # noqa: BLE001  # whatever the bytes do to the parser, it is the record's fault
        raise Unreadable(f"headers cannot be read ({type(broken).__name__})") from None
