"""Which coordinator fits a company (C-PL-1): the same engine, with ranks out of region, field and language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from policies.support.edition import SupportEdition
from policies.support.sections import Coordinator as Profile
from schemas.values import Decision, Outcome, day_in_tokyo
from services.placement.domain import Coordinator
from services.placement.domain.support_events import Needs
from services.placement.engine import Option, Place, Problem, Result, Seeker, explain, lottery, solve, verify
from services.placement.policy.decisions import decided


@dataclass(frozen=True)
class Match:
    """The coordinator found for a company, or None where nobody has room, with the decision that says why."""

    coordinator_id: str | None
    rank: int | None
    decision: Decision


def c_pl_1_match(
    edition: SupportEdition, receipt_number: str, needs: Needs, load: Mapping[str, Coordinator], *, at: datetime
) -> Match:
    """The coordinator who fits best among those with room. Raises RuntimeError if the verifier refutes the engine."""
    problem = _problem(edition, receipt_number, needs, load)
    result = solve(problem, (receipt_number,))
    certificate = verify(problem, result)
    if certificate.refuted:
        raise RuntimeError(f"the verifier refutes the choice of a coordinator: {certificate}")
    option = result.assignment[receipt_number]
    facts = _facts(edition, needs, problem, result, receipt_number)
    day = day_in_tokyo(at)
    read = [edition.value(f"coordinators.{option.place}", day)] if option else []
    outcome: Outcome = "passed" if option else "held"
    decision = decided("C-PL-1", outcome, edition=edition.id, at=at, facts=facts, read=read)
    return Match(option.place if option else None, option.rank if option else None, decision)


def c_pl_1_rank(edition: SupportEdition, needs: Needs, profile: Profile) -> int:
    """How well a coordinator fits, 1 the best: region counts most, then field, then the languages asked for."""
    region = edition.region_of(needs.prefecture) in profile.regions
    languages = set(needs.languages) <= set(profile.languages)
    return 1 + 4 * (not region) + 2 * (needs.field not in profile.fields) + (not languages)


def _problem(edition: SupportEdition, receipt_number: str, needs: Needs, load: Mapping[str, Coordinator]) -> Problem:
    year, profiles = edition.edition.fiscal_year, edition.coordinators.root
    places = tuple(Place(id, id, {year: _most(load, id, profile)}) for id, profile in profiles.items())
    busy = {(id, year): len(each.companies) for id, each in load.items() if id in profiles}
    ranks = {id: c_pl_1_rank(edition, needs, profile) for id, profile in profiles.items()}
    options = tuple(Option(ranks[id], ((id, year),), id) for id in _evenly(profiles, receipt_number, ranks))
    return Problem(places, (Seeker(receipt_number, receipt_number, options),), busy)


def _most(load: Mapping[str, Coordinator], id: str, profile: Profile) -> int:
    return load[id].most if id in load else profile.first


def _evenly(ids: Iterable[str], receipt_number: str, ranks: Mapping[str, int]) -> list[str]:
    """Coordinators by rank; those who fit alike in an order of the company's own, so that the work spreads."""
    turn = {id: number for number, id in enumerate(lottery(ids, receipt_number))}
    return sorted(turn, key=lambda id: (ranks[id], turn[id]))


def _facts(edition: SupportEdition, needs: Needs, problem: Problem, result: Result, name: str) -> dict[str, object]:
    passed_over = explain(problem, result)[name]
    chosen = result.assignment[name]
    return {
        "region": edition.region_of(needs.prefecture),
        "field": needs.field,
        "languages": list(needs.languages),
        "coordinator": chosen.place if chosen else None,
        "rank": chosen.rank if chosen else None,
        "full_at_better_rank": [each.option.place for each in passed_over],
    }
