"""What the rules said to a case's facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from policies.edition import Edition
from schemas.values import Decision, Scalar

WORST_FIRST = ("refused", "held", "waiver_asked", "waived", "passed")
"""Which of several decisions decides: one refusal refuses."""


@dataclass(frozen=True)
class Found:
    """An outcome, the clauses that lead to it, and what was computed on the way."""

    outcome: str
    clauses: frozenset[str]
    gives: Mapping[str, Scalar] = field(default_factory=dict)


def found(outcome: str, *clauses: str) -> Found:
    """An outcome by these clauses."""
    return Found(outcome, frozenset(clauses))


def computed(gives: Mapping[str, Scalar], *clauses: str) -> Found:
    """What was computed by these clauses."""
    return Found("computed", frozenset(clauses), gives)


def decisive(decisions: Iterable[Decision]) -> Found:
    """The outcome of several decisions together: the worst one, by every clause that comes to it."""
    made = list(decisions)
    outcome = min((each.outcome for each in made), key=WORST_FIRST.index)
    return found(outcome, *(each.clause for each in made if each.outcome == outcome))


def clauses_of(decisions: Iterable[Decision], edition: Edition) -> set[str]:
    """The clauses of decisions and of every parameter that they read."""
    made = list(decisions)
    read = {edition.clause_of(each.name) for decision in made for each in decision.parameters}
    return {each.clause for each in made} | read
