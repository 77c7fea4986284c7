"""After the last fault everything comes to rest, nobody can read what nobody may, and a replay leads to the same."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.judge.system.evidence import Evidence
from tests.chaos.judge.violations import Violation


def it_comes_to_rest(evidence: Evidence) -> Iterator[Violation]:
    """Backlog, lag, what is due and what is open are gone within half a minute."""
    for moving in evidence.moving:
        yield Violation("it comes to rest within 30 s", moving)


def read_models_are_what_a_replay_gives(evidence: Evidence) -> Iterator[Violation]:
    """Built anew from nothing, each is equal."""
    for view, documents in evidence.stale.items():
        if documents:
            yield Violation("read models equal a replay", f"{view}: {', '.join(documents[:3])}")


def what_is_closed_stays_closed(evidence: Evidence) -> Iterator[Violation]:
    """Of who was erased nothing is readable anywhere (G-7); grounds and personal data are nowhere outside (C-SC-15)."""
    for promise, places in evidence.exposed.items():
        for where in places:
            yield Violation(promise, where)


REST = (it_comes_to_rest, read_models_are_what_a_replay_gives, what_is_closed_stays_closed)
