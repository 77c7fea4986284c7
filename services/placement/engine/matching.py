"""Rank-maximal matching with capacities, level by level, exact and in polynomial time.

After Irving, Kavitha, Mehlhorn, Michail and Paluch (2004): grow a maximum matching level by level; after
each, drop the edges that no optimal matching of the levels so far can use. A level is a (class, rank) pair,
so that the class rule (S-PL-3) needs nothing of its own. The copies of a place with several seats always
share one label, so a place is one node whatever its capacity.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

UNPLACED = -1
Edge = tuple[int, int, int]
"""(seeker, place, option's position in the seeker's list), all as plain numbers."""


class Matching:
    """Who sits where (`at`, `holders`), and which moves are left (`edges[seeker]`: place → option).

    Once all levels are done, the optimal assignments are exactly those that use `edges` only, place every
    seeker in `seeker_bound` and fill every place in `place_bound`.
    """

    def __init__(self, capacity: Sequence[int], seekers: int) -> None:
        self.capacity = capacity
        self.at = [UNPLACED] * seekers
        self.holders: list[set[int]] = [set() for _ in capacity]
        self.edges: list[dict[int, int]] = [{} for _ in range(seekers)]
        self.seeker_bound = bytearray(seekers)
        self.place_bound = bytearray(len(capacity))

    def full(self, place: int) -> bool:
        """Whether every seat of the place is taken."""
        return len(self.holders[place]) >= self.capacity[place]

    def move(self, seeker: int, place: int) -> None:
        """Take the seeker from where it is and put it at the place, or nowhere (`UNPLACED`)."""
        if self.at[seeker] != UNPLACED:
            self.holders[self.at[seeker]].discard(seeker)
        self.at[seeker] = place
        if place != UNPLACED:
            self.holders[place].add(seeker)


def rank_maximal(capacity: Sequence[int], levels: Iterable[Sequence[Edge]], order: Sequence[int]) -> Matching:
    """Match so that the first level has as many as possible, then the second, and so on.

    `order` (all seekers) only says who is tried first; it speeds up the tie-break and does not affect the
    counts.
    """
    matching = Matching(capacity, len(order))
    wishers: list[list[int]] = [[] for _ in capacity]
    turn = [0] * len(order)
    for position, seeker in enumerate(order):
        turn[seeker] = position
    for edges in levels:
        _open(matching, edges, wishers)
        waiting = [s for s in order if matching.at[s] == UNPLACED and matching.edges[s]]
        contested: set[int] = set()
        for seeker in waiting:
            _place(matching, seeker, contested)
        _prune(matching, contested, _slack(matching, wishers))
    return matching


def _open(matching: Matching, edges: Sequence[Edge], wishers: list[list[int]]) -> None:
    for seeker, place, option in edges:
        if matching.seeker_bound[seeker] or matching.place_bound[place] or place in matching.edges[seeker]:
            continue
        matching.edges[seeker][place] = option
        wishers[place].append(seeker)


def _place(matching: Matching, start: int, contested: set[int]) -> None:
    """Find a seat for one more seeker, shifting others along; else mark what was reached as contested.

    Nothing contested can lead to a free seat later in the same level, so it is never searched twice.
    """
    mover: dict[int, int] = {}
    queue = [start]
    for seeker in queue:
        for place in matching.edges[seeker]:
            if place in mover or place in contested:
                continue
            mover[place] = seeker
            if not matching.full(place):
                _shift(matching, place, mover)
                return
            queue.extend(matching.holders[place])
    contested.update(mover)


def _shift(matching: Matching, place: int, mover: dict[int, int]) -> None:
    while place != UNPLACED:
        seeker = mover[place]
        left = matching.at[seeker]
        matching.move(seeker, place)
        place = left


def _slack(matching: Matching, wishers: list[list[int]]) -> set[int]:
    """The places that can be left with a free seat: not full, or a holder could move to one that is slack."""
    queue = [place for place in range(len(wishers)) if not matching.full(place)]
    slack = set(queue)
    for place in queue:
        for seeker in wishers[place]:
            here = matching.at[seeker]
            if here not in slack and place in matching.edges[seeker]:
                slack.add(here)
                queue.append(here)
    return slack


def _prune(matching: Matching, contested: set[int], slack: set[int]) -> None:
    """Label by Gallai and Edmonds and drop what no optimum uses.

    Contested places and seekers at slack places are "odd"; slack places, and seekers unplaced or at contested
    places, are "even"; the rest is "unreachable". Odd and unreachable ones take no later level, and no
    optimum uses an edge between two odd ones or an odd and an unreachable one.
    """
    for place in range(len(matching.holders)):
        if place not in slack:
            matching.place_bound[place] = 1
    for seeker, here in enumerate(matching.at):
        if here == UNPLACED or here in contested:
            continue
        matching.seeker_bound[seeker] = 1
        edges = matching.edges[seeker]
        if len(edges) > 1:
            keep = slack.__contains__ if here in slack else (lambda place: place not in contested)
            matching.edges[seeker] = {place: option for place, option in edges.items() if keep(place)}
