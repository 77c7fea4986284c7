"""What a service declares that must hold: numbers without a gap, and two looks before anybody is called."""

from __future__ import annotations

import pytest

from kernel.watching import Confirmed, gaps


@pytest.mark.parametrize(
    ("places", "missing"),
    [([], 0), ([1, 2, 3], 0), ([3, 1, 2], 0), ([2], 1), ([1, 3], 1), ([1, 5], 3), ([1, 1, 2], 1), ([2, 2], 2)],
)
def test_numbers_that_are_missing_or_there_twice_are_counted(places: list[int], missing: int) -> None:
    assert gaps(places) == missing


def test_only_what_two_looks_in_a_row_have_seen_is_told() -> None:
    confirmed = Confirmed()
    assert [confirmed.of("places", seen) for seen in (3, 0, 2, 1, 1, 0)] == [0, 0, 0, 1, 1, 0]


def test_another_process_look_is_no_look_of_ours() -> None:
    confirmed = Confirmed()
    confirmed.of("places", 1)
    confirmed.forget()
    assert confirmed.of("places", 1) == 0
