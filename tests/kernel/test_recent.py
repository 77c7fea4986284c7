"""What a process wrote last is known to it without a hole, or not at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kernel.log import CommitAt
from kernel.recent import Recent
from tests.kernel.commits import commit, event


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from([0, 0, 0, 1, 5])), max_size=40), st.integers(1, 12))
def test_it_gives_the_log_from_a_place_on_or_nothing(written: list[tuple[int, int]], most: int) -> None:
    """Some commits are ours, some gaps are others'; with little room the oldest are forgotten."""
    recent, ours, position = Recent(most, 200), [], 1
    for size, gap in written:
        position += gap
        ours.append(
            CommitAt(position, commit(*(event(f"s-{position}", version, b"x" * 30) for version in range(1, size + 1))))
        )
        position = ours[-1].end
        recent.add(ours[-1:])
    for place, at in enumerate(ours):
        known = recent.after(at.position - 1, 3)
        assert known in ([], unbroken(ours[place : place + 3]))
    if ours:
        assert recent.after(ours[-1].position - 1, 3) == ours[-1:]
        assert recent.after(ours[-1].end - 1, 3) == []


def unbroken(commits: list[CommitAt]) -> list[CommitAt]:
    """Up to the first hole."""
    found = commits[:1]
    for at in commits[1:]:
        if at.position != found[-1].end:
            break
        found.append(at)
    return found
