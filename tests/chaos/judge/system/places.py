"""Places: of the reception (C-IN-3), judged as in the trials of the reception, and of sites and years (S-PL-1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.chaos.judge import log, places
from tests.chaos.judge.evidence import Evidence as OfReception
from tests.chaos.judge.replay import replay
from tests.chaos.judge.system.evidence import Evidence
from tests.chaos.judge.violations import Violation

ACCEPTED, CLOSED = "placement.offer_accepted.v1", "placement.proposal_closed.v1"
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
    """At no time were more places of a site accepted for a year, and not given up, than the edition has."""
    stays: dict[str, list[dict[str, Any]]] = {}
    for commit in evidence.logs["placement"]:
        for event in commit.events:
            if event.name == CLOSED:
                stays.pop(event.stream, None)
            elif event.name == ACCEPTED:
                stays[event.stream] = event.data["stays"]
                yield from _too_many(stays, evidence, commit.position)


def _too_many(stays: dict[str, list[dict[str, Any]]], evidence: Evidence, position: int) -> Iterator[Violation]:
    taken = Counter((stay["site"], int(stay["fiscal_year"])) for each in stays.values() for stay in each)
    for place, count in taken.items():
        there = evidence.capacities.get(place)
        if there is not None and count > there:
            yield Violation("no more than the places of a site (S-PL-1)", f"{count} of {there} at {place}, {position}")


PLACES = (the_reception_keeps_its_places, no_site_has_more_than_its_places)
