"""Cases of the placement: places, bundles, colliding wishes, notice and answer (S-PL)."""

from __future__ import annotations

from datetime import datetime

from madoguchi.checking.facts import BadFacts, Facts
from madoguchi.checking.found import Found, clauses_of, computed, decisive
from madoguchi.checking.rules import Rules
from madoguchi.checking.stand_ins import OFFICER, party, unread
from policies.calendars import start_of_day
from policies.secondment.edition import SecondmentEdition
from policies.secondment.sites import Site as EditionSite
from schemas.values import Route, Scalar, SecondmentRequest, Wish
from services.placement.domain import Seats, Site
from services.placement.domain.values import Candidate
from services.placement.engine import lottery, solve, verify
from services.placement.policy.decisions import RULE
from services.placement.policy.life import s_pl_10_notice
from services.placement.policy.results import assigned, s_pl_9_reasons
from services.placement.policy.rounds import pose
from services.placement.policy.wishes import s_pl_6_stays

ME, RIVAL = "S-0001", "S-0002"
"""Receipt numbers of a case that states none: the lottery's names (S-PL-5)."""


def place(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-PL-1, S-PL-6: the places of a site in a fiscal year, those taken by who is there already, those left."""
    known, year = site(edition, facts, "site"), facts.number("fiscal_year")
    seats = designated(edition, known)
    gives: dict[str, Scalar] = {
        "places": seats.capacity.get(year, 0),
        "taken": seats.taken(year),
        "free": seats.free(year),
    }
    return computed(gives, "S-PL-1", "S-PL-2" if known.overseas else "S-PL-1", "S-PL-6")


def site(edition: SecondmentEdition, facts: Facts, name: str) -> EditionSite:
    """The site that a fact names."""
    if facts.text(name) not in edition.sites:
        raise BadFacts(name, "この拠点はありません。", "The edition has no such site.")
    return edition.site(facts.text(name))


def designated(edition: SecondmentEdition, known: EditionSite) -> Site:
    """The site with its seats as the edition has them."""
    years = edition.edition.years
    seats = Seats(
        {year: known.capacity.get(year, 0) for year in years}, {year: edition.taken(known.id, year) for year in years}
    )
    return Site.designate(known.id, overseas=known.overseas, seats=seats, edition=edition.id, at=_now(edition))


def _now(edition: SecondmentEdition) -> datetime:
    return start_of_day(edition.dates.results_announced.first)


def bundle(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-PL-6: which site in which fiscal year."""
    abroad = site(edition, facts, "overseas").id if facts.known("overseas") else None
    stays = s_pl_6_stays(edition, site(edition, facts, "domestic").id, abroad, facts.number("years"))
    return computed({str(stay.fiscal_year): stay.site for stay in stays}, "S-PL-6")


def collision(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-PL-3…5, S-PL-9: two senders wish for one site; what the first of them gets, and what it is told."""
    contested = site(edition, facts, "site")
    round = [_candidate(edition, contested, facts, ""), _candidate(edition, contested, facts, "rival_")]
    posed = pose(edition, round, {contested.id: designated(edition, contested)})
    seed = edition.tiebreak.seed.first
    result = solve(posed.problem, lottery(posed.asked, seed))
    if verify(posed.problem, result, seed=seed).refuted:
        raise RuntimeError("the verifier refutes the run of a case")
    mine, asks = round[0].application_id, facts.number("asks", 1)
    reasons, checked = s_pl_9_reasons(posed.problem, result)
    if checked.verdict != "passed":
        raise RuntimeError("what the senders of a case are told is not true")
    made = assigned(edition, posed, result, reasons, at=_now(edition))
    got = next(each for each in made if each.application_id == mine and each.number == asks)
    told = next((each for each in got.explanation if each.site == contested.id), None)
    gives: dict[str, Scalar] = {
        "placed": bool(got.stays),
        "reason": told.code if told else None,
        "count": told.count if told else None,
    }
    return computed(gives, *clauses_of(got.decisions, edition), *(["S-PL-9"] if told else []))


def _candidate(edition: SecondmentEdition, contested: EditionSite, facts: Facts, who: str) -> Candidate:
    asks, rank = facts.number(f"{who}asks", 1), facts.number(f"{who}rank", 1)
    number = facts.text(f"{who}receipt_number", RIVAL if who else ME)
    elsewhere = _elsewhere(edition, contested)
    closed, open_ = elsewhere[: rank - 1], Wish(rank=rank, domestic=contested.id)
    wishes = (*(Wish(rank=n, domestic=each) for n, each in enumerate(closed, 1)), open_)
    first = Wish(rank=1, domestic=elsewhere[0])
    requests = [_asked(edition, contested, n, (first,)) for n in range(1, asks)]
    return Candidate(
        application_id=f"app-{number}",
        receipt_number=number,
        party=party(f"org-{number}"),
        requests=(*requests, _asked(edition, contested, asks, wishes)),
        placed_before=facts.flag(f"{who}placed_before", False),
    )


def _elsewhere(edition: SecondmentEdition, contested: EditionSite) -> list[str]:
    """Sites of the same kind. The round of a case has no places there: only the contested site is in it."""
    return [each.id for each in edition.sites.values() if each.kind == contested.kind and each.id != contested.id]


def _asked(
    edition: SecondmentEdition, contested: EditionSite, number: int, wishes: tuple[Wish, ...]
) -> SecondmentRequest:
    route: Route = "domestic" if contested.kind in edition.routes.domestic.places else "headquarters"
    years = edition.route(route).years_least.first
    return SecondmentRequest(number=number, route=route, years=years, wishes=wishes)


def announcement(edition: SecondmentEdition, facts: Facts) -> Found:
    """S-PL-10: the results go out that day; ``officer`` where HR lets them go out later than early enough."""
    by = OFFICER if facts.known("officer") else RULE
    reason = unread("reason") if facts.known("officer") else None
    at = start_of_day(facts.day("announced_on"))
    return decisive([s_pl_10_notice(edition, by, reason, at=at)])


RULES: Rules[SecondmentEdition] = {
    "place": place,
    "bundle": bundle,
    "collision": collision,
    "announcement": announcement,
}
