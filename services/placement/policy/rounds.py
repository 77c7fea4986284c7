"""A round as the engine reads it: classes (S-PL-4), places with those already there (S-PL-1, S-PL-6), wishes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from policies.secondment.edition import SecondmentEdition
from schemas.values import SecondmentRequest, Stay
from services.placement.domain import Site
from services.placement.domain.values import Candidate, Ground, secondment_of, seeker_of
from services.placement.engine import Option, Place, Problem, Reading, Request, Seeker, Slot, classes, free_places
from services.placement.policy.wishes import NOT_WISHED, claims, s_in_4_route, wished_stays


@dataclass(frozen=True)
class Asked:
    """One requested secondment in a round; ``seeker`` is its name in the lottery."""

    seeker: str
    secondment_id: str
    candidate: Candidate
    request: SecondmentRequest


@dataclass(frozen=True)
class Posed:
    """A round put as the engine's problem, with the way back from seekers to secondments."""

    problem: Problem
    asked: Mapping[str, Asked]

    def seeker(self, name: str) -> Seeker:
        """The seeker of that name."""
        return self._seekers[name]

    @cached_property
    def _seekers(self) -> dict[str, Seeker]:
        return {each.id: each for each in self.problem.seekers}


def pose(
    edition: SecondmentEdition,
    candidates: Iterable[Candidate],
    sites: Mapping[str, Site],
    ours: Collection[str] = (),
    *,
    reading: Reading | None = None,
) -> Posed:
    """The problem of a round. ``ours`` are secondments whose claims are not counted as taken: they are in it.

    ``reading`` of S-PL-4 is the policy's unless a what-if asks for another.
    """
    asked = {each.seeker: each for candidate in candidates for each in _asked(candidate)}
    levels = s_pl_4_classes(edition, asked.values(), reading)
    seekers = tuple(_seeker(edition, each, levels[each.seeker]) for _, each in sorted(asked.items()))
    named = {site for seeker in seekers for option in seeker.options for site, _ in option.claims}
    places = tuple(
        Place(id, _name(edition, id), dict(sites[id].capacity) if id in sites else {})
        for id in sorted(named | sites.keys())
    )
    return Posed(Problem(places, seekers, _taken(sites, ours)), asked)


def ground_of(posed: Posed) -> Ground:
    """What a run of this problem goes by. Seats count where somebody wishes to be: others change nothing."""
    free, wished = (
        free_places(posed.problem),
        {slot for s in posed.problem.seekers for o in s.options for slot in o.claims},
    )
    return Ground(
        candidates={each.candidate.application_id: each.candidate.digest for each in posed.asked.values()},
        free={f"{site} {year}": free.get((site, year), 0) for site, year in sorted(wished)},
    )


def s_pl_4_classes(
    edition: SecondmentEdition, asked: Iterable[Asked], reading: Reading | None = None
) -> dict[str, int]:
    """The priority class of each: senders without any placement first, second requests after everyone's first."""
    known = list(asked)
    requests = [Request(each.seeker, _owner(each), each.request.number) for each in known]
    earlier = {_owner(each): int(each.candidate.placed_before) for each in known}
    return classes(requests, earlier, reading or edition.tiebreak.priority_scope.first)


def as_option(edition: SecondmentEdition, stays: tuple[Stay, ...], rank: int | None) -> Option | None:
    """Stays as the engine's option, whether wished or given by hand; None without stays."""
    if not stays:
        return None
    return Option(rank or NOT_WISHED, claims(edition, stays), stays[-1].site)


def _owner(asked: Asked) -> str:
    return asked.candidate.party.organisation_id


def _asked(candidate: Candidate) -> Iterable[Asked]:
    for request in candidate.requests:
        seeker = seeker_of(candidate.receipt_number, request.number)
        yield Asked(seeker, secondment_of(candidate.application_id, request.number), candidate, request)


def _seeker(edition: SecondmentEdition, asked: Asked, level: int) -> Seeker:
    options, barred = [], {}
    for wish in sorted(asked.request.wishes, key=lambda each: each.rank):
        stays = wished_stays(edition, asked.request, wish)
        options.append(Option(wish.rank, claims(edition, stays), stays[-1].site))
        why = s_in_4_route(edition, asked.request, wish)
        if why:
            barred[wish.rank] = why
    return Seeker(asked.seeker, _owner(asked), tuple(options), level, barred)


def _taken(sites: Mapping[str, Site], ours: Collection[str]) -> dict[Slot, int]:
    taken: dict[Slot, int] = {}
    for id, site in sites.items():
        for year in site.capacity:
            others = sum(year in years for name, years in site.claims.items() if name not in ours)
            taken[id, year] = site.incumbents.get(year, 0) + others
    return taken


def _name(edition: SecondmentEdition, site_id: str) -> str:
    return edition.site(site_id).full_name if site_id in edition.sites else site_id
