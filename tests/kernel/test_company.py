"""Services in one process, for stories: messages go round, time passes, and what goes wrong is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from kernel.aggregate import Aggregate, AnyEvent
from kernel.handlers import Handlers
from kernel.projections import Projection
from kernel.publishing import PublicEvent
from kernel.refusals import Refused
from kernel.service import Kernel, Spec
from kernel.testing import Company
from kernel.timers import Cancel, Timer
from tests.kernel.desk import AT, Called, Desk, Desks, Noted, handlers, publish

DAY = timedelta(days=1)
BOARD = Projection(
    "board", 1, lambda event: event.originator_id, lambda document, event: {"n": document.get("n", 0) + 1}
)


def remind(event: AnyEvent) -> Iterable[Timer | Cancel]:
    """Each note of ``later`` rings two days on."""
    if isinstance(event, Noted) and event.what in ("later", "poisoned"):
        yield Timer(event.what, event.originator_id, AT + 2 * DAY)


async def ring(app: Desks, timer: Timer) -> Sequence[Aggregate]:
    """Note that it rang."""
    if timer.name == "poisoned":
        raise Refused("T-5", "できません。", "No.")
    return await app.note(Called(desk=timer.subject, what="rang"))


def spec(name: str, **changed: Any) -> Spec:
    """A service of desks."""
    fields: dict[str, Any] = {
        "name": name,
        "title": name,
        "topics": ["calls"],
        "publish": lambda event: [],
        "handlers": Handlers(),
        "projections": [BOARD],
        "schedule": lambda event: [],
        "ring": ring,
        "opens": frozenset(),
        "application": desks,
        "routers": [],
    }
    return Spec(**(fields | changed))


def desks(kernel: Kernel) -> Desks:
    """The application object."""
    return Desks(kernel.repository)


def company(told: Any = publish, **options: Any) -> Company:
    """One service tells its notes, the other notes what it hears."""
    return Company(spec("front", publish=told, schedule=remind), spec("back", handlers=handlers), at=AT, **options)


async def note(company: Company, what: str) -> None:
    """A call at the front desk."""
    front = company["front"]
    await front.world.repository.save(*await front.application.note(Called(desk="a", what=what)))


async def test_what_one_service_says_the_other_hears() -> None:
    together = company()
    await note(together, "hello")
    await together.run()
    assert await together["back"].application.calls("a") == ["hello"]
    assert [message.name for message in together.published] == ["Called"]
    assert await together["back"].world.kernel([BOARD]).views.get("board", "a") == {"_id": "a", "_position": 2, "n": 2}


async def test_time_stops_where_something_falls_due() -> None:
    together = company()
    await note(together, "later")
    await together.move(AT + DAY)
    assert await together["back"].application.calls("a") == ["later"]
    await together.move(AT + 3 * DAY)
    assert await together["back"].application.calls("a") == ["later", "rang"]
    front = await together["front"].world.log.read(0, 10)
    assert [at.commit.at for at in front] == [AT, AT + 2 * DAY]
    assert together.clock.at == AT + 3 * DAY


async def test_a_timer_that_does_not_fire_fails_the_story() -> None:
    together = company()
    await note(together, "poisoned")
    with pytest.raises(AssertionError, match="front: timer poisoned does not fire") as failed:
        await together.move(AT + 3 * DAY)
    assert isinstance(failed.value.__cause__, Refused)


async def test_a_parked_message_fails_the_story_unless_it_may() -> None:
    def poison(event: AnyEvent) -> Sequence[PublicEvent]:
        return [Called(desk="a", what="poison")] if isinstance(event, Noted) else []

    together = company(poison)
    await note(together, "hello")
    with pytest.raises(AssertionError, match="back parked Called: Refused T-4"):
        await together.run()
    together = company(poison, parks=True)
    await note(together, "hello")
    await together.run()
    assert await together["back"].parking.count() == 1
    assert await together["back"].world.repository.find(Desk, "a") is None
