"""Places: of the reception (C-IN-3), judged as in the trials on real parts, and of sites and years (S-PL-1)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.judge import log, places
from tests.chaos.judge.evidence import Evidence as OfReception
from tests.chaos.judge.replay import replay
from tests.chaos.judge.system import published
from tests.chaos.judge.system.places import overfull
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
    """At no time were more places of a site accepted for a year, and not given up, than there are."""
    yield from overfull(evidence.logs["placement"], published.capacities(), published.incumbents())


PLACES = (the_reception_keeps_its_places, no_site_has_more_than_its_places)
