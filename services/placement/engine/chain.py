"""One chain of programmes, solved step after step: first without whole numbers, then, if need be, with
(HiGHS).
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

import highspy

from services.placement.engine.fairness import Programme, polish
from services.placement.engine.model import UNIT, Prices, Slot
from services.placement.engine.reduction import Choice

ROUNDING = 1e-6
"""HiGHS works in floating point; all our coefficients are small whole numbers, and so are all optima."""

SETTINGS = {"output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": 0.0, "mip_abs_gap": ROUNDING}

Step = Literal["count", "signature", "rank", "listing"]


class Chain:
    """The best assignment so far (`chosen`), bound in each step by what was reached before."""

    def __init__(self, programme: Programme, seconds: float) -> None:
        self.seconds = seconds
        self.programme = programme
        self.chosen = polish(programme, {})
        self.prices: list[Prices] = []
        self.columns = {choice: number for number, choice in enumerate(programme.levels)}
        self.closed: set[Choice] = set()
        self.placed: set[int] = set()
        self.held: dict[tuple[int, int], tuple[tuple[Choice, ...], int, int]] = {}
        self.whole, self.relaxed = _model(len(self.columns), whole=True), _model(len(self.columns), whole=False)
        self.row_of_seeker = [
            self._row([(seeker, each) for each in options], 0, 1) for seeker, options in enumerate(programme.options)
        ]
        users: dict[Slot, list[Choice]] = {}
        for seeker, position in self.columns:
            for slot in programme.options[seeker][position]:
                users.setdefault(slot, []).append((seeker, position))
        self.row_of_slot = {slot: self._row(each, 0, programme.free[slot]) for slot, each in users.items()}

    def _row(self, members: Iterable[Choice], low: int, high: int) -> int:
        columns = sorted(self.columns[choice] for choice in members)
        for model in (self.whole, self.relaxed):
            model.addRow(float(low), float(high), len(columns), columns, [1.0] * len(columns))
        return int(self.whole.getNumRow()) - 1

    def value(self, members: Iterable[Choice]) -> int:
        """How many of the choices are taken at present."""
        return _worth(dict.fromkeys(members, 1), self.chosen)

    def open_options(self, seeker: int) -> list[int]:
        """The seeker's options that the steps so far have left to it."""
        return [each for each in self.programme.options[seeker] if (seeker, each) not in self.closed]

    def require(self, level: tuple[int, int], members: Iterable[Choice], count: int) -> None:
        """Hold the number of choices taken at the level from now on; of a level that has none, none is left open."""
        choices = tuple(members)
        if count == 0:
            self._close(choices)
        self.held[level] = (choices, count, self._row(choices, count, count))

    def settle(self, seeker: int, kept: set[Choice], placed: bool) -> None:
        """Leave the seeker these options alone, and its being placed (or not) as it is."""
        choices = [(seeker, each) for each in self.open_options(seeker)]
        self._close(each for each in choices if not placed or each not in kept)
        if placed:
            self.placed.add(seeker)
            for model in (self.whole, self.relaxed):
                model.changeRowBounds(self.row_of_seeker[seeker], 1.0, 1.0)

    def _close(self, choices: Iterable[Choice]) -> None:
        for choice in choices:
            self.closed.add(choice)
            for model in (self.whole, self.relaxed):
                model.changeColBounds(self.columns[choice], 0.0, 0.0)

    def maximise(self, weights: Mapping[Choice, int], step: Step, at: tuple[int, int]) -> int:
        """Improve `chosen` for the weighted count; return what no assignment exceeds."""
        reach = self._ceiling(weights)
        for choice, weight in weights.items():
            for model in (self.whole, self.relaxed):
                model.changeColCost(self.columns[choice], float(weight))
        for model in (self.relaxed, self.whole):
            if _worth(weights, self.chosen) < reach and self.seconds > 0:
                reach = min(reach, self._run(model, weights))
                if model is self.relaxed:
                    self.prices.append(self._read_prices(step, at))
        for choice in weights:
            for model in (self.whole, self.relaxed):
                model.changeColCost(self.columns[choice], 0.0)
        return reach

    def _ceiling(self, weights: Mapping[Choice, int]) -> int:
        """The bound that needs no programme: each seeker at its best."""
        best: dict[int, int] = {}
        for (seeker, position), weight in weights.items():
            if (seeker, position) not in self.closed:
                best[seeker] = max(weight, best.get(seeker, 0))
        return sum(best.values())

    def _run(self, model: highspy.Highs, weights: Mapping[Choice, int]) -> int:
        """Solve one programme in the time left; return its bound, at least what is reached already."""
        if model is self.whole:
            columns = [self.columns[choice] for choice in self.chosen.items()]
            model.setSolution(len(columns), columns, [1.0] * len(columns))
        before = model.getRunTime()
        model.setOptionValue("time_limit", before + self.seconds)
        model.run()
        self.seconds -= model.getRunTime() - before
        found = self._found(model)
        if found is not None and _worth(weights, found) > _worth(weights, self.chosen):
            self.chosen = found
        bound = self._bound(model)
        return max(_worth(weights, self.chosen), math.floor(bound + ROUNDING)) if bound < math.inf else sys.maxsize

    def _bound(self, model: highspy.Highs) -> float:
        info = model.getInfo()
        if model is self.whole:
            return float(info.mip_dual_bound)
        solved = model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return float(info.objective_function_value) if solved else math.inf

    def _read_prices(self, step: Step, at: tuple[int, int]) -> Prices:
        """The prices by which the relaxed programme proves its bound, as far as whole numbers can carry them."""
        dual = self.relaxed.getSolution().row_dual
        if len(dual) < self.relaxed.getNumRow():
            return Prices(step, at, {}, {})
        seats = {slot: round(dual[row] * UNIT) for slot, row in self.row_of_slot.items() if dual[row] > ROUNDING}
        levels = {level: round(-dual[row] * UNIT) for level, (_, _, row) in self.held.items()}
        return Prices(step, at, seats, levels)

    def _found(self, model: highspy.Highs) -> dict[int, int] | None:
        """The programme's assignment in whole numbers, or None unless it keeps every row exactly."""
        values = model.getSolution().col_value
        taken = [choice for choice, column in self.columns.items() if column < len(values) and values[column] > 0.5]
        found = dict(taken)
        load = Counter(slot for seeker, position in taken for slot in self.programme.options[seeker][position])
        sound = (
            len(found) == len(taken)
            and self.closed.isdisjoint(taken)
            and self.placed <= found.keys()
            and all(count <= self.programme.free[slot] for slot, count in load.items())
            and all(_worth(dict.fromkeys(each, 1), found) == count for each, count, _ in self.held.values())
        )
        return found if sound else None


def _model(columns: int, *, whole: bool) -> highspy.Highs:
    model = highspy.Highs()  # type: ignore[no-untyped-call]  # its stub leaves the constructor untyped
    for name, value in SETTINGS.items():
        model.setOptionValue(name, value)
    for column in range(columns):
        model.addCol(0.0, 0.0, 1.0, 0, [], [])
        if whole:
            model.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    return model


def _worth(weights: Mapping[Choice, int], chosen: Mapping[int, int]) -> int:
    return sum(weight for (seeker, position), weight in weights.items() if chosen.get(seeker) == position)
