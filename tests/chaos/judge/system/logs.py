"""Every log's own promises: no hole, nothing twice, nothing seen late or taken back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.chaos.judge.system.evidence import Evidence, Logs
from tests.chaos.judge.violations import Violation


def positions_have_no_hole(evidence: Logs) -> Iterator[Violation]:
    """The next commit begins where the one before ends."""
    for service, commits in evidence.logs.items():
        expected = 1
        for commit in commits:
            if commit.position != expected or commit.size != max(1, len(commit.events)):
                yield Violation("positions without a hole", f"{service}: {commit.position}, expected {expected}")
            expected = commit.position + commit.size


def versions_have_no_hole(evidence: Logs) -> Iterator[Violation]:
    """Each aggregate's versions run 1, 2, 3 … in the order of the log."""
    for service, commits in evidence.logs.items():
        found: dict[str, int] = defaultdict(int)
        for commit in commits:
            for event in commit.events:
                if event.version != found[event.stream] + 1:
                    where = f"{service}: {event.stream}/{event.version} at {commit.position}"
                    yield Violation("versions without a hole", where)
                found[event.stream] = event.version


def a_cause_acts_once(evidence: Logs) -> Iterator[Violation]:
    """A message, a timer, an Idempotency-Key is in one commit."""
    for service, commits in evidence.logs.items():
        for cause, times in Counter(key for commit in commits for key in commit.keys).items():
            if times > 1:
                yield Violation("a cause acts once", f"{service}: {cause} in {times} commits")


EVERY_LOG = (positions_have_no_hole, versions_have_no_hole, a_cause_acts_once)
"""What holds for every log, however it came about."""


def nothing_is_seen_late(evidence: Evidence) -> Iterator[Violation]:
    """Who read a log all the while was shown all that it holds in the end, in its order, and nothing else."""
    for service, seen in evidence.seen.items():
        there = evidence.identities[service][: len(seen)]
        if evidence.identities[service] and not seen:
            yield Violation("nothing is seen late", f"{service}: nobody read it, so nobody knows")
        for shown, stands in zip(seen, there, strict=False):
            if shown != stands:
                yield Violation("nothing is seen late", f"{service}: {shown} was shown where {stands} stands")
                break
        if len(there) < len(seen):
            yield Violation("nothing is seen late", f"{service}: {seen[len(there)]} was shown and is gone")


def every_node_holds_the_same(evidence: Evidence) -> Iterator[Violation]:
    """What one node of the database holds of a log, the others hold as well."""
    for where in evidence.copies:
        yield Violation("every node holds the same", where)


LOGS = (*EVERY_LOG, nothing_is_seen_late, every_node_holds_the_same)
