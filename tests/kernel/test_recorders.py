"""`eventsourcing`'s own conformance cases, on MongoDB and in memory; and the case that they lack."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from typing import Any
from unittest import TestCase
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import ApplicationRecorder, IntegrityError, ProcessRecorder, StoredEvent, Tracking
from eventsourcing.tests import persistence as cases

from kernel.log import EventLog
from kernel.logthread import LogThread, awaited
from kernel.memory import MemoryLog
from kernel.mongo import connect, database
from kernel.mongolog import MongoLog
from kernel.recorders import Ids, LogAggregateRecorder, LogApplicationRecorder, LogProcessRecorder


class OnMemory(TestCase):
    """Each recorder gets an empty log in memory."""

    ids: Ids = "uuid"

    def setUp(self) -> None:
        self._threads: list[LogThread] = []

    def tearDown(self) -> None:
        for thread in self._threads:
            thread.close()

    def thread(self) -> LogThread:
        """An empty log in a thread."""
        self._threads.append(LogThread(self.make))
        return self._threads[-1]

    async def make(self) -> EventLog:
        """The log, in its loop."""
        return MemoryLog()


class OnMongo(OnMemory):
    """Each recorder gets an empty log on MongoDB."""

    @pytest.fixture(autouse=True)
    def _server(self, mongo_url: str) -> Iterator[None]:
        self._url, self._clients = mongo_url, list[Any]()
        yield
        for client in self._clients:
            client.close()

    async def make(self) -> EventLog:
        """The log, in its loop."""
        self._clients.append(connect(self._url))
        log = MongoLog(database(self._clients[-1], f"recorder-{uuid4().hex[:12]}"))
        await log.prepare()
        return log


class Textual:
    """Originators' ids are text."""

    ids: Ids = "text"

    def new_originator_id(self) -> UUID | str:
        """An id that is no UUID."""
        return f"book {uuid4().hex}"


class TestAggregatesOnMemory(OnMemory, cases.AggregateRecorderTestCase):
    """The package's cases."""

    def create_recorder(self) -> LogAggregateRecorder:
        return LogAggregateRecorder(self.thread(), self.ids)


class TestAggregatesOnMongo(OnMongo, cases.AggregateRecorderTestCase):
    """The package's cases."""

    create_recorder = TestAggregatesOnMemory.create_recorder


class TestApplicationsOnMemory(OnMemory, cases.ApplicationRecorderTestCase[ApplicationRecorder]):
    """The package's cases, those on subscriptions too."""

    def create_recorder(self) -> ApplicationRecorder:
        return LogApplicationRecorder(self.thread(), self.ids)

    def test_insert_subscribe(self) -> None:
        """A case that the package leaves to those who have subscriptions."""
        self.optional_test_insert_subscribe()


class TestApplicationsOnMongo(OnMongo, cases.ApplicationRecorderTestCase[ApplicationRecorder]):
    """The package's cases, those on subscriptions too."""

    create_recorder = TestApplicationsOnMemory.create_recorder
    test_insert_subscribe = TestApplicationsOnMemory.test_insert_subscribe


class TestTextualApplicationsOnMongo(Textual, TestApplicationsOnMongo):
    """The same with ids of text."""


class TestProcessesOnMemory(OnMemory, cases.ProcessRecorderTestCase):
    """The package's cases."""

    def create_recorder(self) -> ProcessRecorder:
        return LogProcessRecorder(self.thread(), self.ids)


class TestProcessesOnMongo(OnMongo, cases.ProcessRecorderTestCase):
    """The package's cases."""

    create_recorder = TestProcessesOnMemory.create_recorder


class TestTrackingOnMongo(OnMongo, cases.TrackingRecorderTestCase):
    """The package's cases."""

    create_recorder = TestProcessesOnMemory.create_recorder


class TestNotInterleavingOnMemory(OnMemory, cases.NonInterleavingNotificationIDsBaseCase):
    """The package's case."""

    create_recorder = TestApplicationsOnMemory.create_recorder


class TestNotInterleavingOnMongo(OnMongo, cases.NonInterleavingNotificationIDsBaseCase):
    """The package's case."""

    create_recorder = TestApplicationsOnMemory.create_recorder


class TestNothingAppearsLate(OnMongo):
    """The case that the package lacks: a reader that went past an id never finds a smaller one afterwards."""

    def test_threads_write_while_a_reader_follows(self) -> None:
        recorder = LogApplicationRecorder(self.thread())
        seen: list[int] = []

        def write() -> None:
            for _ in range(50):
                id = uuid4()
                recorder.insert_events([StoredEvent(id, version, "topic", b"{}") for version in (1, 2, 3)])

        writers = [threading.Thread(target=write) for _ in range(8)]
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers) or len(seen) < 1200:
            found = recorder.select_notifications(seen[-1] if seen else None, 100, inclusive_of_start=False)
            seen += [notification.id for notification in found]
        assert seen == list(range(1, 1201))


def test_a_closed_log_leaves_no_caller_waiting() -> None:
    async def make() -> EventLog:
        return MemoryLog()

    thread = LogThread(make)
    ended: list[type[BaseException]] = []

    def wait() -> None:
        while not ended:
            try:
                thread.run(awaited(lambda: thread.log.appended(thread.log.generation(), 60)))
            except CancelledError as over:
                ended.append(type(over))

    waiting = threading.Thread(target=wait)
    waiting.start()
    thread.close()
    waiting.join(timeout=5)
    assert ended == [CancelledError]


class TestTwoProcessesFollow(OnMongo):
    """Two processes that follow upstream side by side."""

    def test_one_that_looked_before_the_other_wrote_cannot_go_back(self) -> None:
        thread = self.thread()
        slow, quick = LogProcessRecorder(thread), LogProcessRecorder(thread)
        looked = slow.max_tracking_id

        def look(application_name: str) -> int | None:
            slow.max_tracking_id = looked  # type: ignore[method-assign]  # once
            before = looked(application_name)
            quick.insert_tracking(Tracking("upstream", 5))
            return before

        slow.max_tracking_id = look  # type: ignore[method-assign]  # the other comes in between
        with pytest.raises(IntegrityError):
            slow.insert_tracking(Tracking("upstream", 4))
        assert slow.max_tracking_id("upstream") == 5
        slow.insert_tracking(Tracking("upstream", 6))
        assert quick.max_tracking_id("upstream") == 6
