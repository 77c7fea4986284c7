"""Which coordinator fits a company (C-PL-1): the same engine, with ranks out of region, field and language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from policies.faults import NotYetHolding
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
    problem = _problem(edition, receipt_number, needs, load, at)
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


def c_pl_1_most(edition: SupportEdition, coordinator_id: str, *, at: datetime) -> int:
    """How many companies at a time, on that day; none where no value holds on it (not yet, or no longer)."""
    try:
        return edition.value(f"coordinators.{coordinator_id}", day_in_tokyo(at)).number
    except NotYetHolding:
        return 0


def _problem(
    edition: SupportEdition, receipt_number: str, needs: Needs, load: Mapping[str, Coordinator], at: datetime
) -> Problem:
    year, profiles = edition.edition.fiscal_year, edition.coordinators.root
    busy = {(id, year): len(each.companies) for id, each in load.items() if id in profiles}
    # Who accompanies more than may be by now keeps them, and has no room.
    most = {id: max(c_pl_1_most(edition, id, at=at), busy.get((id, year), 0)) for id in profiles}
    places = tuple(Place(id, id, {year: most[id]}) for id in profiles)
    ranks = {id: c_pl_1_rank(edition, needs, profile) for id, profile in profiles.items()}
    shares = {id: busy.get((id, year), 0) / max(1, most[id]) for id in profiles}
    options = tuple(Option(ranks[id], ((id, year),), id) for id in _evenly(receipt_number, ranks, shares))
    return Problem(places, (Seeker(receipt_number, receipt_number, options),), busy)


def _evenly(receipt_number: str, ranks: Mapping[str, int], shares: Mapping[str, float]) -> list[str]:
    """Coordinators by rank; of those who fit alike the one with the smaller share of what it can do comes first.

    What is alike in that too is in an order of the company's own, so that the work spreads.
    """
    turn = {id: number for number, id in enumerate(lottery(ranks, receipt_number))}
    return sorted(turn, key=lambda id: (ranks[id], shares[id], turn[id]))


def _facts(edition: SupportEdition, needs: Needs, problem: Problem, result: Result, name: str) -> dict[str, object]:
    passed_over = explain(problem, result)[name]
    chosen = result.assignment[name]
    ranks = {option.place: option.rank for option in problem.seekers[0].options}
    return {
        "companies": problem.incumbents.get(chosen.claims[0], 0) if chosen else None,
        "alike": sum(rank == chosen.rank for rank in ranks.values()) - 1 if chosen else 0,
        "region": edition.region_of(needs.prefecture),
        "field": needs.field,
        "languages": list(needs.languages),
        "coordinator": chosen.place if chosen else None,
        "rank": chosen.rank if chosen else None,
        "full_at_better_rank": [each.option.place for each in passed_over],
    }


def c_pl_1_explained(edition: SupportEdition, needs: Needs, decision: Decision) -> tuple[str, ...]:
    """Why this coordinator, in sentences for officers, out of the decision and what it saw (C-PL-1).

    The coordinators are the edition's labels, no names; of those who fit better it is said that they had no room.
    """
    said = [_wanted(edition, needs)]
    if decision.clause == "C-LI-1":
        return (*said, "採択日が支援事業の最終日より後のため、コーディネーターを決めずに担当者の判断を待っています。")
    chosen = decision.facts.get("coordinator")
    if chosen is None:
        return (*said, "担当件数に空きのあるコーディネーターがいないため、担当者の判断を待っています。")
    said.append(_fits(edition, needs, str(chosen)))
    full = decision.facts.get("full_at_better_rank") or ()
    if isinstance(full, list | tuple) and full:
        named = "、".join(str(each) for each in full)
        said.append(f"より適合する{named}は担当件数が上限に達していました。1件でも空きがあれば、その担当でした。")
    if alike := decision.facts.get("alike"):
        companies = decision.facts["companies"]
        said.append(f"同じ適合度のほかの{alike}名より担当の割合が小さいか同じでした（決定時の担当は{companies}件）。")
    if decision.by != "rule":
        said.append("担当者が理由を付けて決めました。")
    return tuple(said)


def _wanted(edition: SupportEdition, needs: Needs) -> str:
    words = edition.vocabulary
    region = words.regions[edition.region_of(needs.prefecture)].name
    languages = "・".join(words.languages[each].name for each in needs.languages) or "指定なし"
    return f"企業の所在地は{region}、分野は{words.fields[needs.field].name}、希望する言語は{languages}です。"


def _fits(edition: SupportEdition, needs: Needs, coordinator_id: str) -> str:
    profile = edition.coordinators.root[coordinator_id]
    region = edition.region_of(needs.prefecture) in profile.regions
    languages = set(needs.languages) <= set(profile.languages)
    marks = {"地方": region, "分野": needs.field in profile.fields, "言語": languages}
    fit = "、".join(f"{name}は{'合う' if met else '合わない'}" for name, met in marks.items())
    return f"{coordinator_id}：{fit}（適合度{c_pl_1_rank(edition, needs, profile)}、1が最もよい）。"
