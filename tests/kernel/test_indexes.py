"""What is asked again and again is answered out of an index: the database's own record of its queries says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kernel.indexes import index
from kernel.log import Cause, Commit, CommitAt
from kernel.mapper import store
from kernel.parking import Parking
from kernel.timers import CONSUMER, Timer, Timers
from kernel.views import Views
from services.notify.projections import PROJECTIONS
from tests.kernel.desk import Desk, Opened

AT = datetime(2027, 4, 1, tzinfo=UTC)
MANY = 200


async def plans(db: Any) -> list[str]:
    """How the database answered since its record was begun."""
    await db.command("profile", 0)
    seen = db["system.profile"].find({"ns": {"$not": {"$regex": "system"}}, "planSummary": {"$exists": True}})
    return [f"{each['ns']} {each['op']} {each['planSummary']}" async for each in seen]


def scans(found: list[str]) -> list[str]:
    """Those that read a whole collection."""
    return [each for each in found if "COLLSCAN" in each]


async def scheduled(timers: Timers) -> None:
    """Many timers, a few of which have fired."""
    desks = [Desk.begin(Opened, id=f"desk {n}", at=AT).pending_events[0] for n in range(MANY)]
    await timers.apply([CommitAt(n + 1, Commit(id=f"{n}", at=AT, events=(store(e),))) for n, e in enumerate(desks)])  # type: ignore[arg-type]  # ours only
    (first, second, *_) = await timers.due(AT + timedelta(days=1))
    causes = tuple(Cause(CONSUMER, each.id) for each in (first, second))
    await timers.apply([CommitAt(MANY + 1, Commit(id="fired", at=AT, causes=causes))])


@pytest.mark.parametrize("indexed", [True, False])
async def test_the_schedule_is_never_read_whole(db: Any, indexed: bool) -> None:
    timers = Timers(db["timers"], lambda event: [Timer("call", event.originator_id, AT)])
    if indexed:
        await timers.prepare()
    await db.command("profile", 2)
    await scheduled(timers)
    assert len(await timers.due(AT)) == MANY - 2
    assert (await timers.overdue(AT))[0] == MANY - 2
    assert await timers.upcoming() is not None
    found = await plans(db)
    assert len(found) > 5
    assert bool(scans(found)) is not indexed, scans(found)


async def test_no_batch_reads_all_that_is_parked(db: Any) -> None:
    parking = Parking(db["parked"])
    await parking.prepare()
    await db["parked"].insert_many([{"_id": f"{n}", "key": f"case-{n}"} for n in range(MANY)])
    await db.command("profile", 2)
    assert await parking.keys(["case-1", "case-900"]) == {"case-1"}
    assert scans(await plans(db)) == []


async def test_the_postman_does_not_read_all_letters_to_find_those_to_be_sent(db: Any) -> None:
    (letters,) = (each for each in PROJECTIONS if each.name == "letters")
    there = db[letters.collection]
    await index(there, letters.indexes)
    await there.insert_many([{"_id": f"{n}", "status": "sent", "_position": n} for n in range(MANY)])
    await there.insert_many([{"_id": f"new {n}", "status": "composed", "_position": n + MANY} for n in range(3)])
    await db.command("profile", 2)
    found = await Views(db, [letters]).some("letters", {"status": "composed"}, sort="_position", size=100)
    assert [each["_id"] for each in found] == ["new 0", "new 1", "new 2"]
    (asked,) = [each async for each in db["system.profile"].find({"op": "query", "ns": there.full_name})]
    assert (asked["docsExamined"], asked.get("hasSortStage", False)) == (3, False)


async def test_an_index_that_is_refused_keeps_nobody_from_starting(db: Any) -> None:
    """Somebody made it by hand under a name of his own; nothing is wrong but time."""
    await db["timers"].create_index([("timer", 1)], name="by hand")
    await index(db["timers"], [("timer",), ("due",)])
    assert {"by hand", "due_1"} <= set(await db["timers"].index_information())
