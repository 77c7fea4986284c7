"""Every log's own promises: no hole, nothing twice, nothing seen late."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.judge.system.logs import EVERY_LOG
from tests.chaos.judge.violations import Violation
from tests.simulation.judge.evidence import Evidence


def nothing_is_seen_late(evidence: Evidence) -> Iterator[Violation]:
    """Who read up to a position had been given every commit up to there that the log holds in the end."""
    for service, reads in evidence.reads.items():
        positions = [commit.position for commit in evidence.logs[service]]
        for after, upto, count in sorted(reads):
            there = sum(after < position <= upto for position in positions)
            if there != count:
                where = f"{service}: {count} of {there} commits were seen after {after} up to {upto}"
                yield Violation("nothing is seen late", where)


def a_cause_acts_in_one_shard(evidence: Evidence) -> Iterator[Violation]:
    """Of a log that is split, too, a message, a timer, an Idempotency-Key is in one commit."""
    for service in evidence.services:
        where: dict[tuple[str, str], str] = {}
        for log in evidence.shards(service):
            for key in (key for commit in evidence.logs[log] for key in commit.keys):
                if where.setdefault(key, log) != log:
                    yield Violation("a cause acts once", f"{service}: {key} in {where[key]} and {log}")


LOGS = (*EVERY_LOG, nothing_is_seen_late, a_cause_acts_in_one_shard)
