"""Between services: log and topic say the same, in the same order for each key; what was said was heard, once."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.judge.evidence import Record
from tests.chaos.judge.system.evidence import Evidence, Published
from tests.chaos.judge.system.language import told
from tests.chaos.judge.violations import Violation

AGREE = "log and topic agree"
DEAD = ".dead-letters"


def the_topic_says_what_the_log_says(evidence: Evidence) -> Iterator[Violation]:
    """Every message that the log leads to is on its topic, at its position, and nothing else is."""
    expected = dict(_expected(evidence))
    heard: dict[str, Record] = {}
    for published in _said(evidence):
        record = published.record
        if heard.setdefault(record.id, record) != record:
            yield Violation(AGREE, f"{record.id} came in two forms")
        if expected.get(record.id) != (published.topic, record.name, record.position):
            yield Violation(AGREE, f"{record.id} ({record.name}) is on {published.topic}, not so in the log")
    for id in sorted(expected.keys() - heard.keys()):
        yield Violation(AGREE, f"{id} ({expected[id][1]}) is not on the topic")


def a_key_keeps_its_order(evidence: Evidence) -> Iterator[Violation]:
    """What was said of one aggregate comes for the first time in the order of the log; repetitions come after."""
    last: dict[tuple[str, str], int] = {}
    seen: set[str] = set()
    for published in _said(evidence):
        record, of = published.record, (published.topic, published.record.key)
        if record.id in seen:
            continue
        seen.add(record.id)
        if record.position < last.get(of, 0):
            yield Violation(AGREE, f"{record.id} came after position {last[of]}")
        last[of] = record.position


def what_was_said_was_heard(evidence: Evidence) -> Iterator[Violation]:
    """Each message that a service reacts to is settled by one commit of its log, or parked."""
    for service, (topics, names) in evidence.consumes.items():
        settled = {
            message for commit in evidence.logs[service] for consumer, message in commit.keys if consumer == service
        }
        wanted = {p.record.id for p in _said(evidence) if p.topic in topics and p.record.name in names}
        for id in sorted(wanted - settled - evidence.parked.get(service, frozenset())):
            yield Violation("what was said is heard", f"{service} has not settled {id}")
        for id in sorted(settled - wanted):
            yield Violation("what was said is heard", f"{service} has settled {id}, which nobody said")


def nothing_but_poison_is_parked(evidence: Evidence) -> Iterator[Violation]:
    """No message of a service was given up; what is no message was, by each who reads it."""
    for service in evidence.logs:
        parked, poison = evidence.parked.get(service, frozenset()), evidence.poison.get(service, frozenset())
        for id in sorted(parked - poison):
            yield Violation("nothing but poison is parked", f"{service}: {id}")
        for id in sorted(poison - parked):
            yield Violation("nothing but poison is parked", f"{service} took {id} for a message")


def _expected(evidence: Evidence) -> Iterator[tuple[str, tuple[str, str, int]]]:
    """By the id of each message that the logs lead to: its topic, its name, its position."""
    for service, commits in evidence.logs.items():
        for commit in commits:
            for place, event in enumerate(commit.events):
                for number, name in enumerate(told(event)):
                    id = f"{service}:{event.stream}/{event.version}"
                    yield (id if number == 0 else f"{id}+{number}"), (service, name, commit.position + place)


def _said(evidence: Evidence) -> Iterator[Published]:
    """What services said, in the order of each partition; without dead letters."""
    for each in sorted(evidence.topics, key=lambda published: (published.topic, published.partition, published.offset)):
        if not each.topic.endswith(DEAD):
            yield each


DELIVERY = (
    the_topic_says_what_the_log_says, a_key_keeps_its_order, what_was_said_was_heard, nothing_but_poison_is_parked,
)  # fmt: skip
