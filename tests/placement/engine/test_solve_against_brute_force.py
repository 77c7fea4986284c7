"""The solver against the rule computed by trying every assignment, on thousands of small rounds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.placement.engine import Problem, lottery, solve
from tests.placement.engine.rounds import best_by_trying_all, bundle_round, single_round


def differing(make: Callable[[int], Problem], seeds: range) -> list[int]:
    wrong = []
    for seed in seeds:
        problem = make(seed)
        order = lottery((seeker.id for seeker in problem.seekers), f"seed {seed}")
        result = solve(problem, order)
        if result.proof != "exact" or result.assignment != best_by_trying_all(problem, order):
            wrong.append(seed)
    return wrong


@pytest.mark.clause("S-PL-3")
@pytest.mark.clause("S-PL-5")
def test_single_places_are_given_exactly_as_the_rule_says() -> None:
    assert differing(single_round, range(3000)) == []


@pytest.mark.clause("S-PL-3")
@pytest.mark.clause("S-PL-5")
def test_larger_rounds_of_single_places_too() -> None:
    assert differing(lambda seed: single_round(seed, seekers=9, places=4), range(10_000, 10_300)) == []


@pytest.mark.clause("S-PL-6")
@pytest.mark.clause("S-PL-3")
def test_bundles_over_years_are_given_exactly_as_the_rule_says() -> None:
    assert differing(bundle_round, range(1000)) == []
