"""A published language of one event and a service that reacts to it, for the tests of consumers and relays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from kernel.aggregate import Aggregate, AnyEvent, Created, Event
from kernel.handlers import Handlers
from kernel.log import Context
from kernel.publishing import Message, PublicEvent
from kernel.refusals import NotYet, Refused
from kernel.repository import Repository

AT = datetime(2027, 4, 1, tzinfo=UTC)


class Called(BaseModel):
    """Somebody called at the desk ``desk``; ``what`` they wanted."""

    NAME: ClassVar[str] = "Called"
    VERSION: ClassVar[int] = 1
    TOPIC: ClassVar[str] = "calls"
    model_config = ConfigDict(extra="forbid")
    desk: str
    what: str

    @property
    def key(self) -> str:
        """The desk's id."""
        return self.desk


class Noted(Event, frozen=True, kw_only=True):
    """A call was noted."""

    TOPIC = "tests.call_noted.v1"
    what: str

    def apply(self, aggregate: Desk) -> None:
        """One more."""
        aggregate.calls.append(self.what)


class Opened(Created, frozen=True, kw_only=True):
    """A desk was opened."""

    TOPIC = "tests.desk_opened.v1"
    calls: list[str] = []  # noqa: RUF012  # msgspec copies it


class Desk(Aggregate):
    """It notes calls."""

    TOPIC = "tests.desk"
    calls: list[str]


class Desks:
    """The service's application: a call opens its desk if need be; ``poison`` fails, ``wait`` waits."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.broken, self.absent = {"poison"}, {"wait"}
        self.tries: list[str] = []

    async def note(self, call: Called) -> Sequence[Aggregate]:
        """React to a call."""
        self.tries.append(f"{call.desk}:{call.what}")
        if call.what in self.broken:
            raise Refused("T-4", "できません。", "No.")
        if call.what in self.absent:
            raise NotYet("the desk's key is on its way")
        desk = await self.repository.find(Desk, call.desk) or Desk.begin(Opened, id=call.desk, at=AT)
        if call.what != "nothing":
            desk.record(Noted, at=AT, what=call.what)
        elif desk.version == 1:
            return []
        return [desk]

    async def calls(self, desk: str) -> list[str]:
        """What the desk has noted."""
        found = await self.repository.find(Desk, desk)
        return found.calls if found else []


handlers = Handlers()


@handlers.on(Called)
async def on_called(app: Desks, event: Called, message: Message) -> Sequence[Aggregate]:
    """A call is noted at its desk."""
    return await app.note(event)


def publish(event: AnyEvent) -> Sequence[PublicEvent]:
    """Each note is told as a call elsewhere; one that says ``twice`` is told twice."""
    if not isinstance(event, Noted):
        return []
    return [Called(desk=event.originator_id, what=event.what)] * (2 if event.what == "twice" else 1)


def call(offset: int, desk: str, what: str, *, id: str = "", **changed: Any) -> Message:
    """A call as it comes from the topic."""
    fields = {
        "id": id or f"calls/{offset}",
        "name": "Called",
        "version": 1,
        "source": "tests",
        "topic": "tests.calls",
        "key": desk,
        "time": AT,
        "position": offset,
        "context": Context(),
        "data": Called(desk=desk, what=what).model_dump_json().encode(),
        "partition": 0,
        "offset": offset,
    }
    return Message(**(fields | changed))  # type: ignore[arg-type]  # what tests change has the right types
