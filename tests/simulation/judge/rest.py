"""After the last fault everything comes to rest, and the read models are what a replay from nothing leads to."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.judge.violations import Violation
from tests.simulation.judge.evidence import Evidence


def it_comes_to_rest(evidence: Evidence) -> Iterator[Violation]:
    """Backlog, lag and what is due are gone within half a minute."""
    for moving in evidence.moving:
        yield Violation("it comes to rest", moving)


def read_models_are_what_a_replay_gives(evidence: Evidence) -> Iterator[Violation]:
    """Built anew, each is equal."""
    for view, documents in evidence.stale.items():
        if documents:
            yield Violation("read models equal a replay", f"{view}: {', '.join(documents[:3])}")


def nothing_broke(evidence: Evidence) -> Iterator[Violation]:
    """No error went where nobody hears it."""
    for broken in evidence.broken:
        yield Violation("nothing breaks unheard", broken)


REST = (it_comes_to_rest, read_models_are_what_a_replay_gives, nothing_broke)
