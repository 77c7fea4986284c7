"""When the storage does not answer, nothing is doubled and nothing is lost; also beside a second writer."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import pytest
from pymongo.write_concern import WriteConcern

from kernel.groupcommit import Backend, GroupCommit
from kernel.log import AlreadyHandled, Cause, Commit, EventLog, VersionConflict
from kernel.memory import MemoryLog
from kernel.mongolog import MongoBackend, MongoLog
from tests.kernel.commits import assert_whole, commit, event, everything
from tests.kernel.faults import Unreliable

Answer = int | BaseException
Store = tuple[EventLog, Backend]


def contended(writer: int) -> list[Commit]:
    """Plain commits, empty ones, and such that clash with the other writer's on a stream or a cause."""
    made = []
    for n in range(12):
        made.append(commit(event(f"own {writer} {n}", 1), event(f"own {writer} {n}", 2)))
        made.append(commit())
        made.append(commit(event(f"common {n}", 1)))
        made.append(commit(event(f"caused {writer} {n}", 1), causes=[Cause("c", f"m{n}")]))
    return made


class LostAnswers:
    """Inherit, and give a fixture ``store``: a log to read by, and the storage under it."""

    __test__: ClassVar[bool] = False

    @pytest.mark.parametrize("seed", range(6))
    async def test_nothing_is_doubled_and_nothing_is_lost(self, store: Store, seed: int) -> None:
        log, backend = store
        storages = [Unreliable(backend, seed * 2 + writer) for writer in (0, 1)]
        writers = [GroupCommit(storage, most=10, pause=0.001) for storage in storages]
        batches = [contended(0), contended(1)]
        answers: list[list[Answer]] = await asyncio.gather(
            *(
                asyncio.gather(*map(writer.append, batch), return_exceptions=True)
                for writer, batch in zip(writers, batches, strict=True)
            )
        )
        for storage in storages:
            await storage.settled()
        commits = await everything(log)
        assert_whole(commits)
        offered = [each for batch in batches for each in batch]
        answered = [each for answer in answers for each in answer]
        places = {at.commit.id: at.position for at in commits}
        for each, answer in zip(offered, answered, strict=True):
            if isinstance(answer, int):
                assert places.pop(each.id) == answer
            else:
                assert isinstance(answer, AlreadyHandled if each.causes else VersionConflict)
                assert each.id not in places
        assert places == {}
        assert [type(answer) for answer in answered].count(VersionConflict) == 12
        assert [type(answer) for answer in answered].count(AlreadyHandled) == 12
        assert all(storage.lost for storage in storages)


class TestOnMemory(LostAnswers):
    """In memory."""

    __test__ = True

    @pytest.fixture
    def store(self) -> Store:
        log = MemoryLog()
        return log, log.backend


class TestOnMongo(LostAnswers):
    """On a real replica set."""

    __test__ = True

    @pytest.fixture
    async def store(self, db: Any) -> Store:
        log = MongoLog(db)
        await log.prepare()
        return log, MongoBackend(db["log"])


class Broken:
    """A storage that answers nonsense."""

    async def insert(self, batch: Any) -> Any:
        """Fails as no storage should."""
        raise LookupError("nonsense")

    async def tail(self) -> int:
        """The beginning."""
        return 1

    at = holder = insert


async def test_a_storage_that_answers_nonsense_leaves_nobody_waiting() -> None:
    writer = GroupCommit(Broken())
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*(writer.append(commit()) for _ in range(3)), return_exceptions=True)
        await writer.close()
    assert [type(answer) for answer in answers] == [LookupError] * 3


async def test_what_is_too_large_for_one_command_is_written_in_several(db: Any) -> None:
    """A command takes 16 MB, however many documents they are."""
    log = MongoLog(db)
    await log.prepare()
    large = [commit(event(f"large {n}", 1, b"x" * (1 << 20))) for n in range(60)]
    positions = await asyncio.gather(*map(log.append, large))
    assert sorted(positions) == list(range(1, 61))
    assert [at.commit.id for at in await everything(log)] == [each.id for each in large]
    again = await asyncio.gather(*(log.append(commit(event(f"small {n}", 1))) for n in range(60)))
    assert sorted(again) == list(range(61, 121))
    await log.close()


class Unmet:
    """A collection of a database that writes, but does not hear from the majority."""

    name, write_concern = "log", WriteConcern(w="majority", j=True)

    def __init__(self, collection: Any) -> None:
        self._collection, self.database, self.asked = collection, self, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._collection, name)

    async def command(self, *words: Any, **fields: Any) -> dict[str, Any]:
        """See the driver. The first answer is that the majority was not heard."""
        self.asked += 1
        answer: dict[str, Any] = await self._collection.database.command(*words, **fields)
        unmet = {"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}}
        return answer | unmet if self.asked == 1 else answer


async def test_what_the_majority_has_not_confirmed_is_offered_again_and_counts_once(db: Any) -> None:
    log = MongoLog(db)
    await log.prepare()
    collection = Unmet(db["log"])
    writer = GroupCommit(MongoBackend(collection), pause=0.001)
    assert await asyncio.gather(*(writer.append(commit(event(f"unmet {n}", 1))) for n in range(5))) == [1, 2, 3, 4, 5]
    assert collection.asked > 1
    assert_whole(await everything(log))
