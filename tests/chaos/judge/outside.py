"""What others heard: one message for each outcome on the topic, one letter for each, nothing parked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from tests.chaos.judge.evidence import Evidence
from tests.chaos.judge.replay import CLOSED, REOPENED, Story
from tests.chaos.judge.violations import Violation

OUTCOMES = {
    "registered": "ApplicationRegistered",
    "submitted": "ApplicationSubmitted",
    "refused": "ApplicationRefused",
    "withdrawn": "ApplicationWithdrawn",
}
MARKS = {CLOSED: "ReceptionClosed", REOPENED: "ReceptionReopened"}
LETTERS = {
    "registered": "オンライン登録を受け付けました",
    "submitted": "お申し込みを受け付けました",
    "refused": "受付終了のお知らせ",
    "withdrawn": "お申し込みの辞退を承りました",
}
"""What the subject of each outcome's letter says."""


def every_outcome_is_heard_once(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """Outcomes of the log and messages of the topic are the same, one for one, whatever came twice (by its id)."""
    expected = _expected(story)
    names = {*OUTCOMES.values(), *MARKS.values()}
    heard = {r.id: r for r in evidence.records if r.name in names and r.data.get("programme") == "support"}
    for id in expected.keys() - heard.keys():
        yield Violation("every outcome on the topic, once", f"{id} ({expected[id][0]}) is missing")
    for id in heard.keys() - expected.keys():
        yield Violation("every outcome on the topic, once", f"{id} ({heard[id].name}) is not in the log")
    for id in heard.keys() & expected.keys():
        name, told = expected[id]
        if heard[id].name != name or any(heard[id].data.get(field) != value for field, value in told.items()):
            yield Violation("every outcome on the topic, once", f"{id} says something else than the log")


def a_message_is_the_same_whenever_it_comes(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """A message that was published again is word for word the same."""
    first: dict[str, Any] = {}
    for record in evidence.records:
        if first.setdefault(record.id, record) != record:
            yield Violation("every outcome on the topic, once", f"{record.id} came in two forms")


def every_outcome_has_one_letter(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """Each outcome of a company's applications is told in one letter of its own, by its Message-ID (S-NO-2)."""
    expected = defaultdict[str, Counter[str]](Counter)
    for case in story.cases.values():
        address = evidence.addresses.get(case.company, f"nobody, for {case.company}")
        expected[address].update(outcome for _, outcome in case.said)
    found, ids = defaultdict[str, Counter[str]](Counter), Counter[str]()
    for mail in evidence.mails:
        ids[mail.message_id] += 1
        kind = next((kind for kind, words in LETTERS.items() if words in mail.subject), mail.subject)
        found[mail.to][kind] += 1
    for address in sorted(expected.keys() | found.keys()):
        if expected[address] != found[address]:
            where = f"{address}: {dict(found[address])} for {dict(expected[address])}"
            yield Violation("every outcome has one letter (S-NO-2)", where)
    for id, times in ids.items():
        if times > 1:
            yield Violation("every outcome has one letter (S-NO-2)", f"{times} different ones under {id}")


def nothing_is_parked(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """No message was given up."""
    for service, count in evidence.parked.items():
        if count:
            yield Violation("nothing parked", f"{count} at {service}")
    if evidence.dead_letters:
        yield Violation("nothing parked", f"{evidence.dead_letters} dead letters")


def _expected(story: Story) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """By the message's id: its name, and what it must say."""
    expected: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for case in story.cases.values():
        for event, outcome in case.said:
            told = {"application_id": case.id} | ({} if outcome == "refused" else {"receipt_number": case.receipt})
            expected[f"intake:{event.stream}/{event.version}"] = (OUTCOMES[outcome], told)
    for step in story.steps:
        for event in step.marks:
            id = f"intake:{event.stream}/{event.version}"
            expected[id] = (MARKS[event.name], {"standing": event.data["standing"]})
    return expected


OUTSIDE = (
    every_outcome_is_heard_once, a_message_is_the_same_whenever_it_comes, every_outcome_has_one_letter,
    nothing_is_parked,
)  # fmt: skip
