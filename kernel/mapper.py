"""Events to bytes and back, with upcasting: `eventsourcing`'s mapper contract on `msgspec`.

An event class may have ``class_version = n`` and static methods ``upcast_v1_v2(state)`` … that mend the decoded JSON of
older events in place; the class then only ever sees its newest form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

import msgspec
from eventsourcing.utils import TopicError, resolve_topic

from kernel.aggregate import AnyEvent
from kernel.ciphers import seal
from kernel.log import CommitAt, Recorded, StoredEvent
from kernel.sealing import Sealed, unseal_hook

REMEMBERED, FEW = 2048, 500
"""Events that are restored once for all who follow the log, where they are so few at a time."""


class UnknownEvent(Exception):
    """The log holds an event whose name no class of this service bears."""


def store(event: AnyEvent) -> StoredEvent:
    """The event as it is kept; fresh sealed fields are sealed now, for this event."""
    identity = f"{event.originator_id}/{event.originator_version}"

    def hook(value: Any) -> Any:
        if isinstance(value, Sealed):
            return seal(value, identity)
        raise NotImplementedError(f"{type(value).__name__} has no stored form")

    state = msgspec.json.encode(event, enc_hook=hook)
    version = getattr(type(event), "class_version", 1)
    if version > 1:
        state = state[:-1] + b',"class_version":%d}' % version
    return StoredEvent(event.originator_id, event.originator_version, type(event).TOPIC, state)


def restore(stored: StoredEvent) -> AnyEvent:
    """The event from its bytes, upcast to its newest form. Raises `UnknownEvent`."""
    cls = event_class(stored.topic)
    if getattr(cls, "class_version", 1) > 1:
        return msgspec.convert(_upcast(cls, msgspec.json.decode(stored.state)), cls, dec_hook=unseal_hook)
    event: AnyEvent = _decoder(cls).decode(stored.state)
    return event


@lru_cache(maxsize=REMEMBERED)
def looked_at(stored: StoredEvent) -> AnyEvent:
    """As `restore`, once for all who only look: relay, schedule and read models follow the same events.

    An aggregate is not made of them: its state may grow out of an event's own lists.
    """
    return restore(stored)


def restored(stored: Sequence[StoredEvent]) -> list[AnyEvent]:
    """As `restore` of each, in their order; those of a name are decoded at once, which takes a third of the time."""
    places: dict[str, list[int]] = {}
    for place, each in enumerate(stored):
        places.setdefault(each.topic, []).append(place)
    made: dict[int, AnyEvent] = {}
    for topic, named in places.items():
        made.update(zip(named, _of_one_name(event_class(topic), [stored[place] for place in named]), strict=True))
    return [made[place] for place in range(len(stored))]


def _of_one_name(cls: type[AnyEvent], stored: list[StoredEvent]) -> list[AnyEvent]:
    if len(stored) == 1 or getattr(cls, "class_version", 1) > 1:
        return [restore(each) for each in stored]
    events: list[AnyEvent] = _decoder_of_many(cls).decode(b"[" + b",".join([each.state for each in stored]) + b"]")
    return events


def looked_through(batch: Iterable[CommitAt]) -> list[tuple[Recorded, AnyEvent]]:
    """What a batch of the log holds, each with its event: as `looked_at`."""
    found = [recorded for at in batch for recorded in at.recorded()]
    return list(zip(found, all_looked_at([recorded.event for recorded in found]), strict=True))


def all_looked_at(stored: Sequence[StoredEvent]) -> Iterable[AnyEvent]:
    """As `looked_at` of each, in their order; more than are remembered anyway at once."""
    return map(looked_at, stored) if len(stored) <= FEW else restored(stored)


@cache
def event_class(topic: str) -> type[AnyEvent]:
    """The class that bears a stored name. Raises `UnknownEvent`."""
    try:
        cls: type[AnyEvent] = resolve_topic(topic)
    except TopicError:
        raise UnknownEvent(topic) from None
    return cls


@cache
def _decoder(cls: type[AnyEvent]) -> Any:
    return msgspec.json.Decoder(cls, dec_hook=unseal_hook)


@cache
def _decoder_of_many(cls: type[AnyEvent]) -> Any:
    return msgspec.json.Decoder(list[cls], dec_hook=unseal_hook)  # type: ignore[valid-type]  # known at run time


def _upcast(cls: type[AnyEvent], state: dict[str, Any]) -> dict[str, Any]:
    version = state.pop("class_version", 1)
    while version < getattr(cls, "class_version", 1):
        getattr(cls, f"upcast_v{version}_v{version + 1}")(state)
        version += 1
    return state
