"""The event log behind `eventsourcing`'s own synchronous contracts: its conformance cases run on it.

The asynchronous log works in a thread of its own; the recorders hand their calls over to it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
)

from kernel.clock import to_millisecond
from kernel.ids import RandomIds
from kernel.log import AlreadyHandled, Cause, Commit, CommitAt, Recorded, VersionConflict
from kernel.log import StoredEvent as Kept
from kernel.logthread import LogThread, awaited

Ids = Literal["uuid", "text"]


class LogAggregateRecorder(AggregateRecorder):
    """Records events of aggregates. ``ids`` says in which form originators' ids are given back."""

    def __init__(self, thread: LogThread, ids: Ids = "uuid") -> None:
        self._thread, self._log, self._form = thread, thread.log, ids
        self._ids = RandomIds()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """One commit. Raises IntegrityError, and then nothing is recorded."""
        self._insert(stored_events)
        return None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of one aggregate by version."""
        stream = str(originator_id)
        found = self._thread.run(awaited(lambda: self._log.streams([stream], after=-1 if gt is None else gt)))
        events = [self._given_back(event) for event in found.get(stream, [])]
        events = [event for event in events if lte is None or event.originator_version <= lte]
        return sorted(events, key=lambda event: event.originator_version, reverse=desc)[:limit]

    def _insert(self, stored_events: Sequence[StoredEvent], causes: Sequence[Cause] = ()) -> list[int]:
        if not stored_events and not causes:
            return []
        commit = Commit(
            id=self._ids.new(),
            at=to_millisecond(datetime.now(UTC)),
            events=tuple(Kept(str(e.originator_id), e.originator_version, e.topic, e.state) for e in stored_events),
            causes=tuple(causes),
        )
        try:
            first = self._thread.run(awaited(lambda: self._log.append(commit)))
        except VersionConflict as taken:
            raise IntegrityError(str(taken)) from taken
        return [first + number for number in range(len(stored_events))]

    def _originator(self, stream: str) -> UUID | str:
        return UUID(stream) if self._form == "uuid" else stream

    def _given_back(self, event: Kept) -> StoredEvent:
        return StoredEvent(self._originator(event.stream), event.version, event.topic, event.state)


class LogApplicationRecorder(LogAggregateRecorder, ApplicationRecorder):
    """Records events of aggregates and gives them back as notifications, whose ids are the log's positions."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """One commit; the positions of its events. Raises IntegrityError."""
        return self._insert(stored_events)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Notifications in order of position."""
        first = 1 if start is None else max(start + (not inclusive_of_start), 1)
        found: list[Notification] = []
        for recorded in self._from(first):
            if len(found) == limit or (stop is not None and recorded.position > stop):
                break
            if not topics or recorded.event.topic in topics:
                found.append(self._notification(recorded))
        return found

    def max_notification_id(self) -> int | None:
        """The last position; a commit without events has one too."""
        return self._thread.run(awaited(self._log.tail)) - 1 or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Notifications after ``gt``, waiting for new ones without end."""
        return LogSubscription(self, gt, topics)

    def wait_for_more(self, generation: int | None) -> int:
        """The log's generation, once it is another than the given one or after a fifth of a second."""
        if generation is not None:
            self._thread.run(awaited(lambda: self._log.appended(generation, 0.2)))
        return self._log.generation()

    def _from(self, first: int) -> Iterator[Recorded]:
        """Events from a position on. A commit that begins before it may hold it, so reading begins earlier."""
        back = 1
        while True:
            commits = self._read(max(first - back, 0))
            if first - back <= 0 or not commits or commits[0].position <= first:
                break
            back *= 2
        while commits:
            for at in commits:
                yield from (recorded for recorded in at.recorded() if recorded.position >= first)
            commits = self._read(commits[-1].position)

    def _read(self, after: int) -> list[CommitAt]:
        return self._thread.run(awaited(lambda: self._log.read(after, 500)))

    def _notification(self, recorded: Recorded) -> Notification:
        event = recorded.event
        return Notification(
            id=recorded.position,
            originator_id=self._originator(event.stream),
            originator_version=event.version,
            topic=event.topic,
            state=event.state,
        )


class LogSubscription(Subscription[LogApplicationRecorder]):
    """Reads on from where it was, and waits when there is no more."""

    def __init__(self, recorder: LogApplicationRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._notifications = deque[Notification]()
        self._generation: int | None = None

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            if self._notifications:
                return self._notifications.popleft()
            generation = self._recorder.wait_for_more(self._generation)
            found = self._recorder.select_notifications(
                self._last_notification_id or 0, 500, topics=self._topics, inclusive_of_start=False
            )
            self._notifications = deque(found)
            if found:
                self._last_notification_id = found[-1].id
            else:
                self._generation = generation
        raise StopIteration


class LogProcessRecorder(LogApplicationRecorder, ProcessRecorder):
    """Records what came of upstream notifications together with how far upstream has been followed.

    A tracking is a cause; a second cause, "after the one before", is unique too, so the way can only be gone forward,
    whatever other processes do.
    """

    def __init__(self, thread: LogThread, ids: Ids = "uuid") -> None:
        super().__init__(thread, ids)
        self._seen, self._furthest = 0, dict[str, int]()
        self._turn = threading.Lock()

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, tracking: Tracking | None = None, **kwargs: Any
    ) -> Sequence[int] | None:
        """One commit of events and tracking. Raises IntegrityError where upstream was followed that far already."""
        if tracking is None:
            return self._insert(stored_events)
        name, id = tracking.application_name, tracking.notification_id
        while True:
            before = self.max_tracking_id(name)
            if before is not None and before >= id:
                raise IntegrityError(f"{name} has been followed to {before}")
            try:
                return self._insert(stored_events, [Cause(name, str(id)), Cause(name, f"after {before}")])
            except AlreadyHandled:
                continue

    def insert_tracking(self, tracking: Tracking) -> None:
        """A tracking alone."""
        self.insert_events([], tracking=tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """How far upstream has been followed; what the log has grown by since the last call is read."""
        with self._turn:
            while commits := self._read(self._seen):
                for at in commits:
                    for cause in at.commit.causes:
                        if cause.message.isdecimal():
                            self._furthest[cause.consumer] = int(cause.message)
                self._seen = commits[-1].position
            return self._furthest.get(application_name)
