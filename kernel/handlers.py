"""A service's reactions to other services' events, by the event's name: what `handlers.py` of a service declares."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from kernel.aggregate import Aggregate
from kernel.publishing import Message, Unreadable

E = TypeVar("E", bound=BaseModel)
Handler = Callable[[Any, Any, Message], Awaitable[Sequence[Aggregate]]]


class Published(Protocol):
    """A class of the published language."""

    NAME: str
    VERSION: int


class Handlers:
    """Which published events a service reacts to, and how.

    A handler loads what it needs, decides, and returns the aggregates to save; the kernel saves them with the message
    as cause. It gets the service's application object, the event and the message.
    """

    def __init__(self) -> None:
        self._handlers: dict[str, tuple[Any, Handler]] = {}

    def on(self, kind: Any) -> Callable[[Handler], Handler]:
        """Register the reaction to one kind of event."""

        def keep(handler: Handler) -> Handler:
            if kind.NAME in self._handlers:
                raise ValueError(f"{kind.NAME} has a handler already")
            self._handlers[kind.NAME] = (kind, handler)
            return handler

        return keep

    @property
    def topics(self) -> list[str]:
        """The topics that the handlers' events come on."""
        return sorted({kind.TOPIC for kind, _ in self._handlers.values()})

    @property
    def names(self) -> list[str]:
        """The events that are reacted to."""
        return sorted(self._handlers)

    def wants(self, message: Message) -> bool:
        """Whether the message's kind concerns this service at all; decided on its name alone."""
        return message.name in self._handlers

    async def handle(self, app: Any, message: Message) -> Sequence[Aggregate]:
        """React. Raises `Unreadable` for a version or a body that this service does not know.

        Fields that it does not know yet are passed over: additions to an event must not stop who reads it.
        """
        kind, handler = self._handlers[message.name]
        if message.version != kind.VERSION:
            raise Unreadable(f"{message.name} has version {message.version}; this service knows {kind.VERSION}")
        try:
            event = kind.model_validate_json(message.data, extra="ignore")  # a newer publisher may say more
        except ValidationError as broken:
            places = sorted({".".join(map(str, error["loc"])) for error in broken.errors(include_input=False)})
            raise Unreadable(f"{message.name} does not match its schema at {', '.join(places)}") from None
        return await handler(app, event, message)
