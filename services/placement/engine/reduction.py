"""Bundles made smaller: claims that can never be what is scarce are left out before solving.

Two years at one office with one seat each are one scarce thing, not two. Most bundles end up with a single
claim, and then the polynomial algorithm serves them as well. Nothing is lost: the same assignments stay
feasible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.placement.engine.model import Option, Seeker, Slot

Choice = tuple[int, int]
"""(seeker's position, option's position)"""


def live_options(seeker: Seeker, free: Mapping[Slot, int]) -> Iterator[tuple[int, Option]]:
    """The options that can be fulfilled at all: eligible, and each of their slots with a free seat."""
    for position, option in enumerate(seeker.options):
        if option.rank not in seeker.ineligible and all(free.get(slot, 0) > 0 for slot in option.claims):
            yield position, option


def scarce_claims(choices: Mapping[Choice, Option], free: Mapping[Slot, int]) -> dict[Choice, tuple[Slot, ...]]:
    """For each choice the claims that may bind: none, one or several."""
    users: dict[Slot, list[Choice]] = {}
    for choice, option in choices.items():
        for slot in option.claims:
            users.setdefault(slot, []).append(choice)
    dropped: set[Slot] = set()
    for slot in sorted(users, key=lambda each: (-free[each], each)):
        demand = len({seeker for seeker, _ in users[slot]})
        if demand <= free[slot] or _covered(slot, users[slot], choices, free, dropped):
            dropped.add(slot)
    return {choice: tuple(slot for slot in option.claims if slot not in dropped) for choice, option in choices.items()}


def _covered(
    slot: Slot,
    users: list[Choice],
    choices: Mapping[Choice, Option],
    free: Mapping[Slot, int],
    dropped: set[Slot],
) -> bool:
    """Whether all who claim the slot also claim another one that is at least as scarce and still counted."""
    first = choices[users[0]].claims
    others = {each for each in first if each != slot and each not in dropped and free[each] <= free[slot]}
    for user in users:
        if not others:
            return False
        others.intersection_update(choices[user].claims)
    return bool(others)
