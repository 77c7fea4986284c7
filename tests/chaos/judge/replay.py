"""Replays intake's log, document by document, into what became of each application and how many places were taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.chaos.judge.evidence import Commit, Evidence, Stored

ARRIVED, COMPLETED = "intake.form_arrived.v1", "intake.application_completed.v1"
TURNED_AWAY, WITHDRAWN = "intake.turned_away.v1", "intake.application_withdrawn.v1"
NUMBERED = "intake.numbered.v1"
CLOSED, REOPENED = "intake.reception_closed.v1", "intake.reception_reopened.v1"
LIVE = {"registered", "submitted"}


@dataclass
class Case:
    """An application as the log tells it. ``said`` are its outcomes in order: which event, and what it led to.

    It is live from ``position`` on, until ``over_at``.
    """

    id: str
    company: str
    receipt: str | None
    position: int
    status: str = ""
    over_at: int | None = None
    said: list[tuple[Stored, str]] = field(default_factory=list)


@dataclass
class Step:
    """A commit that touched places: how many were taken before and after, and what happened in it."""

    position: int
    before: int
    after: int = 0
    standing: int = 0
    let_in: int = 0
    turned_away: int = 0
    marks: list[Stored] = field(default_factory=list)


@dataclass
class Story:
    """The whole log. ``doubled`` are positions at which a company had two live applications, with the company."""

    cases: dict[str, Case] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    numbers: list[tuple[int, str]] = field(default_factory=list)
    doubled: list[tuple[int, str]] = field(default_factory=list)
    commits_of: Mapping[str, list[Commit]] = field(default_factory=dict)
    papers: dict[str, str] = field(default_factory=dict)
    standing: int = 0
    complete: int = 0


def replay(evidence: Evidence) -> Story:
    """The story that the log tells."""
    story, commits_of = Story(), defaultdict[str, list[Commit]](list)
    live: dict[str, set[str]] = defaultdict(set)
    for commit in evidence.commits:
        for _, message in commit.keys:
            commits_of[message].append(commit)
        step = Step(commit.position, story.complete if evidence.ever else story.standing)
        for event in commit.events:
            case = _tell(story, event, step)
            if case is not None:
                among = live[case.company]
                among.add(case.id) if case.status in LIVE else among.discard(case.id)
                if len(among) > 1:
                    story.doubled.append((commit.position, case.company))
        step.standing, step.after = story.standing, story.complete if evidence.ever else story.standing
        if step.marks or step.let_in or step.turned_away or step.before != step.after:
            story.steps.append(step)
    story.commits_of = commits_of
    return story


def _tell(story: Story, event: Stored, step: Step) -> Case | None:
    """Take one event in; the case that it changed."""
    data, case = event.data, story.cases.get(event.stream)
    if event.name == ARRIVED and data["programme"] == "support":
        number = data["party"]["corporate_number"]
        case = story.cases[event.stream] = Case(event.stream, number, data["receipt_number"], step.position)
        return _became(story, case, event, data["status"], step)
    if event.name == NUMBERED and event.stream.startswith("reception-support"):
        story.numbers.append((data["number"], data["application_id"]))
    elif event.name in {CLOSED, REOPENED} and event.stream.startswith("reception-support"):
        step.marks.append(event)
    elif event.name == "intake.paper_arrived.v1":
        story.papers[event.stream] = data.get("application_id") or ""
    elif case is not None and event.name in {COMPLETED, TURNED_AWAY, WITHDRAWN}:
        now = {COMPLETED: "submitted", TURNED_AWAY: "refused", WITHDRAWN: "withdrawn"}[event.name]
        return _became(story, case, event, now, step)
    return None


def _became(story: Story, case: Case, event: Stored, now: str, step: Step) -> Case:
    story.standing += (now == "submitted") - (case.status == "submitted")
    if now == "submitted":
        story.complete += 1
        step.let_in += 1
    step.turned_away += now == "refused"
    case.status, case.over_at = now, None if now in LIVE else step.position
    case.said.append((event, now))
    return case
