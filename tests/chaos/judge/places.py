"""C-IN-3, over the whole log: never one too many, nobody turned away too early, closed and reopened where it is due."""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.judge.evidence import Evidence
from tests.chaos.judge.replay import CLOSED, REOPENED, Step, Story
from tests.chaos.judge.violations import Violation


def never_one_too_many(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """At no position more places are taken than there are."""
    for step in story.steps:
        if step.after > evidence.places:
            yield Violation("never one too many (C-IN-3)", f"{step.after} of {evidence.places} at {step.position}")


def nobody_is_turned_away_too_early(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """Who is turned away finds every place taken, in the order of the log.

    So nobody is let in after another was turned away unless a place was given back between them.
    """
    for step in story.steps:
        if step.turned_away and step.before < evidence.places:
            yield Violation("turned away while full (C-IN-3)", f"{step.before} were in at {step.position}")


def all_places_are_taken_in_the_end(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """Where enough companies wanted one, none is left."""
    taken = story.complete if evidence.ever else story.standing
    expected = min(evidence.places, evidence.wanting)
    if taken < expected:
        yield Violation("all places taken in the end (C-IN-3)", f"{taken} of {expected}")


def reception_closes_and_reopens_in_the_right_places(evidence: Evidence, story: Story) -> Iterator[Violation]:
    """Closed in the commit that takes the last place, reopened in the one that gives the first back; nowhere else."""
    for step in story.steps:
        found, expected = [event.name for event in step.marks], _marks(step, evidence.places)
        if found != expected:
            yield Violation("closed and reopened in the right places (C-IN-3)", f"{found} at {step.position}")
        for event in step.marks:
            if event.data["standing"] != step.standing:
                said = event.data["standing"]
                yield Violation(
                    "closed and reopened in the right places (C-IN-3)",
                    f"says {said} at {step.position}: {step.standing}",
                )


def _marks(step: Step, places: int) -> list[str]:
    if step.before < places <= step.after:
        return [CLOSED]
    return [REOPENED] if step.after < places <= step.before else []


PLACES = (
    never_one_too_many, nobody_is_turned_away_too_early, all_places_are_taken_in_the_end,
    reception_closes_and_reopens_in_the_right_places,
)  # fmt: skip
