"""When the storage does not answer, nothing is doubled and nothing is lost; also beside a second writer."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import pytest
from pymongo.write_concern import WriteConcern

from kernel.groupcommit import Backend, GroupCommit
from kernel.log import AlreadyHandled, Cause, Commit, EventLog, Unstorable, VersionConflict
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

    async def there(self, first: int, last: int) -> dict[int, str]:
        """Nothing."""
        return {}

    holder = insert


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


UNMET = {"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}}
STEPPED_DOWN = {"n": 2, "writeErrors": [{"index": 2, "code": 10107, "errmsg": "not primary"}]}
TAKEN = {"writeErrors": [{"index": 0, "code": 11000, "keyPattern": {"e.s": 1, "e.v": 1}, "errmsg": "taken"}]}


class Answering:
    """A collection of a database that writes the first command, but answers it like this."""

    name, write_concern = "log", WriteConcern(w="majority", j=True)

    def __init__(self, collection: Any, answer: dict[str, Any]) -> None:
        self._collection, self._answer, self.database, self.asked = collection, answer, self, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._collection, name)

    async def command(self, *words: Any, **fields: Any) -> dict[str, Any]:
        """See the driver."""
        self.asked += 1
        answer: dict[str, Any] = await self._collection.database.command(*words, **fields)
        return answer if self.asked > 1 else answer | self._answer


@pytest.mark.parametrize("answer", [UNMET, STEPPED_DOWN, UNMET | TAKEN], ids=["unmet", "stepped down", "both"])
async def test_an_answer_that_is_not_sure_is_none_and_what_is_written_counts_once(
    db: Any, answer: dict[str, Any]
) -> None:
    """Offered again at once: a thousand that are there already take one look, not one each."""
    log = MongoLog(db)
    await log.prepare()
    collection = Answering(db["log"], answer)
    writer = GroupCommit(MongoBackend(collection), pause=0.001)
    offered = [commit(event(f"unsure {n}", 1)) for n in range(1000)]
    assert await asyncio.gather(*map(writer.append, offered)) == list(range(1, 1001))
    assert collection.asked == 2
    commits = await everything(log)
    assert_whole(commits)
    assert len(commits) == 1000


async def test_one_that_no_storage_takes_is_refused_alone_among_many_that_are_large(db: Any) -> None:
    log = MongoLog(db)
    await log.prepare()
    fit = [commit(event(f"large {n}", 1, b"x" * (1 << 20))) for n in range(50)]
    unfit = commit(event("too large", 1, b"x" * (17 << 20)))
    answers = await asyncio.gather(*map(log.append, [*fit, unfit]), return_exceptions=True)
    assert answers[:-1] == list(range(1, 51))
    assert isinstance(answers[-1], Unstorable)
    await log.close()
