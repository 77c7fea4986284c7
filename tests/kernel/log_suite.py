"""What every event log promises; each storage inherits the cases."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest
from msgspec.structs import replace

from kernel.log import AlreadyHandled, Cause, CommitAt, Context, EventLog, VersionConflict
from tests.kernel.commits import assert_whole, commit, event, everything


class LogSuite:
    """Inherit, and give a fixture ``log``."""

    __test__: ClassVar[bool] = False

    async def test_an_empty_log_begins_at_one(self, log: EventLog) -> None:
        assert await log.read(0, 10) == []
        assert await log.tail() == 1
        assert await log.streams(["a"]) == {}

    async def test_what_was_appended_is_read_back_unchanged(self, log: EventLog) -> None:
        context = Context("road", "message before", "00-trace-01")
        written = commit(
            event("a", 1, b'{"n":1}'),
            event("b", 1),
            causes=[Cause("c", "m", "digest"), Cause("c", "n")],
            context=context,
        )
        assert await log.append(written) == 1
        assert await log.read(0, 10) == [CommitAt(1, written)]

    async def test_each_event_takes_a_position_and_so_does_an_empty_commit(self, log: EventLog) -> None:
        sizes = [
            commit(event("a", 1)),
            commit(*(event("b", version) for version in (1, 2, 3))),
            commit(),
            commit(causes=[Cause("c", "m")]),
            commit(event("a", 2)),
        ]
        assert [await log.append(each) for each in sizes] == [1, 2, 5, 6, 7]
        assert await log.tail() == 8
        assert_whole(await everything(log))

    async def test_reading_goes_on_after_a_position_and_stops_at_the_limit(self, log: EventLog) -> None:
        for version in range(1, 6):
            await log.append(commit(event("a", version)))
        assert [at.position for at in await log.read(2, 2)] == [3, 4]
        assert await log.read(5, 10) == []

    async def test_who_follows_is_given_what_is_read(self, log: EventLog) -> None:
        for number in range(1, 9):
            events = [event(f"s-{number}", version, b'{"n":%d}' % number) for version in range(1, number % 3 + 1)]
            await log.append(commit(*events, causes=[Cause("c", f"m-{number}")]))
        for after in range(await log.tail() + 1):
            if after == 0 or any(at.end == after + 1 for at in await everything(log)):
                assert await log.follow(after, 3) == await log.read(after, 3)

    async def test_a_stream_is_read_in_order_from_any_version(self, log: EventLog) -> None:
        await log.append(commit(event("a", 1), event("b", 1), event("a", 2)))
        await log.append(commit(event("b", 2)))
        await log.append(commit(event("a", 3)))
        found = await log.streams(["a", "b", "nobody"])
        assert [(each.stream, each.version) for each in found["a"]] == [("a", 1), ("a", 2), ("a", 3)]
        assert [(each.stream, each.version) for each in found["b"]] == [("b", 1), ("b", 2)]
        assert found.keys() == {"a", "b"}
        assert [each.version for each in (await log.streams(["a"], after=1))["a"]] == [2, 3]
        assert await log.streams(["a"], after=3) == {}

    async def test_a_streams_history_says_where_each_event_stands_and_when_it_was_recorded(self, log: EventLog) -> None:
        first = commit(event("a", 1), event("b", 1), event("a", 2))
        await log.append(first)
        await log.append(commit(event("b", 2)))
        await log.append(commit(event("a", 3)))
        found = await log.history("a")
        assert [(each.position, each.event.version) for each in found] == [(1, 1), (3, 2), (5, 3)]
        assert {each.at for each in found[:2]} == {first.at}
        assert found[0].context == first.context
        assert await log.history("nobody") == []

    async def test_a_stream_of_many_events_is_read_whole(self, log: EventLog) -> None:
        count = 12_000 // 40
        for number in range(count):
            await log.append(commit(*(event("long", number * 40 + n, b"x" * 2000) for n in range(1, 41))))
        found = (await log.streams(["long"]))["long"]
        assert [each.version for each in found] == list(range(1, 12_001))
        assert sum(at.commit.size for at in await log.read(0, 12_001)) == 12_000

    async def test_a_version_is_taken_once(self, log: EventLog) -> None:
        await log.append(commit(event("a", 1)))
        with pytest.raises(VersionConflict):
            await log.append(commit(event("a", 1)))
        assert await log.tail() == 2

    async def test_what_was_decided_upon_a_commit_that_fails_is_not_written_either(self, log: EventLog) -> None:
        await log.append(commit(event("a", 1)))
        lost = commit(event("a", 1), event("r", 1))
        upon = replace(commit(event("r", 2)), after=lost.id)
        last = replace(commit(event("r", 3)), after=upon.id)
        batch = (lost, upon, last, commit(event("b", 1)))
        found = await asyncio.gather(*(log.append(each) for each in batch), return_exceptions=True)
        assert [type(each) for each in found] == [VersionConflict, VersionConflict, VersionConflict, int]
        with pytest.raises(VersionConflict):
            await log.append(replace(commit(event("r", 4)), after=last.id))
        assert await log.append(commit(event("r", 1))) == 3
        assert_whole(await everything(log))

    async def test_a_version_is_taken_once_within_a_commit(self, log: EventLog) -> None:
        with pytest.raises(VersionConflict):
            await log.append(commit(event("a", 1), event("b", 1), event("a", 1)))
        assert await log.tail() == 1

    async def test_a_commit_of_several_aggregates_is_written_whole_or_not_at_all(self, log: EventLog) -> None:
        await log.append(commit(event("b", 1)))
        with pytest.raises(VersionConflict):
            await log.append(commit(event("a", 1), event("b", 1), causes=[Cause("c", "m")]))
        assert await log.streams(["a"]) == {}
        assert await log.caused("c", ["m"]) == {}
        await log.append(commit(event("a", 1), event("b", 2), causes=[Cause("c", "m")]))
        assert_whole(await everything(log))

    async def test_a_conflict_fails_its_commit_alone(self, log: EventLog) -> None:
        await log.append(commit(event("taken", 1)))
        batch = [commit(event(stream, 1)) for stream in ("a", "taken", "b", "taken", "c")]
        answers = await asyncio.gather(*map(log.append, batch), return_exceptions=True)
        assert [each if isinstance(each, int) else type(each) for each in answers] == [
            2, VersionConflict, 3, VersionConflict, 4,
        ]  # fmt: skip
        assert_whole(await everything(log))

    async def test_a_message_acts_once_for_each_consumer(self, log: EventLog) -> None:
        first = commit(event("a", 1), causes=[Cause("c", "m", "digest")])
        await log.append(first)
        with pytest.raises(AlreadyHandled) as refused:
            await log.append(commit(event("a", 2), causes=[Cause("c", "other"), Cause("c", "m", "another digest")]))
        assert refused.value.earlier == CommitAt(1, first)
        await log.append(commit(event("a", 2), causes=[Cause("d", "m")]))
        assert_whole(await everything(log))

    async def test_the_same_message_twice_at_once_acts_once(self, log: EventLog) -> None:
        twice = [commit(event(stream, 1), causes=[Cause("c", "m")]) for stream in ("a", "b")]
        answers = await asyncio.gather(*map(log.append, twice), return_exceptions=True)
        assert answers[0] == 1
        assert isinstance(answers[1], AlreadyHandled)
        assert await log.streams(["b"]) == {}

    async def test_it_tells_which_messages_are_settled_and_by_which_commit(self, log: EventLog) -> None:
        first, second = commit(causes=[Cause("c", "m"), Cause("c", "n")]), commit(causes=[Cause("d", "o")])
        await log.append(first)
        await log.append(second)
        settled = await log.caused("c", ["m", "n", "o", "p"])
        assert settled == {"m": CommitAt(1, first), "n": CommitAt(1, first)}

    async def test_two_hundred_at_once_with_conflicts_leave_no_hole(self, log: EventLog) -> None:
        conflicts = 0

        async def write(number: int) -> list[int]:
            nonlocal conflicts
            stream, taken = f"stream {number % 50}", list[int]()
            while len(taken) < 2:
                last = (await log.streams([stream])).get(stream, [])
                try:
                    taken.append(await log.append(commit(event(stream, len(last) + 1, b"%d" % number))))
                except VersionConflict:
                    conflicts += 1
            return taken

        taken = await asyncio.gather(*map(write, range(200)))
        commits = await everything(log)
        assert_whole(commits)
        assert sorted(position for each in taken for position in each) == [at.position for at in commits]
        for number, positions in enumerate(taken):
            own = [at.position for at in commits if at.commit.events[0].state == b"%d" % number]
            assert own == positions
        assert conflicts > 100

    async def test_a_caller_that_goes_away_does_not_take_its_commit_back(self, log: EventLog) -> None:
        await log.append(commit(event("a", 1)))
        calls = [asyncio.create_task(log.append(commit(event(stream, 1)))) for stream in ("b", "c", "a")]
        await asyncio.sleep(0)
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
        await log.close()
        assert_whole(await everything(log))
        assert await log.tail() == 4

    async def test_closing_waits_for_what_waits(self, log: EventLog) -> None:
        calls = [asyncio.create_task(log.append(commit(event(str(number), 1)))) for number in range(50)]
        await asyncio.sleep(0)
        await log.close()
        assert sorted(await asyncio.gather(*calls)) == list(range(1, 51))

    async def test_a_close_that_is_given_up_does_not_stop_the_writing(self, log: EventLog) -> None:
        call = asyncio.create_task(log.append(commit(event("a", 1))))
        await asyncio.sleep(0)
        closing = asyncio.create_task(log.close())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.wait([closing])
        async with asyncio.timeout(5):
            assert await call == 1

    async def test_an_append_wakes_who_waits_for_it(self, log: EventLog) -> None:
        generation = log.generation()
        waiting = asyncio.create_task(log.appended(generation, 30))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        await log.append(commit(event("a", 1)))
        async with asyncio.timeout(5):
            await waiting
            await log.appended(generation, 30)
        await log.appended(log.generation(), 0.01)
