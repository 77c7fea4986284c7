"""What is personal or confidential is plain nowhere, and of who was erased nothing can be opened (G-7, C-SC-15)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.chaos.judge.violations import Violation
from tests.simulation.judge.evidence import Evidence


def nothing_personal_is_plain(evidence: Evidence) -> Iterator[Violation]:
    """No server holds a name, an address, a ground or a note in a form that can be read."""
    for place, raw in evidence.stored.items():
        for secret in evidence.secrets:
            if secret.encode() in raw or json.dumps(secret)[1:-1].encode() in raw:
                yield Violation("nothing personal is plain (G-7, C-SC-15)", f"in {place}")
                break


def who_was_erased_is_unreadable(evidence: Evidence) -> Iterator[Violation]:
    """With the keys that are left nothing of theirs can be opened."""
    for where in evidence.opened:
        yield Violation("erased is unreadable (G-7)", where)


PRIVACY = (nothing_personal_is_plain, who_was_erased_is_unreadable)
