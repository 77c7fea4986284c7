"""The log's own promises: no hole in positions and versions; one key, one commit; one legal entity, one application."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.chaos.judge.evidence import Evidence
from tests.chaos.judge.replay import ARRIVED, Story
from tests.chaos.judge.violations import Violation


def positions_have_no_hole(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """The next document begins where the one before ends."""
    expected = 1
    for commit in evidence.commits:
        if commit.position != expected or commit.size != max(1, len(commit.events)):
            yield Violation("position without a hole", f"{commit.position} where {expected} comes next")
        expected = commit.position + commit.size


def versions_have_no_hole(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """Each aggregate's versions run 1, 2, 3 … in the order of the log."""
    found: dict[str, int] = defaultdict(int)
    for commit in evidence.commits:
        for event in commit.events:
            if event.version != found[event.stream] + 1:
                yield Violation("version without a hole", f"{event.stream}/{event.version} at {commit.position}")
            found[event.stream] = event.version


def a_key_acts_once(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """One Idempotency-Key, one commit, one application."""
    caused = Counter(key for commit in evidence.commits for key in commit.keys)
    for (consumer, message), times in caused.items():
        if times > 1:
            yield Violation("one key, one application", f"{consumer} {message} stands {times} times in the log")
    for commit in evidence.commits:
        forms = [event.stream for event in commit.events if event.name == ARRIVED]
        if len(forms) > 1:
            yield Violation("one key, one application", f"{len(forms)} forms at {commit.position}")


def one_legal_entity_one_application(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """At no position a company has two live applications (C-IN-4)."""
    for position, company in story.doubled:
        yield Violation("one legal entity, one application (C-IN-4)", f"{company} at {position}")


def receipt_numbers_run_on(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """1, 2, 3 … in the order of the log, each on one application, none on a refused form."""
    for place, (number, application) in enumerate(story.numbers, 1):
        if number != place:
            yield Violation("receipt numbers without gap or double", f"{number} where {place} comes next")
        case = story.cases.get(application)
        if case is None or not (case.receipt or "").endswith(f"-{number:04d}"):
            yield Violation("receipt numbers without gap or double", f"{number} is not on {application}")
    numbered = {application for _, application in story.numbers}
    for case in story.cases.values():
        if (case.receipt is not None) != (case.id in numbered):
            yield Violation("receipt numbers without gap or double", f"{case.id} bears {case.receipt}")


LOG = (
    positions_have_no_hole, versions_have_no_hole, a_key_acts_once, one_legal_entity_one_application,
    receipt_numbers_run_on,
)  # fmt: skip
