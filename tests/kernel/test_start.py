"""What a service waits for at its start, and what keeps it from starting."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kernel import mongo
from kernel.backup.restoring import KEYRING, STATE, UnderWay
from kernel.follower import Follower
from kernel.log import CommitAt
from kernel.memory import MemoryLog
from kernel.ports import production
from kernel.service import Service
from kernel.settings import Settings
from services.intake.main import SPEC
from tests.kernel.commits import commit, event


@pytest.fixture
def settings(tmp_path: Path, mongo_url: str) -> Settings:
    key = tmp_path / "master.key"
    key.write_bytes(bytes(32))
    return Settings(mongo=mongo_url, prefix=f"start{uuid4().hex[:8]}", master_key_file=key)


class Fixed:
    """Checkpoints that are nowhere kept."""

    async def read(self, name: str) -> int:
        return 0

    async def write(self, name: str, position: int, token: int) -> None:
        """Not needed."""


class Wheel:
    """A wheel that says whether it turns."""

    turned = False

    async def run(self) -> None:
        self.turned = True


async def test_no_timer_fires_before_the_schedule_has_caught_up(settings: Settings) -> None:
    service, log, wheel = (
        Service(SPEC, settings, production(SPEC.name, SPEC.handlers.topics, settings)),
        MemoryLog(),
        Wheel(),
    )
    for number in (1, 2):
        await log.append(commit(event(f"s-{number}", 1)))

    async def nothing(batch: list[CommitAt]) -> None:
        """Follows alone."""

    schedule = Follower("timers", log, Fixed(), nothing, most=1)
    (shard,) = service.shards
    shard.log, shard.followers = log, [schedule]  # type: ignore[assignment]  # in memory
    turning = asyncio.create_task(shard._turn(wheel))  # type: ignore[arg-type]  # run is all that is asked of it
    await schedule.step(1)
    await asyncio.sleep(0.01)
    assert not turning.done()
    await schedule.step(1)
    await asyncio.wait_for(turning, 1)
    assert wheel.turned
    service._ports.close()


@pytest.mark.clause("G-8")
async def test_no_service_starts_on_a_restore_that_is_not_finished(settings: Settings) -> None:
    client: Any = mongo.connect(settings.mongo)
    state = mongo.database(client, settings.database(KEYRING))[STATE]
    await state.insert_one({"_id": STATE, "backup": "b-1", "done": False})
    service = Service(SPEC, settings, production(SPEC.name, SPEC.handlers.topics, settings))
    starting = service.running()
    with pytest.raises(UnderWay, match="make restore"):
        await starting.__aenter__()
    assert await mongo.database(client, settings.database("intake")).list_collection_names() == []
    service._ports.close()
    await client.drop_database(settings.database(KEYRING))
    client.close()
