"""As many as possible first, then the rule: exact for single places, starting from the rule's own outcome.

The rule's outcome is the best of its size. The best that places one more differs from it by the best chain of moves
from one who waits to a free seat, and so on until no chain is left (successive best paths). Prices on places, in
whole numbers, then say which wishes the optimal assignments use, so that the tie-break goes on as usual.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from services.placement.engine.matching import UNPLACED, Edge, Matching

Wishes = list[dict[int, tuple[int, int]]]
"""For each seeker: place → (option's position, what it is worth)."""


def as_many_as_possible(matching: Matching, levels: Sequence[Sequence[Edge]]) -> None:
    """Change the rule's outcome into the best by the rule among those that place the most.

    Afterwards `edges` and the bounds say what the optimal assignments have in common, as after `rank_maximal`.
    """
    wishes = _wishes(len(matching.at), levels)
    while _place_one_more(matching, wishes):
        pass
    _narrow(matching, wishes, more=(len(matching.at) + 1) ** (len(levels) + 1))


def _wishes(seekers: int, levels: Sequence[Sequence[Edge]]) -> Wishes:
    """One wish of a level is worth more than one of each later level for every seeker."""
    wishes: Wishes = [{} for _ in range(seekers)]
    for number, edges in enumerate(levels):
        worth = (seekers + 1) ** (len(levels) - number)
        for seeker, place, option in edges:
            wishes[seeker].setdefault(place, (option, worth))
    return wishes


def _moves(matching: Matching, wishes: Wishes) -> dict[int, dict[int, tuple[int, int]]]:
    """The best move from each place (or from outside) to each other one: (what it gains, who moves)."""
    best: dict[int, dict[int, tuple[int, int]]] = {place: {} for place in (UNPLACED, *range(len(matching.holders)))}
    for seeker, here in enumerate(matching.at):
        held = 0 if here == UNPLACED else wishes[seeker][here][1]
        ways = best[here]
        for place, (_, worth) in wishes[seeker].items():
            if place != here and (place not in ways or worth - held > ways[place][0]):
                ways[place] = (worth - held, seeker)
    return best


def _place_one_more(matching: Matching, wishes: Wishes) -> bool:
    """Bring one who waits in by the best chain of moves; False if there is none."""
    moves = _moves(matching, wishes)
    reached, came = {UNPLACED: 0}, dict[int, tuple[int, int]]()
    queue, waiting = deque([UNPLACED]), {UNPLACED}
    while queue:
        here = queue.popleft()
        waiting.discard(here)
        for place, (gain, mover) in moves[here].items():
            if place in reached and reached[place] >= reached[here] + gain:
                continue
            reached[place], came[place] = reached[here] + gain, (here, mover)
            if place not in waiting:
                waiting.add(place)
                queue.append(place)
    free = [place for place in came if not matching.full(place)]
    if not free:
        return False
    node = max(free, key=lambda place: (reached[place], -place))
    while node != UNPLACED:
        before, mover = came[node]
        matching.move(mover, node)
        node = before
    return True


def _narrow(matching: Matching, wishes: Wishes, *, more: int) -> None:
    """Keep the wishes that an optimal assignment may use; bind whom and what each of them must place and fill."""
    prices = _prices(matching, wishes, more)
    for seeker, here in enumerate(matching.at):
        rent = 0 if here == UNPLACED else more + wishes[seeker][here][1] - prices[here]
        matching.seeker_bound[seeker] = rent > 0
        matching.edges[seeker] = {
            place: option for place, (option, worth) in wishes[seeker].items() if more + worth - prices[place] == rent
        }
    for place in range(len(matching.holders)):
        matching.place_bound[place] = prices[place] > 0


def _prices(matching: Matching, wishes: Wishes, more: int) -> list[int]:
    """The price of a seat at each place: what the best chain of moves would gain that ends with a seat less there."""
    moves = _moves(matching, wishes)
    outside = {place: more + gain for place, (gain, _) in moves[UNPLACED].items()}
    prices = [max(0, outside.get(place, 0)) for place in range(len(matching.holders))]
    queue = deque(range(len(prices)))
    waiting = set(queue)
    while queue:
        here = queue.popleft()
        waiting.discard(here)
        for place, (gain, _) in moves[here].items():
            if prices[place] < prices[here] + gain:
                prices[place] = prices[here] + gain
                if place not in waiting:
                    waiting.add(place)
                    queue.append(place)
    return prices
