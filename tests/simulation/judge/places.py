"""Places: of the reception (C-IN-3), judged as in the trials on real parts, and of sites and years (S-PL-1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.chaos.judge import log, places
from tests.chaos.judge.evidence import Evidence as OfReception
from tests.chaos.judge.replay import replay
from tests.chaos.judge.system.published import capacities
from tests.chaos.judge.violations import Violation
from tests.simulation.judge.evidence import Evidence

RECEPTION = (
    places.never_one_too_many, places.nobody_is_turned_away_too_early,
    places.reception_closes_and_reopens_in_the_right_places, log.one_legal_entity_one_application,
    log.receipt_numbers_run_on,
)  # fmt: skip


def the_reception_keeps_its_places(evidence: Evidence) -> Iterator[Violation]:
    """Never one too many, nobody turned away too early, closed and reopened where it is due, numbers without a gap."""
    seen = OfReception(evidence.places, False, 0, {}, evidence.logs["intake"], (), (), ())
    story = replay(seen)
    for check in RECEPTION:
        yield from check(seen, story)


def no_site_has_more_than_its_places(evidence: Evidence) -> Iterator[Violation]:
    """Of what was accepted and not given up, no site has more in a year than the edition has places there."""
    stays: dict[str, list[Any]] = {}
    for commit in evidence.logs["placement"]:
        for event in commit.events:
            if event.name == "placement.offer_accepted.v1":
                stays[event.stream] = event.data["stays"]
            elif event.name == "placement.proposal_closed.v1":
                stays.pop(event.stream, None)
    taken = Counter((stay["site"], year) for each in stays.values() for stay in each for year in _years(stay))
    for (site, year), count in taken.items():
        there = capacities().get((site, year))
        if there is not None and count > there:
            yield Violation("no more than the places of a site", f"{count} of {there} at {site} in {year}")


def _years(stay: dict[str, Any]) -> list[int]:
    return [int(stay["fiscal_year"])] if "fiscal_year" in stay else []


PLACES = (the_reception_keeps_its_places, no_site_has_more_than_its_places)
