"""Letters: one Message-ID each, the same content however often it is delivered, none without a cause (S-NO-2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.judge.system.evidence import Evidence
from tests.chaos.judge.violations import Violation

COMPOSED, SENT = "notify.letter_composed.v1", "notify.letter_sent.v1"
PROMISE = "one letter, one Message-ID (S-NO-2)"


def one_letter_one_message_id(evidence: Evidence) -> Iterator[Violation]:
    """All that was delivered under one Message-ID is one letter: to the same address, word for word."""
    found = defaultdict[str, set[tuple[str, str]]](set)
    for letter in evidence.letters:
        found[letter.message_id].add((letter.to, letter.digest))
    for id, contents in found.items():
        if len(contents) > 1:
            yield Violation(PROMISE, f"{len(contents)} different ones under {id}")


def what_was_sent_was_delivered(evidence: Evidence) -> Iterator[Violation]:
    """Each letter that the log calls sent lies in the mailbox under its Message-ID, and none lies there unknown."""
    delivered = {letter.message_id for letter in evidence.letters}
    composed, sent = set[str](), dict[str, str]()
    for commit in evidence.logs["notify"]:
        for event in commit.events:
            if event.name == SENT:
                if event.stream in sent:
                    yield Violation(PROMISE, f"{event.stream} is called sent twice")
                sent[event.stream] = event.data["message_id"]
            elif event.name == COMPOSED:
                composed.add(event.stream)
    for stream, id in sorted(sent.items()):
        if id not in delivered:
            yield Violation(PROMISE, f"{stream} is called sent and was not delivered")
    for id in sorted(delivered - set(sent.values())):
        yield Violation(PROMISE, f"{id} was delivered and is not called sent")
    for stream in sorted(sent.keys() - composed):
        yield Violation(PROMISE, f"{stream} was sent and never composed")


LETTERS = (one_letter_one_message_id, what_was_sent_was_delivered)
