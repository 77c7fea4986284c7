"""The usual way to a rank-maximal placement, to be measured beside: one linear programme for each class and rank.

Each maximises how many are placed at its class and rank, those before it being held. Places form a network, so that the
relaxed programmes have whole optima where every wish takes one place; bundles are out of its reach.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import highspy

from services.placement.engine import Problem, Slot, free_places


def signature(problem: Problem, seconds: float) -> list[int] | None:
    """How many are placed at each class and rank, best first; None if it takes longer than ``seconds``."""
    seats = free_places(problem)
    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy says nothing of its types
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("time_limit", seconds)
    levels: dict[tuple[int, int], list[int]] = defaultdict(list)
    of_seeker, of_slot = list[list[int]](), defaultdict[Slot, list[int]](list)
    columns = 0
    for seeker in problem.seekers:
        mine = []
        for option in seeker.options:
            (slot,) = option.claims
            levels[seeker.priority, option.rank].append(columns)
            of_slot[slot].append(columns)
            mine.append(columns)
            columns += 1
        of_seeker.append(mine)
    infinite = highspy.kHighsInf
    for _ in range(columns):
        model.addVar(0.0, 1.0)
    for mine in of_seeker:
        model.addRow(-infinite, 1.0, len(mine), mine, [1.0] * len(mine))
    for slot, wanting in of_slot.items():
        model.addRow(-infinite, float(seats.get(slot, 0)), len(wanting), wanting, [1.0] * len(wanting))
    found, every = list[int](), list(range(columns))
    for level in sorted(levels):
        chosen = levels[level]
        model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        costs = [0.0] * columns
        for column in chosen:
            costs[column] = 1.0
        model.changeColsCost(columns, every, costs)
        model.run()
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal or model.getRunTime() > seconds:
            return None
        reached = round(model.getInfo().objective_function_value)
        found.append(reached)
        model.addRow(float(reached), infinite, len(chosen), chosen, [1.0] * len(chosen))
    return found
