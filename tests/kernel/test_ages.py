"""For how long something has been waiting, told from counts alone."""

from __future__ import annotations

from kernel.ages import LOOKS_MOST, Age


def test_nothing_waits_where_all_is_done() -> None:
    age = Age()
    assert [age.note(now, end, end) for now, end in ((0.0, 0), (5.0, 3), (9.0, 3))] == [0.0, 0.0, 0.0]


def test_the_oldest_that_waits_grows_old() -> None:
    age = Age()
    assert age.note(10.0, 5, 4) == 0.0
    assert age.note(12.0, 9, 4) == 2.0
    assert age.note(15.0, 9, 4) == 5.0


def test_what_came_later_counts_from_when_it_came() -> None:
    age = Age()
    age.note(10.0, 5, 4)
    age.note(12.0, 9, 4)
    assert age.note(15.0, 9, 5) == 3.0
    assert age.note(16.0, 9, 9) == 0.0
    assert age.note(20.0, 10, 9) == 0.0


def test_a_long_backlog_keeps_its_oldest_and_a_bounded_memory() -> None:
    age = Age()
    for look in range(5 * LOOKS_MOST):
        waited = age.note(float(look), look + 1, 0)
    assert waited == 5 * LOOKS_MOST - 1
    assert len(age._seen) <= LOOKS_MOST
