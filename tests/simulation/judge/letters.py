"""Letters: one Message-ID each, the same content however often it is delivered, none without a cause (S-NO-2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.judge.violations import Violation
from tests.simulation.judge.evidence import Evidence

COMPOSED, SENT = "notify.letter_composed.v1", "notify.letter_sent.v1"


def one_letter_one_message_id(evidence: Evidence) -> Iterator[Violation]:
    """All that was delivered under one Message-ID is one letter: to the same address, word for word."""
    found = defaultdict[str, set[tuple[str, str]]](set)
    for letter in evidence.letters:
        found[letter.message_id].add((letter.to, letter.digest))
    for id, contents in found.items():
        if len(contents) > 1:
            yield Violation("one letter, one Message-ID (S-NO-2)", f"{len(contents)} different ones under {id}")


def what_was_sent_was_delivered(evidence: Evidence) -> Iterator[Violation]:
    """Each letter that the log calls sent lies in the mailbox, and what lies there the log knows."""
    delivered = {letter.message_id.strip("<>").partition("@")[0] for letter in evidence.letters}
    composed, sent = set[str](), set[str]()
    for commit in evidence.of("notify"):
        for event in commit.events:
            if event.name == SENT:
                sent.add(event.stream)
            elif event.name == COMPOSED:
                composed.add(event.stream)
    for stream in sorted(sent):
        if not any(stream in id for id in delivered):
            yield Violation("one letter, one Message-ID (S-NO-2)", f"{stream} is called sent and was not delivered")
    for id in sorted(delivered):
        if not any(stream in id for stream in composed):
            yield Violation("one letter, one Message-ID (S-NO-2)", f"{id} was delivered and never composed")


LETTERS = (one_letter_one_message_id, what_was_sent_was_delivered)
