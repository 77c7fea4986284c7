"""Priority classes: who goes first when wishes collide (S-PL-3, S-PL-4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Reading = Literal["all_years", "this_round"]
"""The policy's reading of "so far": all earlier years and this round, or this round alone."""


@dataclass(frozen=True)
class Request:
    """One requested placement: id, owner, and its position (1, 2, …) among the owner's requests."""

    id: str
    owner: str
    position: int


def classes(requests: Iterable[Request], earlier: Mapping[str, int], reading: Reading) -> dict[str, int]:
    """Give each request its class, 0 going first.

    `earlier` counts the placements decided for each owner before this round. Under "all_years": 0 is the
    first request of an owner without any placement; 1 the first request of the others; 2 every second
    request, since it comes after everyone's first; 3 every third, and so on. Under "this_round" earlier
    placements do not count: 0 is every first request, 1 every second. The class follows the order of the
    owner's requests and is fixed before the run. An owner's positions are counted, not trusted: 1, 3 is read
    as first, second.
    """
    taken: dict[str, int] = {}
    result: dict[str, int] = {}
    for request in sorted(requests, key=lambda each: (each.position, each.id)):
        before = taken.get(request.owner, 0)
        taken[request.owner] = before + 1
        result[request.id] = before if reading == "this_round" else _all_years(before, earlier.get(request.owner, 0))
    return result


def _all_years(before: int, earlier: int) -> int:
    return 0 if before == 0 and earlier == 0 else before + 1
