"""The tie-break proved: no exchange among equals serves an earlier one in the lottery better (S-PL-5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from services.placement.engine.certificate import Moves
from services.placement.engine.ledger import Ledger
from services.placement.engine.model import Option, Slot


class Move(Protocol):
    """A move that costs nothing in the signature: who goes from where to where, with which wish."""

    @property
    def start(self) -> Slot: ...
    @property
    def end(self) -> Slot: ...
    @property
    def seeker(self) -> str | None: ...
    @property
    def option(self) -> Option | None: ...


Onward = dict[Slot, list[Move]]


def first_wronged(ledger: Ledger, moves: Iterable[Move]) -> Moves:
    """The exchange by which one could have had better without harm to any before it; none if the rule was
    kept.

    First by rank, then by the position in which a seeker listed wishes of the same rank.
    """
    onward: Onward = {}
    for move in moves:
        onward.setdefault(move.start, []).append(move)
    group = _groups(onward)
    inside = {start: [move for move in ways if group[move.end] == group[start]] for start, ways in onward.items()}
    own: dict[str, list[Move]] = {}
    for ways in inside.values():
        for move in ways:
            if move.seeker is not None and move.option is not None:
                own.setdefault(move.seeker, []).append(move)
    for ranked in (True, False):
        for name in sorted(own, key=ledger.turn.__getitem__):
            gains = [move for move in own[name] if _gains(ledger, move, ranked)]
            found = _exchange(inside, gains, _allowed(ledger, name, ranked)) if gains else ()
            if found:
                return found
    return ()


def _rank(option: Option | None) -> int | None:
    return option.rank if option else None


def _gains(ledger: Ledger, move: Move, ranked: bool) -> bool:
    got, new = ledger.got[move.seeker or ""], move.option
    if new is None or got is None:
        return ranked and new is not None
    if ranked:
        return new.rank < got.rank
    listed = ledger.seekers[move.seeker or ""].options
    return new.rank == got.rank and listed.index(new) < listed.index(got)


def _allowed(ledger: Ledger, name: str, ranked: bool) -> Callable[[Move], bool]:
    def allowed(move: Move) -> bool:
        if move.seeker is None:
            return True
        later = ledger.turn[move.seeker] > ledger.turn[name]
        same_rank = _rank(move.option) == _rank(ledger.got[move.seeker])
        return (later or same_rank) if ranked else (later and same_rank)

    return allowed


def _exchange(onward: Onward, gains: list[Move], allowed: Callable[[Move], bool]) -> Moves:
    """Follow those pushed on, from where the gain leads back to the seat that it leaves."""
    home = gains[0].start
    came = {move.end: move for move in gains}
    queue = list(came)
    for here in queue:
        if here == home:
            return _way_back(came, gains[0])
        for move in onward.get(here, ()):
            if move.end not in came and allowed(move):
                came[move.end] = move
                queue.append(move.end)
    return ()


def _way_back(came: dict[Slot, Move], first: Move) -> Moves:
    moves: list[tuple[str, Option | None]] = []
    node = first.start
    while True:
        move = came[node]
        if move.seeker is not None:
            moves.append((move.seeker, move.option))
        node = move.start
        if move.seeker == first.seeker:
            return tuple(moves)


def _groups(onward: Onward) -> dict[Slot, int]:
    """Number the places so that two have the same number if each can be reached from the other (Kosaraju)."""
    forward = {start: [move.end for move in ways] for start, ways in onward.items()}
    backward: dict[Slot, list[Slot]] = {}
    for start, ends in forward.items():
        for end in ends:
            backward.setdefault(end, []).append(start)
    finished: list[Slot] = []
    seen: set[Slot] = set()
    for root in (*forward, *backward):
        _walk(root, forward, seen, finished)
    group: dict[Slot, int] = {}
    for number, root in enumerate(reversed(finished)):
        if root not in group:
            reached: list[Slot] = []
            _walk(root, backward, set(group), reached)
            group.update(dict.fromkeys(reached, number))
    return group


def _walk(root: Slot, ways: dict[Slot, list[Slot]], seen: set[Slot], finished: list[Slot]) -> None:
    """Walk depth first from the root over what is not seen yet, noting each place when it is left for good."""
    if root in seen:
        return
    seen.add(root)
    path = [(root, iter(ways.get(root, ())))]
    while path:
        node, rest = path[-1]
        following = next((each for each in rest if each not in seen), None)
        if following is None:
            finished.append(node)
            path.pop()
        else:
            seen.add(following)
            path.append((following, iter(ways.get(following, ()))))
