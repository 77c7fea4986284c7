"""The work lists' read model is a fold of the log and nothing else."""

from __future__ import annotations

import pytest

from kernel.projector import rebuild_and_compare
from kernel.testing.happenings import event
from kernel.timers import Cancel
from services.screening.domain.case import Withdrawn
from services.screening.projections import PROJECTIONS
from services.screening.timers import ALARMS, OUTCOME, schedule
from tests.screening.desk import Desk
from tests.screening.forms import SECONDMENT, form, named, secondee, submitted, tokyo


async def test_rebuilt_from_nothing_it_is_the_same() -> None:
    desk = await Desk.open(tokyo(2026, 2, 1), submitted(form()), named(secondee(toeic=None)))
    await desk.order("waivers/S-SC-8", outcome="granted")
    await desk.company.move(tokyo(2026, 2, 26))
    assert await desk.waiting("held") == ["app-1"]
    assert await rebuild_and_compare(desk.world.log, PROJECTIONS[0], desk.world.db) == []
    await desk.world.db[PROJECTIONS[0].collection].update_one({"_id": "screening-app-1"}, {"$set": {"status": "lost"}})
    assert await rebuild_and_compare(desk.world.log, PROJECTIONS[0], desk.world.db) == ["screening-app-1"]


@pytest.mark.clause("S-SC-9")
async def test_the_papers_timer_is_due_at_midnight_in_tokyo() -> None:
    desk = await Desk.open(tokyo(2026, 2, 1), submitted(form()), named(secondee()))
    upcoming = await desk.screening.timers.upcoming()
    assert upcoming is not None
    assert (upcoming.name, upcoming.subject) == ("papers due", f"screening-{SECONDMENT}")
    assert upcoming.due == tokyo(2026, 2, 25, 0, 0)


def test_a_withdrawal_takes_the_timer_back() -> None:
    made = event(Withdrawn).made(None, "screening-app-1", 3)
    assert list(schedule(made)) == [Cancel(name, "screening-app-1") for name in (*ALARMS, OUTCOME)]
