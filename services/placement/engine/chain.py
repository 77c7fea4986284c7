"""One integer programme, solved step after step (HiGHS)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

import highspy

from services.placement.engine.fairness import Programme, polish
from services.placement.engine.model import Slot
from services.placement.engine.reduction import Choice

ROUNDING = 1e-6
"""HiGHS works in floating point; all our coefficients are small whole numbers, and so are all optima."""

SETTINGS = {"output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": 0.0, "mip_abs_gap": ROUNDING}


class Chain:
    """One integer programme that is solved again and again, each time bound by what was reached before."""

    def __init__(self, programme: Programme, seconds: float) -> None:
        self.seconds = seconds
        self.chosen = polish(programme, {})
        self.columns = {choice: number for number, choice in enumerate(programme.levels)}
        self.closed: set[Choice] = set()
        self.placed: set[int] = set()
        self.held: list[tuple[tuple[Choice, ...], int]] = []
        self.options = programme.options
        self.free = programme.free
        self.model = _model(len(self.columns))
        self.row_of_seeker = [
            self._row(((seeker, each) for each in options), 0, 1) for seeker, options in enumerate(self.options)
        ]
        for slot, users in self._users().items():
            self._row(users, 0, self.free[slot])

    def _users(self) -> Mapping[Slot, list[Choice]]:
        users: dict[Slot, list[Choice]] = {}
        for seeker, position in self.columns:
            for slot in self.options[seeker][position]:
                users.setdefault(slot, []).append((seeker, position))
        return users

    def _row(self, members: Iterable[Choice], low: int, high: int) -> int:
        columns = sorted(self.columns[choice] for choice in members)
        self.model.addRow(float(low), float(high), len(columns), columns, [1.0] * len(columns))
        return int(self.model.getNumRow()) - 1

    def value(self, members: Iterable[Choice]) -> int:
        """How many of the choices are taken at present."""
        return _worth(dict.fromkeys(members, 1), self.chosen)

    def open_options(self, seeker: int) -> list[int]:
        """The seeker's options that the steps so far have left to it."""
        return [each for each in self.options[seeker] if (seeker, each) not in self.closed]

    def require(self, members: Iterable[Choice], count: int) -> None:
        """Hold the number of these choices from now on."""
        self.held.append((tuple(members), count))
        self._row(self.held[-1][0], count, count)

    def settle(self, seeker: int, kept: set[Choice], placed: bool) -> None:
        """Leave the seeker these options alone, and its being placed (or not) as it is."""
        for position in self.open_options(seeker):
            if not placed or (seeker, position) not in kept:
                self.closed.add((seeker, position))
                self.model.changeColBounds(self.columns[seeker, position], 0.0, 0.0)
        if placed:
            self.placed.add(seeker)
            self.model.changeRowBounds(self.row_of_seeker[seeker], 1.0, 1.0)

    def maximise(self, weights: Mapping[Choice, int]) -> int:
        """Improve `chosen` for the weighted count; return what no assignment exceeds."""
        for choice, weight in weights.items():
            self.model.changeColCost(self.columns[choice], float(weight))
        best = _worth(weights, self.chosen)
        ceiling = self._ceiling(weights)
        reach = ceiling if best == ceiling else self._run(weights, best, ceiling)
        for choice in weights:
            self.model.changeColCost(self.columns[choice], 0.0)
        return reach

    def _ceiling(self, weights: Mapping[Choice, int]) -> int:
        """The bound that needs no programme: each seeker at its best."""
        best: dict[int, int] = {}
        for (seeker, position), weight in weights.items():
            if (seeker, position) not in self.closed:
                best[seeker] = max(weight, best.get(seeker, 0))
        return sum(best.values())

    def _run(self, weights: Mapping[Choice, int], best: int, ceiling: int) -> int:
        if self.seconds <= 0:
            return ceiling
        columns = [self.columns[choice] for choice in self.chosen.items()]
        self.model.setSolution(len(columns), columns, [1.0] * len(columns))
        before = self.model.getRunTime()
        self.model.setOptionValue("time_limit", before + self.seconds)
        self.model.run()
        self.seconds -= self.model.getRunTime() - before
        found = self._found()
        if found is not None and _worth(weights, found) > best:
            self.chosen = found
            best = _worth(weights, found)
        bound = self.model.getInfo().mip_dual_bound
        return ceiling if not math.isfinite(bound) else max(best, min(ceiling, math.floor(bound + ROUNDING)))

    def _found(self) -> dict[int, int] | None:
        """The programme's assignment in whole numbers, or None unless it keeps every row exactly."""
        values = self.model.getSolution().col_value
        taken = [choice for choice, column in self.columns.items() if column < len(values) and values[column] > 0.5]
        found = dict(taken)
        load = Counter(slot for seeker, position in taken for slot in self.options[seeker][position])
        sound = (
            len(found) == len(taken)
            and self.closed.isdisjoint(taken)
            and self.placed <= found.keys()
            and all(count <= self.free[slot] for slot, count in load.items())
            and all(_worth(dict.fromkeys(members, 1), found) == count for members, count in self.held)
        )
        return found if sound else None


def _model(columns: int) -> highspy.Highs:
    model = highspy.Highs()  # type: ignore[no-untyped-call]  # its stub leaves the constructor untyped
    for name, value in SETTINGS.items():
        model.setOptionValue(name, value)
    for column in range(columns):
        model.addCol(0.0, 0.0, 1.0, 0, [], [])
        model.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    return model


def _worth(weights: Mapping[Choice, int], chosen: Mapping[int, int]) -> int:
    return sum(weight for (seeker, position), weight in weights.items() if chosen.get(seeker) == position)
