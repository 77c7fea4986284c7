"""What a process wrote last is known to it without a hole, or not at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kernel.log import CommitAt
from kernel.recent import Recent
from tests.kernel.commits import commit, event


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from([0, 0, 0, 1, 5])), max_size=40), st.integers(1, 12))
def test_it_gives_the_log_from_a_place_on_or_nothing(written: list[tuple[int, int]], most: int) -> None:
    """Some commits are ours, some gaps are others'; they come by several at once; the oldest are forgotten."""
    recent, ours, position = Recent(most, 200), list[CommitAt](), 1
    waiting = list[CommitAt]()
    for size, gap in written:
        if gap or len(waiting) == 3:
            recent.add(waiting)
            waiting = []
        position += gap
        ours.append(
            CommitAt(position, commit(*(event(f"s-{position}", version, b"x" * 30) for version in range(1, size + 1))))
        )
        position = ours[-1].end
        waiting.append(ours[-1])
    recent.add(waiting)
    for place, at in enumerate(ours):
        known = recent.after(at.position - 1, 3)
        assert known in ([], unbroken(ours[place : place + 3]))
    if ours:
        assert recent.after(ours[-1].position - 1, 3) == ours[-1:]
        assert recent.end == ours[-1].end
        assert recent.after(ours[-1].end - 1, 3) == []


def test_no_more_is_kept_than_there_is_room_for() -> None:
    recent = Recent(20, 10_000)
    for number in range(1, 101):
        recent.add([CommitAt(number, commit(event("s", number, b"x" * 100)))])
    assert recent.after(0, 10) == []
    assert [at.position for at in recent.after(90, 100)] == list(range(91, 101))
    assert recent.after(75, 1) == []


def test_one_large_insert_does_not_take_more_room_than_there_is() -> None:
    recent = Recent(20, 10_000)
    recent.add([CommitAt(number, commit(event("s", number, b"x" * 1000))) for number in range(1, 101)])
    assert recent.end == 101
    assert [at.position for at in recent.after(90, 100)] == list(range(91, 101))
    assert recent.after(89, 100) == []
    recent.add([CommitAt(101, commit(event("t", 1, b"x" * 20_000)))])
    assert recent.end == 102
    assert recent.after(100, 1) == recent.after(95, 1) == []
    recent.add([CommitAt(102, commit(event("u", 1)))])
    assert [at.position for at in recent.after(101, 5)] == [102]
    many = Recent(20, 10_000)
    many.add([CommitAt(number, commit(event("s", number))) for number in range(1, 101)])
    assert [at.position for at in many.after(80, 100)] == list(range(81, 101))
    assert many.after(79, 1) == []


def test_what_is_given_is_what_the_database_would_give() -> None:
    """Milliseconds, and nothing of what it was decided upon."""
    recent, made = Recent(), commit(event("s", 1))
    recent.add([CommitAt(1, replace(made, at=made.at.replace(microsecond=123_456), after="c-0"))])
    assert recent.after(0, 1) == [CommitAt(1, replace(made, at=made.at.replace(microsecond=123_000)))]


def unbroken(commits: list[CommitAt]) -> list[CommitAt]:
    """Up to the first hole."""
    found = commits[:1]
    for at in commits[1:]:
        if at.position != found[-1].end:
            break
        found.append(at)
    return found
