"""Places: of the reception (C-IN-3), judged as in the trials of the reception, and of sites and years (S-PL-1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.chaos.judge import log, places
from tests.chaos.judge.evidence import Commit
from tests.chaos.judge.evidence import Evidence as OfReception
from tests.chaos.judge.replay import replay
from tests.chaos.judge.system.evidence import Evidence
from tests.chaos.judge.violations import Violation

ACCEPTED, CLOSED = "placement.offer_accepted.v1", "placement.proposal_closed.v1"
CHANGED = "placement.capacity_changed.v1"
Places = Mapping[tuple[str, int], int]
"""By site and fiscal year."""
RECEPTION = (
    places.never_one_too_many, places.nobody_is_turned_away_too_early,
    places.reception_closes_and_reopens_in_the_right_places, log.one_legal_entity_one_application,
)  # fmt: skip


def the_reception_keeps_its_places(evidence: Evidence) -> Iterator[Violation]:
    """Never one too many, nobody turned away too early, closed and reopened where it is due."""
    seen = OfReception(evidence.places, False, 0, {}, evidence.logs["intake"], (), (), ())
    story = replay(seen)
    for check in RECEPTION:
        yield from check(seen, story)


def no_site_has_more_than_its_places(evidence: Evidence) -> Iterator[Violation]:
    """At no time were more places of a site accepted for a year, and not given up, than there are."""
    yield from overfull(evidence.logs["placement"], evidence.capacities, evidence.incumbents)


def overfull(commits: Iterable[Commit], capacities: Places, incumbents: Places) -> Iterator[Violation]:
    """Where more are accepted than the edition has places, less those already there, and HR's word on it by hand."""
    stays: dict[str, list[dict[str, Any]]] = {}
    there = dict(capacities)
    for commit in commits:
        for event in commit.events:
            if event.name == CLOSED:
                stays.pop(event.stream, None)
            elif event.name == ACCEPTED:
                stays[event.stream] = event.data["stays"]
            elif event.name == CHANGED:
                there[event.stream.removeprefix("site-"), event.data["fiscal_year"]] = event.data["places"]
        if any(event.name in {ACCEPTED, CHANGED} for event in commit.events):
            yield from _too_many(stays, there, incumbents, commit.position)


def _too_many(
    stays: Mapping[str, list[dict[str, Any]]], there: Places, incumbents: Places, position: int
) -> Iterator[Violation]:
    taken = Counter((stay["site"], int(stay["fiscal_year"])) for each in stays.values() for stay in each)
    for place, count in taken.items():
        free = there[place] - incumbents.get(place, 0) if place in there else count
        if count > free:
            yield Violation("no more than the places of a site (S-PL-1)", f"{count} of {free} at {place}, {position}")


PLACES = (the_reception_keeps_its_places, no_site_has_more_than_its_places)
