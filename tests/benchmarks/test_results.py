"""When a row is reached, what its line says, and what the regression check notices."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks import check, table
from benchmarks.growth import Curve
from benchmarks.result import Figures, Goal, Result, Spread, paired


def result(ratio: float = 2.0, goal: Goal = Goal(1.5), **said: Any) -> Result:  # noqa: B008  # immutable
    return Result("a row", "appends/s", paired([(ratio * 10, 10.0)] * 3), goal, "durable", **said)


@pytest.mark.parametrize(
    ("ratio", "goal", "reached"),
    [
        (0.85, Goal(0.85), True),
        (0.84, Goal(0.85), False),
        (1.3, Goal(1.3, least=False), True),
        (1.31, Goal(1.3, least=False), False),
    ],
)
def test_a_row_is_reached_by_its_ratio(ratio: float, goal: Goal, reached: bool) -> None:
    assert result(ratio, goal).reached is reached


def test_a_condition_that_does_not_hold_is_not_reached() -> None:
    assert not result(conditions={"p99 no worse": False}).reached


def test_a_row_with_nothing_beside_it_is_reached_by_its_own_figure() -> None:
    start = Result("start", "s", Figures(Spread.of([19.0, 18.0, 30.0])), Goal(20, least=False), "durable")
    assert start.reached
    assert start.plain()["ratio"] is None


def test_the_ratio_is_the_median_of_the_pairs_and_its_spread_their_ends() -> None:
    made = Result("a row", "s", paired([(1.0, 1.0), (20.0, 10.0), (9.0, 1.0)]), Goal(1), "durable").plain()
    assert made["ratio"] == 2.0
    assert made["spread"]["ratio"] == [1.0, 9.0]


def test_the_line_says_all_that_was_asked_for() -> None:
    asked = {"name", "ours", "beside", "ratio", "unit", "p50", "p99", "durability", "reached"}
    assert asked <= json.loads(result().line()).keys()


def test_the_table_names_what_was_missed() -> None:
    assert "no (p99 no worse)" in table.cells(result(conditions={"p99 no worse": False}).plain())


@pytest.mark.parametrize(
    ("before", "now", "goal", "told"),
    [
        (2.0, 1.6, Goal(1), False),
        (2.0, 1.4, Goal(1), True),
        (1.0, 1.2, Goal(2, least=False), False),
        (1.0, 1.3, Goal(2, least=False), True),
        (2.0, 9.0, Goal(1), False),
    ],
)
def test_the_check_tells_of_a_ratio_that_became_worse_by_over_a_quarter(
    before: float, now: float, goal: Goal, told: bool
) -> None:
    assert bool(check.worse([result(now, goal).plain()], [result(before, goal).plain()])) is told


def test_the_check_says_of_what_nothing_is_committed() -> None:
    assert check.unknown([result().plain()], []) == ["a row"]
    assert check.worse([result().plain()], []) == []


@pytest.mark.parametrize(
    ("costs", "reached"), [((10.0, 5.0, 5.9), True), ((10.0, 5.0, 6.1), False), ((5.0, 7.0, 5.0), False)]
)
def test_a_curve_bends_where_the_cost_rises_by_over_a_fifth(costs: tuple[float, ...], reached: bool) -> None:
    assert Curve("a curve", "plot", "events", list(enumerate(costs))).reached is reached
