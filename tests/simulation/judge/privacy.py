"""What is personal or confidential is plain nowhere, and of who was erased nothing can be opened (G-7, C-SC-15)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.chaos.judge.violations import Violation
from tests.simulation.judge.evidence import Evidence

OUT = frozenset({"apply", "amend", "withdraw", "paper", "name-secondee", "accept", "decline"})
"""What applicants do."""


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


def no_ground_goes_out(evidence: Evidence) -> Iterator[Violation]:
    """What officers noted of a judgement is in no letter and in no answer to an applicant."""
    told = [(f"a letter to {letter.to}", letter.text) for letter in evidence.letters]
    told += [
        (f"an answer to {r.case}", json.dumps(r.body, ensure_ascii=False)) for r in evidence.replies if r.what in OUT
    ]
    for where, text in told:
        if any(ground in text for ground in evidence.grounds):
            yield Violation("no ground goes out (C-SC-15)", f"in {where}")


PRIVACY = (nothing_personal_is_plain, who_was_erased_is_unreadable, no_ground_goes_out)
