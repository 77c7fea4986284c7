"""The judge notices: it finds nothing in an honest course, and names the promise in each doctored one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from tests.chaos.judge.evidence import Commit, Stored
from tests.simulation.course import play
from tests.simulation.gather import gather
from tests.simulation.judge import CHECKS, judge
from tests.simulation.judge.evidence import Evidence, Letter, Reply
from tests.simulation.plan import plan

HONEST = 77
"""A seed whose course goes as far as offers that are accepted, invoices and payments."""


@cache
def honest() -> Evidence:
    """What that course left behind."""
    return gather(play(plan(HONEST)))


def with_log(service: str, change: Callable[[list[Commit]], None]) -> Evidence:
    """The honest evidence with another log of one service."""
    commits = list(honest().logs[service])
    change(commits)
    return replace(honest(), logs={**honest().logs, service: tuple(commits)})


def with_event(service: str, name: str, **changed: Any) -> Evidence:
    """… in which the last event of that name says something else."""

    def change(commits: list[Commit]) -> None:
        place = max(i for i, commit in enumerate(commits) if any(event.name == name for event in commit.events))
        events = tuple(replace(e, data={**e.data, **changed}) if e.name == name else e for e in commits[place].events)
        commits[place] = replace(commits[place], events=events)

    return with_log(service, change)


def repeated(service: str, name: str) -> Evidence:
    """… at whose end an event of that name happens once more."""

    def change(commits: list[Commit]) -> None:
        event = next(e for commit in commits for e in commit.events if e.name == name)
        version = max(e.version for commit in commits for e in commit.events if e.stream == event.stream)
        again = Stored(event.stream, version + 1, event.name, event.data)
        commits.append(Commit(commits[-1].position + commits[-1].size, 1, (("http", "another key"),), (again,)))

    return with_log(service, change)


def accepted() -> Reply:
    """A reply that said yes and has its commit."""
    return next(r for r in honest().replies if r.status == 201)


def hole(commits: list[Commit]) -> None:
    """A commit is gone."""
    del commits[len(commits) // 2]


def doubled_cause(commits: list[Commit]) -> None:
    """A cause stands in two commits."""
    commits[-1] = replace(commits[-1], keys=next(commit.keys for commit in commits if commit.keys))


def swapped(evidence: Evidence) -> Evidence:
    """Two messages of one key have changed places on their topic."""
    by_key: dict[tuple[str, int, str], list[int]] = {}
    for place, each in enumerate(evidence.topics):
        by_key.setdefault((each.topic, each.partition, each.record.key), []).append(place)
    first, second = next(
        (a, b) for places in by_key.values() for a, b in pairwise(places)
        if evidence.topics[a].record.position < evidence.topics[b].record.position
    )  # fmt: skip
    topics = list(evidence.topics)
    topics[first] = replace(topics[first], record=evidence.topics[second].record)
    topics[second] = replace(topics[second], record=evidence.topics[first].record)
    return replace(evidence, topics=tuple(topics))


def in_two_shards() -> Evidence:
    """… with a second shard of notify's log, in which the last message is settled once more."""
    last = max((c for c in honest().logs["notify"] if any(k == "notify" for k, _ in c.keys)), key=lambda c: c.position)
    again = replace(last, position=1, size=1, events=())
    return replace(honest(), logs={**honest().logs, "notify.1": (again,)})


DOCTORED: dict[str, tuple[str, Callable[[], Evidence]]] = {
    "a commit is gone": ("positions without a hole", lambda: with_log("billing", hole)),
    "a version is gone": ("versions without a hole", lambda: with_log("placement", hole)),
    "a cause stands twice": ("a cause acts once", lambda: with_log("notify", doubled_cause)),
    "a cause stands in two shards": ("a cause acts once", in_two_shards),
    "a key is heard in two shards": ("each key is heard in order", in_two_shards),
    "a reader missed a commit": (
        "nothing is seen late",
        lambda: replace(honest(), reads={"intake": frozenset({(0, honest().logs["intake"][-1].position, 1)})}),
    ),
    "a message is missing": (
        "log and topic agree",
        lambda: replace(honest(), topics=honest().topics[1:]),
    ),
    "a message is out of order": ("log and topic agree", lambda: swapped(honest())),
    "a message is not heard": (
        "what was said is heard",
        lambda: with_log("notify", lambda log: log.__setitem__(slice(None), [replace(c, keys=()) for c in log])),
    ),
    "a key is heard backwards": (
        "each key is heard in order",
        lambda: with_log(
            "notify", lambda log: log.__setitem__(slice(None), [replace(c, position=10**6 - c.position) for c in log])
        ),
    ),
    "something is parked": ("nothing is parked", lambda: replace(honest(), parked={"billing": ("why",)})),
    "nobody answers": (
        "everybody is answered",
        lambda: replace(honest(), replies=(replace(accepted(), status=503),)),
    ),
    "a yes without an outcome": (
        "each 2xx has one outcome",
        lambda: replace(honest(), replies=(*honest().replies, replace(accepted(), cause=("http POST /x", "new")))),
    ),
    "one key, two things": (
        "one Idempotency-Key, one outcome",
        lambda: replace(honest(), replies=(*honest().replies, replace(accepted(), body={"id": "another"}))),
    ),
    "one key, told less the second time": (
        "one Idempotency-Key, one outcome",
        lambda: replace(honest(), replies=(*honest().replies, replace(accepted(), body={"id": accepted().body["id"]}))),
    ),
    "a form that nobody sent": (
        "one Idempotency-Key, one application",
        lambda: replace(honest(), replies=tuple(r for r in honest().replies if r.what != "apply")),
    ),
    "a fee is billed twice": (
        "one billable fact, one line",
        lambda: repeated("billing", "billing.fees_charged.v1"),
    ),
    "a number is left out": (
        "invoice numbers without a gap",
        lambda: with_event("billing", "billing.number_taken.v1", place=99),
    ),
    "a total is wrong": ("sums balance", lambda: with_event("billing", "billing.invoice_issued.v1", total=1)),
    "a balance is wrong": ("sums balance", lambda: with_event("billing", "billing.payment_recorded.v1", balance=-1)),
    "one place too many": ("never one too many (C-IN-3)", lambda: replace(honest(), places=0)),
    "a site is overfull": (
        "no more than the places of a site (S-PL-1)",
        lambda: with_event(
            "placement",
            "placement.offer_accepted.v1",
            stays=[{"fiscal_year": 2026, "site": "hq.research.planning"}] * 2,
        ),
    ),
    "two letters under one id": (
        "one letter, one Message-ID (S-NO-2)",
        lambda: replace(honest(), letters=(*honest().letters, replace(honest().letters[0], digest="other"))),
    ),
    "a letter from nowhere": (
        "one letter, one Message-ID (S-NO-2)",
        lambda: replace(honest(), letters=(*honest().letters, Letter("<letter-x@example>", "a", "b"))),
    ),
    "a name lies open": (
        "nothing personal is plain (G-7, C-SC-15)",
        lambda: replace(honest(), stored={"a topic": next(iter(honest().secrets)).encode()}),
    ),
    "the erased can be read": ("erased is unreadable (G-7)", lambda: replace(honest(), opened=("a name",))),
    "a ground goes out": (
        "no ground goes out (C-SC-15)",
        lambda: replace(honest(), letters=(Letter("<a>", "b", "c", "a note"),), grounds=frozenset({"a note"})),
    ),
    "it never rests": ("it comes to rest", lambda: replace(honest(), moving=("relay is behind",))),
    "a read model is stale": ("read models equal a replay", lambda: replace(honest(), stale={"view": ("document",)})),
    "an error is not heard": ("nothing breaks unheard", lambda: replace(honest(), broken=("ValueError",))),
}


def test_an_honest_course_is_in_order_and_holds_what_is_judged() -> None:
    assert judge(honest()) == []
    names = {event.name for commit in honest().logs["billing"] for event in commit.events}
    assert {"billing.invoice_issued.v1", "billing.payment_recorded.v1"} <= names


@pytest.mark.parametrize(("promise", "doctored"), DOCTORED.values(), ids=DOCTORED.keys())
def test_it_names_the_promise(promise: str, doctored: Callable[[], Evidence]) -> None:
    assert promise in {violation.promise for violation in judge(doctored())}


def test_every_check_says_something_of_a_doctored_course() -> None:
    silent = {check.__name__ for check in CHECKS}
    for _, doctored in DOCTORED.values():
        evidence = doctored()
        silent -= {check.__name__ for check in CHECKS if list(check(evidence))}
    assert silent == set()
