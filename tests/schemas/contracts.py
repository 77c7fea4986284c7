"""Where both sides of the published language start: the committed example of an event.

A producer is to say exactly what the example says, out of a private event of its own; a consumer is to take it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from kernel.aggregate import AnyEvent, Created
from kernel.handlers import Handlers
from kernel.log import Context, Recorded
from kernel.mapper import restore, store
from kernel.publishing import Message, Publish, messages
from schemas.__main__ import example
from schemas.base import REGISTRY, Published
from schemas.values import Decision

AT = datetime(2026, 1, 15, tzinfo=UTC)
Tell = Callable[[Any], AnyEvent]
"""From an example to the private event that leads to it."""


def happened(
    kind: type[AnyEvent], told: Published, /, *, id: str = "", at: datetime = AT, version: int = 1, **fields: Any
) -> AnyEvent:
    """A private event; what it has under the same name as the public one is taken from there."""
    base = {"originator_id": id or told.key, "originator_version": version, "timestamp": at}
    if issubclass(kind, Created):
        base["originator_topic"] = "aggregate"
    own = {field.name for field in msgspec.structs.fields(kind)}
    same = {name: getattr(told, name) for name in type(told).model_fields if name in own}
    return kind(**same | base | fields)


def same(kind: type, told: object, /, **fields: Any) -> Any:
    """A value of a private event, filled likewise."""
    names = {field.name for field in msgspec.structs.fields(kind)}
    return kind(**{name: getattr(told, name) for name in names if hasattr(told, name)} | fields)


def decision(clause: str, edition: str = "secondment/2026", outcome: Any = "passed", **facts: Any) -> Decision:
    """A decision of the rules."""
    return Decision(clause=clause, outcome=outcome, edition=edition, by="rule", at=AT.isoformat(), facts=facts)


def said(event: AnyEvent, publish: Publish, source: str) -> list[Message]:
    """What others hear of a private event after it was stored and read again, as the relay sends it."""
    stored = store(event)
    return messages(Recorded(7, stored, event.timestamp, Context("case", "cause")), restore(stored), publish, source)


def must_say(kind: type[Published], event: AnyEvent, publish: Publish) -> None:
    """The producer's side: the private event leads to the example, value by value."""
    heard = [json.loads(message.data) for message in said(event, publish, kind.TOPIC) if message.name == kind.NAME]
    assert json.loads(example(kind).model_dump_json()) in heard, f"{type(event).__name__} said {heard or 'nothing'}"


def message_of(event: Published, **data: Any) -> Message:
    """An example as it comes from its topic, with further ``data`` in its body."""
    body = json.loads(event.model_dump_json()) | data
    return Message(
        id=f"{event.TOPIC}:{event.key}/1",
        name=event.NAME,
        version=event.VERSION,
        source=event.TOPIC,
        topic=f"test.{event.TOPIC}",
        key=event.key,
        time=AT,
        position=1,
        context=Context(),
        data=json.dumps(body, ensure_ascii=False).encode(),
    )


class Reached(Exception):
    """The reading is over; the service's own part begins."""


class Door:
    """An application object whose first use tells that the event was read."""

    def __getattr__(self, name: str) -> Any:
        raise Reached(name)


async def must_take(handlers: Handlers, message: Message) -> None:
    """The consumer's side: the message is read, and the service goes to work on it."""
    with pytest.raises(Reached):
        await handlers.handle(Door(), message)


def consumed(handlers: Handlers) -> Sequence[type[Published]]:
    """The published events that a service reacts to."""
    return [REGISTRY[name] for name in handlers.names]
