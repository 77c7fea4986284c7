"""When something in the log happened: between what clients saw before it and what they saw after it."""

from __future__ import annotations

from collections import defaultdict
from math import inf

from tests.chaos.judge.evidence import Answer, Evidence
from tests.chaos.judge.replay import Case, Story


def could_stand(case: Case, answer: Answer, evidence: Evidence, story: Story) -> bool:
    """Whether the application may have stood at some moment between the answer's request and the answer.

    The log has positions and no times; it is written in their order. So a position was not written before any request
    that led to it or to an earlier one, and was when any answer to it or to a later one was there.
    """
    if case.over_at == case.position:
        return False
    over = inf if case.over_at is None else _written_by(case.over_at, evidence, story)
    return _not_before(case.position, evidence, story) <= answer.ended and over >= answer.begun


def _not_before(position: int, evidence: Evidence, story: Story) -> float:
    begun = defaultdict[str, float](lambda: inf)
    for answer in evidence.answers:
        begun[answer.key] = min(begun[answer.key], answer.begun)
    found = (
        at for key, at in begun.items() if any(each.position <= position for each in story.commits_of.get(key, ()))
    )
    return max(found, default=-inf)


def _written_by(position: int, evidence: Evidence, story: Story) -> float:
    made = (answer for answer in evidence.answers if _led_to_something(answer))
    found = (
        answer.ended
        for answer in made
        if any(each.position >= position for each in story.commits_of.get(answer.key, ()))
    )
    return min(found, default=inf)


def _led_to_something(answer: Answer) -> bool:
    """Whether it tells of a document under its own key: 200 may tell of another's, save to who withdraws."""
    return answer.status == 201 or answer.what == "withdraw" or answer.clauses == ("C-IN-3",)
