"""Which seeds bring each variant to light, and what the judge then names.

Found by playing seeds in order (`make simulate VARIANT=name`, or `hard` courses where a kind of fault is needed that an
ordinary course seldom has at the right moment): ``tried`` says how many were played until the first was caught. Further
seeds stand behind it because a course changes with the product, and may then spare a variant by luck.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.simulation.plan import Plan, hard, plan, twins

Hard = tuple[str, float, int] | tuple[str, float, int, float]
"""Kind of fault, seconds, how many a day; of storms how strong."""


@dataclass(frozen=True)
class Caught:
    """What is named in the first of ``seeds``; the first promise is the one that the variant leaves unprotected."""

    promises: tuple[str, ...]
    seeds: tuple[int, ...]
    tried: int
    hard: Hard | None = None
    twins: bool = False

    def course(self, seed: int) -> Plan:
        """The plan that is played for a seed."""
        found = plan(seed)
        if self.twins:
            return twins(found)
        return hard(found, *self.hard) if self.hard else found


HOLE, VERSIONS, ONCE, LATE = (
    "positions without a hole", "versions without a hole", "a cause acts once", "nothing is seen late",
)  # fmt: skip
ORDER = "each key is heard in order"
AGREE, HEARD, PARKED = "log and topic agree", "what was said is heard", "nothing is parked"
ANSWERED, OUTCOME = "everybody is answered", "each 2xx has one outcome"
ALIKE, APPLICATION = "one Idempotency-Key, one outcome", "one Idempotency-Key, one application"
CAP, ENTITY = "never one too many (C-IN-3)", "one legal entity, one application (C-IN-4)"
CLOSED, EARLY = "closed and reopened in the right places (C-IN-3)", "turned away while full (C-IN-3)"
RECEIPTS, SITE = "receipt numbers without gap or double", "no more than the places of a site (S-PL-1)"
LINE, NUMBERS, SUMS = "one billable fact, one line", "invoice numbers without a gap", "sums balance"
LETTER, PLAIN = "one letter, one Message-ID (S-NO-2)", "nothing personal is plain (G-7, C-SC-15)"
ERASED, GROUND = "erased is unreadable (G-7)", "no ground goes out (C-SC-15)"
REST, REPLAY, UNHEARD = "it comes to rest", "read models equal a replay", "nothing breaks unheard"
KILLS: Hard = ("kill", 0.1, 12)

CAUGHT: dict[str, Caught] = {
    "no-inbox": Caught((ONCE,), (1, 7), 1),
    "no-version-check": Caught((VERSIONS, PARKED, REST), (4, 5), 4),
    "w-1": Caught((HOLE,), (5, 16), 5, ("failover", 0.1, 12)),
    "reserve-positions": Caught((LATE,), (3, 1), 1),
    "acknowledge-first": Caught((HEARD,), (13, 16), 13, KILLS),
    "acknowledge-unheard": Caught((UNHEARD,), (6, 16), 6),
    "drop-what-fails": Caught((HEARD,), (2, 5), 2, ("store away", 2.0, 2)),
    "acks-1": Caught((AGREE,), (5, 2, 4), 2, ("leader", 0.5, 4)),
    "publish-outside-log": Caught((AGREE,), (1, 8), 1),
    "no-order-in-batch": Caught((ORDER,), (2, 13, 16), 2, ("kill", 12.0, 1)),
    "answer-first": Caught((OUTCOME, ALIKE), (1, 4, 3), 1),
    "key-forgotten": Caught((APPLICATION, OUTCOME), (1, 3, 4), 1),
    "repetition-fails": Caught((ANSWERED,), (3, 5), 3),
    "repetition-told-otherwise": Caught((ALIKE,), (1, 3, 5), 1),
    "no-fencing": Caught((REST,), (9, 13), 9, ("storm", 20.0, 2, 0.3)),
    "overwrite-read-models": Caught((REPLAY,), (16, 47), 16, ("storm", 20.0, 4, 0.3)),
    "cap-on-read-model": Caught((CAP, CLOSED), (12, 9), 9),
    "one-place-short": Caught((EARLY, CLOSED), (1, 3, 2), 1),
    "rival-unseen": Caught((ENTITY,), (1, 3), 1),
    "receipt-number-early": Caught((RECEIPTS,), (12, 19), 12, ("second", 0.1, 12)),
    "site-without-end": Caught((SITE,), (45, 66), 45),
    "billed-again": Caught((LINE,), (2, 65), 2),
    "invoice-number-early": Caught((NUMBERS,), (23, 46), 23),
    "balance-from-before": Caught((SUMS,), (2, 13), 2),
    "reminder-without-tax": Caught((SUMS,), (19, 41), 19),
    "letter-before-event": Caught((LETTER,), (56, 57), 56),
    "message-id-by-try": Caught((LETTER,), (1, 4, 2), 1),
    "seal-forgotten": Caught((PLAIN,), (1, 4, 2), 1),
    "erasure-keeps-keys": Caught((ERASED,), (1, 3, 4), 1),
    "ground-published": Caught((PLAIN, AGREE), (4, 7), 4),
    "ground-in-letter": Caught((GROUND,), (4, 7), 4),
}
