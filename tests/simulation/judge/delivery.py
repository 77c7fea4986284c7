"""Log and topic say the same, in the same order for each key; and what was said was heard, once."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.judge.evidence import Record
from tests.chaos.judge.violations import Violation
from tests.simulation.judge.evidence import Evidence


def the_topic_says_what_the_log_says(evidence: Evidence) -> Iterator[Violation]:
    """Every message of the log is on its topic, nothing else is, and each time it is word for word the same."""
    expected = {record.id: record for records in evidence.expected.values() for record in records}
    heard = set()
    for published in evidence.topics:
        record = published.record
        if published.topic.endswith(".dead-letters"):
            continue
        heard.add(record.id)
        if record.id not in expected:
            yield Violation("log and topic agree", f"{record.id} is on the topic, not in the log")
        elif record != expected[record.id]:
            yield Violation("log and topic agree", f"{record.id} says something else than the log")
    for id in sorted(expected.keys() - heard):
        yield Violation("log and topic agree", f"{id} is not on the topic")


def a_key_keeps_its_order(evidence: Evidence) -> Iterator[Violation]:
    """What was said of one aggregate comes for the first time in the order of the log; repetitions come after."""
    order: dict[str, list[Record]] = {}
    seen: set[str] = set()
    for published in sorted(evidence.topics, key=lambda each: (each.topic, each.partition, each.offset)):
        record = published.record
        if record.id in seen or published.topic.endswith(".dead-letters"):
            continue
        seen.add(record.id)
        before = order.setdefault(f"{published.topic} {record.key}", [])
        if (
            before
            and (before[-1].position, before[-1].id) > (record.position, record.id)
            and (before[-1].position != record.position)
        ):
            yield Violation("log and topic agree", f"{record.id} came after {before[-1].id}")
        before.append(record)


def what_was_said_was_heard(evidence: Evidence) -> Iterator[Violation]:
    """Each message that a service reacts to is settled by a commit of its log, or parked."""
    for service, (topics, names) in evidence.consumes.items():
        settled = {
            message for commit in evidence.of(service) for consumer, message in commit.keys if consumer == service
        }
        wanted = {p.record.id for p in evidence.topics if p.topic in topics and p.record.name in names}
        for id in sorted(wanted - settled):
            yield Violation("what was said is heard", f"{service} has not settled {id}")


def a_key_is_heard_in_order(evidence: Evidence) -> Iterator[Violation]:
    """What was said of one aggregate is settled in the order in which it was said, by each service."""
    inorder = sorted(evidence.topics, key=lambda each: (each.topic, each.partition, each.offset), reverse=True)
    said = {each.record.id: each for each in inorder}.values()  # of repetitions the first
    firsts = sorted(said, key=lambda each: (each.topic, each.partition, each.offset))
    for service, (topics, names) in evidence.consumes.items():
        settled = {
            message: (log, commit.position)
            for log in evidence.shards(service)
            for commit in evidence.logs[log]
            for consumer, message in commit.keys
            if consumer == service
        }
        last: dict[tuple[str, str], tuple[tuple[str, int], str]] = {}
        for published in firsts:
            record, key = published.record, (published.topic, published.record.key)
            if published.topic in topics and record.name in names and record.id in settled:
                now = (settled[record.id], record.id)
                before = last.get(key, now)
                if now[0][0] != before[0][0]:
                    yield Violation("each key is heard in order", f"{service} settled {record.key} in two shards")
                if now[0] < before[0]:
                    yield Violation("each key is heard in order", f"{service} settled {record.id} before {before[1]}")
                last[key] = max(now, before)


def nothing_is_parked(evidence: Evidence) -> Iterator[Violation]:
    """No message was given up: none of them is poison."""
    for service, reasons in evidence.parked.items():
        for reason in reasons:
            yield Violation("nothing is parked", f"{service}: {reason}")


DELIVERY = (
    the_topic_says_what_the_log_says, a_key_keeps_its_order, what_was_said_was_heard, a_key_is_heard_in_order,
    nothing_is_parked,
)  # fmt: skip
