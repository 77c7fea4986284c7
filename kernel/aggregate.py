"""Aggregates and their private events: the `eventsourcing` library's, with event classes made by `msgspec`.

An event is a frozen struct with a written-down name (`TOPIC`), so moving a class never breaks a log. Guards stand in
the aggregate's public methods; an event's ``apply`` only changes state and never refuses.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

import msgspec
from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate
from eventsourcing.utils import register_topic

from kernel.refusals import Stale


class Event(msgspec.Struct, CanMutateAggregate[str], frozen=True, kw_only=True):
    """Something that happened to an aggregate. ``timestamp`` is the moment of the decision, in UTC."""

    TOPIC: ClassVar[str]
    originator_id: str
    originator_version: int
    timestamp: datetime

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "TOPIC" in cls.__dict__:
            register_topic(cls.TOPIC, cls)

    def _as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__struct_fields__}


class Created(msgspec.Struct, CanInitAggregate[str], frozen=True, kw_only=True):
    """The first event of an aggregate; fields named like the aggregate's own become its first state."""

    TOPIC: ClassVar[str]
    originator_id: str
    originator_version: int
    timestamp: datetime
    originator_topic: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "TOPIC" in cls.__dict__:
            register_topic(cls.TOPIC, cls)

    def _as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__struct_fields__}


AnyEvent = Event | Created


class Aggregate(BaseAggregate[str]):
    """A thing with an identity whose state is the fold of its events.

    Subclasses declare ``TOPIC`` and their state as annotated fields with defaults. Public methods take the time
    (``at``, UTC) and ids as arguments: nothing here reads a clock or makes an id.
    """

    TOPIC: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "TOPIC" in cls.__dict__:
            register_topic(cls.TOPIC, cls)

    @classmethod
    def begin(cls, event: type[Created], *, id: str, at: datetime, **fields: Any) -> Self:
        """A new aggregate out of its first event."""
        made = cls._create(event, id=id, timestamp=at, **fields)
        made._detach_last()
        return made

    def record(self, event: type[Event], *, at: datetime, **fields: Any) -> None:
        """Trigger ``event``; the guards have been passed already."""
        self.trigger_event(event, timestamp=at, **fields)
        self._detach_last()

    def _detach_last(self) -> None:
        """Give the pending event lists of its own: those it was made with may have become the aggregate's state."""
        self.pending_events[-1] = _own(self.pending_events[-1])

    def seen_at(self, version: int | None) -> None:
        """Guard of an officer's command: the version that was read must still be the latest. Raises `Stale`."""
        if version is not None and version != self.recorded_version:
            raise Stale(version, self.recorded_version)

    @property
    def recorded_version(self) -> int:
        """The version that readers see: what is pending does not count. 0 before the first event was recorded."""
        return self.version - len(self.pending_events)


def _own(value: Any) -> Any:
    """The value with lists, sets and dictionaries of its own, however deep; sealed values stay the same objects."""
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(value, **{n: _own(getattr(value, n)) for n in value.__struct_fields__})
    if isinstance(value, dict):
        return {key: _own(item) for key, item in value.items()}
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(_own(item) for item in value)
    return value
