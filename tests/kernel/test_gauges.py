"""The looks of a running service, one by one: what they tell, and what they tell when there is no answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kernel.checkpoints import StoredCheckpoints
from kernel.clock import FixedClock
from kernel.follower import Follower, holes
from kernel.gauges import Gauges
from kernel.groupcommit import GroupCommit
from kernel.handlers import Handlers
from kernel.lag import Lag
from kernel.log import CommitAt
from kernel.memory import MemoryBackend, MemoryLog
from kernel.metrics import Metrics
from kernel.mongo import PyMongoError
from kernel.mongolog import MongoLog
from kernel.parking import Parking
from kernel.settings import Settings
from kernel.testing import MemoryDatabase
from kernel.timers import Timers
from kernel.watching import Backlog, Invariant
from tests.kernel.commits import AT, commit, event


async def nothing(batch: list[CommitAt]) -> None:
    """Follows alone."""


@dataclass
class Running:
    """As much of a service as the looks ask."""

    broken: int = 0
    leads: bool = True
    metrics: Metrics = field(default_factory=lambda: Metrics("tests"))
    log: Any = field(default_factory=MemoryLog)
    db: Any = field(default_factory=MemoryDatabase)

    def __post_init__(self) -> None:
        self.settings, self.clock = Settings(prefix="tests", master_key_file=Path("none")), FixedClock(AT)
        self.parking, self.checkpoints = Parking(self.db["parked"]), StoredCheckpoints(self.db["checkpoints"])
        self.timers = Timers(self.db["timers"], lambda event: [])
        self.followers = [Follower("relay", self.log, self.checkpoints, nothing)]
        self.shards = [self]
        self.kernel, self.application = SimpleNamespace(views="views"), "application"
        invariant, backlog = Invariant("whole", "G-1", self._broken), Backlog("letters", self._letters)
        self.spec = SimpleNamespace(name="tests", handlers=Handlers(), invariants=[invariant], backlogs=[backlog])
        self.moment = 100.0
        lag = Lag("127.0.0.1:1", "tests", "tests", [])
        self.gauges = Gauges(self, lag, lambda: self.moment)  # type: ignore[arg-type]  # a stand-in

    async def _broken(self, application: Any) -> int:
        assert application == "application"
        return self.broken

    async def _letters(self, views: Any) -> dict[str, int]:
        assert views == "views"
        return {"failing": 2, "given_up": 0}

    def told(self, name: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(f"madoguchi_{name}", labels)


async def test_the_storage_look_tells_what_waits_and_for_how_long() -> None:
    running = Running()
    await running.log.append(commit(event("a", 1)))
    due = {"name": "t", "subject": "s", "due": AT - timedelta(seconds=90), "fired": False, "position": 1, "place": 0}
    await running.db["timers"].insert_one(due | {"_id": "t|s"})
    for number, key in enumerate(("a", "a", "b")):
        await running.db["parked"].insert_one({"_id": number, "key": key})
    await running.gauges.storage()
    running.moment = 130.0
    await running.gauges.storage()
    assert running.told("log_tail") == 2
    assert running.told("follower_behind_seconds", follower="relay") == 30
    assert (running.told("timers_due"), running.told("timers_late_seconds")) == (1, 90)
    assert (running.told("parked_messages"), running.told("parked_sequences")) == (3, 2)
    await running.checkpoints.write("relay", 1, token=1)
    await running.gauges.storage()
    assert running.told("follower_behind_seconds", follower="relay") == 0
    assert running.told("follower_position", follower="relay") == 1


async def test_a_database_that_does_not_answer_is_told_and_so_is_its_return() -> None:
    class Away(MemoryLog):
        away = True

        async def tail(self) -> int:
            if self.away:
                raise PyMongoError
            return 1

    running = Running(log=Away())
    with pytest.raises(PyMongoError):
        await running.gauges.storage()
    assert running.told("storage_away", access="read") == 1
    running.log.away = False
    await running.gauges.storage()
    assert running.told("storage_away", access="read") == 0


async def test_a_lease_that_is_not_written_for_long_tells_that_writes_do_not_come_through() -> None:
    running = Running()
    seen = []
    for moment, written in ((100.0, False), (100.0, True), (114.0, False), (116.0, False), (117.0, True)):
        running.moment = moment
        if written:
            running.gauges.written()
        await running.gauges.storage()
        seen.append(running.told("storage_away", access="write"))
    assert seen == [0, 0, 0, 1, 0]


async def test_what_must_hold_is_told_by_the_process_that_follows_the_log() -> None:
    running = Running(broken=3)
    await running.gauges.invariants()
    assert running.told("invariant_violations", invariant="whole") == 0
    await running.gauges.invariants()
    assert running.told("invariant_violations", invariant="whole") == 3
    running.leads = False
    await running.gauges.invariants()
    assert running.told("invariant_violations", invariant="whole") is None


async def test_backlogs_are_told_by_state() -> None:
    running = Running()
    await running.gauges.backlogs()
    assert running.told("work_waiting", work="letters", state="failing") == 2
    assert running.told("work_waiting", work="letters", state="given_up") == 0


def test_a_position_that_is_missing_or_overlaps_is_counted() -> None:
    whole = [CommitAt(1, commit(event("a", 1))), CommitAt(2, commit(event("a", 2), event("b", 1)))]
    assert holes(0, [*whole, CommitAt(4, commit(event("a", 3)))]) == 0
    assert holes(0, [*whole, CommitAt(5, commit(event("a", 3)))]) == 1
    assert holes(0, [*whole, CommitAt(3, commit(event("a", 3)))]) == 1
    assert holes(1, whole) == 1


async def test_a_follower_tells_the_holes_that_it_met() -> None:
    running = Running()
    await running.log.append(commit(event("a", 1)))
    running.log.backend.commits[0] = CommitAt(2, running.log.backend.commits[0].commit)
    running.log.backend.positions[0] = 2
    await running.followers[0].step(token=1)
    await running.gauges.invariants()
    assert running.told("invariant_violations", invariant="log-positions") == 1


async def test_an_append_is_measured_once_for_each_insert() -> None:
    seen: list[float] = []
    writer = GroupCommit(MemoryBackend(), observe=seen.append)
    await writer.append(commit(event("a", 1)))
    assert len(seen) == 1
    assert seen[0] > 0


async def test_mongodb_tells_the_room_on_its_disk(db: Any) -> None:
    await db["log"].insert_one({"_id": 1})
    size, free = await MongoLog(db).disk()
    assert 0 < free < size
