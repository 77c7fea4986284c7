"""What clients were told, beside the logs: each 2xx has exactly one outcome, each key acts once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.chaos.judge.evidence import Commit
from tests.chaos.judge.violations import Violation
from tests.simulation.judge.evidence import Evidence, Reply
from tests.simulation.judge.privacy import OUT

NAMED = frozenset({"id", "paper_id"})
"""What an answer says it is about."""
ARRIVED, WITHDRAWN = "intake.form_arrived.v1", "intake.application_withdrawn.v1"


def everybody_is_answered(evidence: Evidence) -> Iterator[Violation]:
    """Who asks until there is an answer gets one, and it is no fault of ours."""
    for reply in evidence.replies:
        if reply.status == 0 or reply.status >= 500:
            yield Violation("everybody is answered", f"{reply.what} of {reply.case}: {reply.status}")


def what_was_accepted_happened_once(evidence: Evidence) -> Iterator[Violation]:
    """A 2xx has one commit in the log under its key, and the log is at least as far as the answer said."""
    caused = _caused(evidence)
    for reply in evidence.replies:
        if not 200 <= reply.status < 300:
            continue
        commits = caused[reply.service].get(reply.cause, [])
        if len(commits) != 1 and not (not commits and _stood_already(reply, evidence)):
            yield Violation("each 2xx has one outcome", f"{_named(reply)}: {len(commits)} commits")
        said = reply.body if isinstance(reply.body, dict) else {}
        if "id" in said and "version" in said:
            last = _versions(evidence)[reply.service].get(said["id"], 0)
            if last < said["version"]:
                yield Violation("each 2xx has one outcome", f"{_named(reply)}: {said} where the log is at {last}")


def one_key_is_answered_alike(evidence: Evidence) -> Iterator[Violation]:
    """Whoever was told yes under a key is told the same each time: applicants word for word.

    An officer's repetition may be told less, and nothing otherwise. A key that left no commit was told of what stood
    already, as it was at that moment: of the same thing each time.
    """
    first: dict[tuple[str, tuple[str, str]], dict[str, Any]] = {}
    caused = _caused(evidence)
    for reply in evidence.replies:
        if not 200 <= reply.status < 300 or not isinstance(reply.body, dict):
            continue
        before = first.setdefault((reply.service, reply.cause), reply.body)
        names = before.keys() & reply.body.keys()
        if reply.cause not in caused[reply.service]:
            names &= NAMED
        elif reply.what in OUT:
            names = before.keys() | reply.body.keys()
        if any(before.get(name) != reply.body.get(name) for name in names):
            yield Violation("one Idempotency-Key, one outcome", f"{_named(reply)}: {before}, then {reply.body}")


def one_key_one_application(evidence: Evidence) -> Iterator[Violation]:
    """A key has one form at most, and each form was sent under a key."""
    sent = {reply.cause for reply in evidence.replies if reply.what == "apply"}
    for commit in evidence.logs["intake"]:
        forms = [event.stream for event in commit.events if event.name == ARRIVED]
        if len(forms) > 1 or (forms and not sent & set(commit.keys)):
            yield Violation("one Idempotency-Key, one application", f"{forms} at {commit.position} under {commit.keys}")


def _stood_already(reply: Reply, evidence: Evidence) -> bool:
    """What may be asked for under another key when it is so already: the same form, the same withdrawal."""
    wanted = {"apply": ARRIVED, "withdraw": WITHDRAWN}.get(reply.what)
    if wanted is None or reply.status != 200:
        return False
    return any(e.stream == reply.body["id"] and e.name == wanted for c in evidence.logs["intake"] for e in c.events)


def _caused(evidence: Evidence) -> dict[str, dict[tuple[str, str], list[Commit]]]:
    found: dict[str, dict[tuple[str, str], list[Commit]]] = {}
    for service in evidence.services:
        of = found.setdefault(service, {})
        for commit in evidence.of(service):
            for key in commit.keys:
                of.setdefault(key, []).append(commit)
    return found


def _versions(evidence: Evidence) -> dict[str, dict[str, int]]:
    return {
        service: {event.stream: event.version for commit in evidence.of(service) for event in commit.events}
        for service in evidence.services
    }


def _named(reply: Reply) -> str:
    return f"{reply.what} of {reply.case} under {reply.cause[1]}"


ANSWERS = (
    everybody_is_answered, what_was_accepted_happened_once, one_key_is_answered_alike, one_key_one_application,
)  # fmt: skip
