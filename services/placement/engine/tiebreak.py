"""The tie-break among all optimal assignments: in lottery order, each gets its best (S-PL-5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from services.placement.engine.matching import UNPLACED, Matching

Step = tuple[int, int | None]
"""(node come from, who moves along), the node being a place or `UNPLACED`; nobody moves when a seat is just
left.
"""


def settle(matching: Matching, order: Sequence[int], key: Callable[[int, int], int]) -> None:
    """Walk the order; give each seeker the smallest `key(seeker, option)` it can have in an optimal
    assignment.

    What was given to those before stays (they may still change between options of the same key). Narrows
    `matching.edges` to what was settled.
    """
    for seeker in order:
        edges = matching.edges[seeker]
        if not edges:
            continue
        here = matching.at[seeker]
        worth = {place: key(seeker, option) for place, option in edges.items()}
        best = worth.get(here)
        for value in sorted({v for v in worth.values() if best is None or v < best}):
            if _reroute(matching, seeker, [place for place, v in worth.items() if v == value]):
                best = value
                break
        if best is not None:
            matching.seeker_bound[seeker] = 1
        matching.edges[seeker] = {place: option for place, option in edges.items() if worth[place] == best}


def _reroute(matching: Matching, seeker: int, wanted: Sequence[int]) -> bool:
    """Bring the seeker to one of the wanted places by an exchange that keeps the assignment optimal, if there
    is one.

    Its arrival pushes somebody on, and so forth, until the seat it left is filled or may stay empty.
    """
    target = matching.at[seeker]
    came: dict[int, Step | None] = dict.fromkeys(wanted)
    queue = list(wanted)
    for node in queue:
        if node == target:
            _apply(matching, seeker, came)
            return True
        for onward, mover in _onward(matching, node, seeker):
            if onward not in came:
                came[onward] = (node, mover)
                queue.append(onward)
    return False


def _onward(matching: Matching, node: int, excluded: int) -> Iterator[tuple[int, int | None]]:
    if node == UNPLACED:
        yield from _from_outside(matching, excluded)
        return
    if not matching.full(node):
        yield UNPLACED, None
    for holder in matching.holders[node]:
        if holder == excluded:
            continue
        for place in matching.edges[holder]:
            yield place, holder
        if not matching.seeker_bound[holder]:
            yield UNPLACED, holder


def _from_outside(matching: Matching, excluded: int) -> Iterator[tuple[int, int | None]]:
    """A seat taken somewhere may be paid for by leaving another empty, or by placing one who waits."""
    for place, holders in enumerate(matching.holders):
        if holders and not matching.place_bound[place]:
            yield place, None
    for seeker, here in enumerate(matching.at):
        if here == UNPLACED and seeker != excluded:
            for place in matching.edges[seeker]:
                yield place, seeker


def _apply(matching: Matching, seeker: int, came: dict[int, Step | None]) -> None:
    node = matching.at[seeker]
    step = came[node]
    while step is not None:
        before, mover = step
        if mover is not None:
            matching.move(mover, node)
        node, step = before, came[before]
    matching.move(seeker, node)
