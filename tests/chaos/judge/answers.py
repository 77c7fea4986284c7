"""What clients were told, beside the log: nothing answered is missing, nothing is answered in two ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import inf

from tests.chaos.judge.evidence import Answer, Evidence
from tests.chaos.judge.replay import ARRIVED, Case, Story
from tests.chaos.judge.times import could_stand
from tests.chaos.judge.violations import Violation

REFUSALS = {
    "register": {"C-IN-3", "C-IN-4"},
    "paper": {"C-IN-3", "C-IN-5"},
    "consent": {"C-IN-3", "C-IN-5", "C-IN-1"},
    "withdraw": set[str](),
}
"""The clauses under which each kind of request may be refused."""


def everybody_is_answered(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """Every request has an answer in the end, and it is one that the rules know."""
    for answer in evidence.answers:
        refused = answer.status == 409 and answer.clauses and REFUSALS[answer.what].issuperset(answer.clauses)
        if not (200 <= answer.status < 300 or refused):
            yield Violation("everybody is answered", f"{_named(answer)}: {answer.status} {answer.clauses}")


def what_was_accepted_is_there(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """Every 2xx has its outcome in the log, and says what the log says (G-8)."""
    for answer in evidence.answers:
        if 200 <= answer.status < 300 and not _is_there(answer, story):
            yield Violation("nothing accepted is lost (G-8)", f"{_named(answer)}: {answer.body}")


def what_was_refused_for_being_full_is_there(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """Whoever was told that reception is full is in the log as turned away."""
    for answer in evidence.answers:
        if answer.status == 409 and answer.clauses == ("C-IN-3",):
            case = story.cases.get(answer.application)
            if case is None or case.status != "refused" or case.company != answer.company:
                yield Violation("every refusal is kept (C-IN-3)", _named(answer))


def who_has_applied_already_has(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """Who was told that it has applied already had an application that stood when it was told so (C-IN-4)."""
    for answer in evidence.answers:
        if answer.status == 409 and answer.clauses == ("C-IN-4",) and not _another_stood(answer, evidence, story):
            yield Violation("one legal entity, one application (C-IN-4)", _named(answer))


def one_key_is_answered_in_one_way(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """All answers under one key say the same of the same thing.

    One case apart: who is told that it has applied already leaves nothing in the log. Sent again, the same request may
    be taken or turned away, for meanwhile the other application may be over; from then on that is the answer.
    """
    under = defaultdict[tuple[str, str], list[Answer]](list)
    for answer in evidence.answers:
        under[answer.what, answer.key].append(answer)
    for (what, key), answers in under.items():
        kept = [answer for answer in answers if _kept(answer)]
        before = [
            answer for answer in answers if kept and not _kept(answer) and _had_another(answer, kept, evidence, story)
        ]
        ways = {_way(answer) for answer in answers if answer not in before}
        if len(ways) > 1:
            yield Violation("one key, one answer", f"{what} {key}: {sorted(ways)}")


def _kept(answer: Answer) -> bool:
    """Whether the log holds what was answered."""
    return 200 <= answer.status < 300 or answer.clauses == ("C-IN-3",)


def _way(answer: Answer) -> tuple[str, ...]:
    of = answer.body.get("paper_id") or answer.application
    return ("accepted", of) if 200 <= answer.status < 300 else ("refused", of, *answer.clauses)


def _had_another(answer: Answer, kept: list[Answer], evidence: Evidence, story: Story) -> bool:
    """Whether it was refused for another application of the company, before the key had its kept answer."""
    early = answer.begun <= min(each.ended for each in kept)
    return answer.clauses == ("C-IN-4",) and early and _another_stood(answer, evidence, story)


def _another_stood(answer: Answer, evidence: Evidence, story: Story) -> bool:
    """Whether an application of the company that came before its own, if it had one, stood while it was asked."""
    own = min((commit.position for commit in story.commits_of.get(answer.key, [])), default=inf)
    of_company = [case for case in story.cases.values() if case.company == answer.company and case.receipt is not None]
    return any(case.position < own and could_stand(case, answer, evidence, story) for case in of_company)


def nothing_is_invented(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """Every application in the log was sent by a client, under the key that it bears."""
    sent = {answer.key for answer in evidence.answers if answer.what == "register"}
    for commit in evidence.commits:
        for event in commit.events:
            if event.name == ARRIVED and not sent & {message for _, message in commit.keys}:
                yield Violation("nothing is invented", f"{event.stream} at {commit.position}")


def _is_there(answer: Answer, story: Story) -> bool:
    case = story.cases.get(answer.application)
    if answer.what == "register":
        return case is not None and _as_told(answer, case, story)
    if answer.what == "withdraw":
        return case is not None and case.status == "withdrawn"
    of = story.papers.get(answer.body["paper_id"])
    return of is not None and (answer.application == "" or case is not None)


def _as_told(answer: Answer, case: Case, story: Story) -> bool:
    """Created (201): under this very key, as told. Found (200): the same company's."""
    told = (answer.company, answer.body["receipt_number"])
    if told != (case.company, case.receipt):
        return False
    if answer.status == 200:
        return True
    commits = story.commits_of.get(answer.key, [])
    made = [e for commit in commits for e in commit.events if e.name == ARRIVED and e.stream == case.id]
    return len(made) == 1 and made[0].data["status"] == answer.body["status"]


def _named(answer: Answer) -> str:
    return f"{answer.what} of {answer.company} under {answer.key}"


ANSWERS = (
    everybody_is_answered, what_was_accepted_is_there, what_was_refused_for_being_full_is_there,
    who_has_applied_already_has, one_key_is_answered_in_one_way, nothing_is_invented,
)  # fmt: skip
