"""What clients were told, beside the logs: each 2xx has exactly one outcome, each key acts once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.judge.evidence import Commit
from tests.chaos.judge.system.evidence import Evidence, Reply
from tests.chaos.judge.violations import Violation

ARRIVED = "intake.form_arrived.v1"
STALE = 412
KEPT = frozenset({"apply", "paper"})
"""What is kept also where it is refused: the form, and the consent that came too late."""


def everybody_is_answered(evidence: Evidence) -> Iterator[Violation]:
    """Who asks until there is an answer gets one, and it is no fault of ours."""
    for reply in evidence.replies:
        if reply.status == 0 or reply.status >= 500:
            yield Violation("everybody is answered", f"{_named(reply)}: {reply.status}")


def what_was_accepted_happened_once(evidence: Evidence) -> Iterator[Violation]:
    """A 2xx has one commit in the log under its key, and the log is at least as far as the answer said."""
    caused, versions = _caused(evidence), _versions(evidence)
    for reply in evidence.replies:
        if not 200 <= reply.status < 300:
            continue
        commits = caused[reply.service].get(reply.cause, [])
        if len(commits) != 1:
            yield Violation("each 2xx has one outcome", f"{_named(reply)}: {len(commits)} commits")
        if "id" in reply.body and "version" in reply.body:
            last = versions[reply.service].get(reply.body["id"], 0)
            if last < reply.body["version"]:
                yield Violation("each 2xx has one outcome", f"{_named(reply)}: the log is at {last}")


def what_was_refused_did_not_happen(evidence: Evidence) -> Iterator[Violation]:
    """A refused command left nothing under its key, unless another answer under the key says that it was taken."""
    caused = _caused(evidence)
    taken = {(reply.service, reply.cause) for reply in evidence.replies if 200 <= reply.status < 300}
    for reply in evidence.replies:
        refused = 400 <= reply.status < 500 and reply.what not in KEPT and (reply.service, reply.cause) not in taken
        if refused and reply.cause in caused[reply.service]:
            yield Violation("what was refused did not happen", f"{_named(reply)}: {reply.status}")


def one_key_is_answered_alike(evidence: Evidence) -> Iterator[Violation]:
    """Whoever was told yes under a key is told of the same thing each time; nobody is told that the content differs."""
    told = defaultdict[tuple[str, tuple[str, str]], set[str]](set)
    for reply in evidence.replies:
        if 200 <= reply.status < 300:
            told[reply.service, reply.cause].add(str(reply.body.get("id") or reply.body.get("paper_id")))
        elif any(error["pointer"] == "/idempotency-key" for error in reply.body.get("errors", ())):
            yield Violation("one Idempotency-Key, one outcome", f"{_named(reply)}: taken for another content")
    for (_, cause), ids in told.items():
        if len(ids) > 1:
            yield Violation("one Idempotency-Key, one outcome", f"{cause}: {sorted(ids)}")


def who_was_told_yes_is_not_told_no(evidence: Evidence) -> Iterator[Violation]:
    """Under a key that was taken nobody is refused who asked after that, nor because the taken one changed the case.

    Who asked at the same time may be told that it is too early: the one was sooner than what both waited for.
    """
    taken = dict[tuple[str, tuple[str, str]], float]()
    for reply in evidence.replies:
        if 200 <= reply.status < 300:
            of = reply.service, reply.cause
            taken[of] = min(reply.ended, taken.get(of, reply.ended))
    for reply in evidence.replies:
        since = taken.get((reply.service, reply.cause))
        refused = 400 <= reply.status < 500 and since is not None
        if refused and (reply.status == STALE or (since is not None and reply.begun > since)):
            yield Violation("one Idempotency-Key, one outcome", f"{_named(reply)}: {reply.status} where it was taken")


def one_key_one_application(evidence: Evidence) -> Iterator[Violation]:
    """A key has one form at most, and each form was sent under a key."""
    sent = {reply.cause for reply in evidence.replies if reply.what == "apply"}
    for commit in evidence.logs["intake"]:
        forms = [event.stream for event in commit.events if event.name == ARRIVED]
        if len(forms) > 1 or (forms and not sent & set(commit.keys)):
            yield Violation("one Idempotency-Key, one application", f"{forms} at {commit.position} under {commit.keys}")


def _caused(evidence: Evidence) -> dict[str, dict[tuple[str, str], list[Commit]]]:
    found: dict[str, dict[tuple[str, str], list[Commit]]] = {}
    for service, commits in evidence.logs.items():
        of = found.setdefault(service, {})
        for commit in commits:
            for key in commit.keys:
                of.setdefault(key, []).append(commit)
    return found


def _versions(evidence: Evidence) -> dict[str, dict[str, int]]:
    return {
        service: {event.stream: event.version for commit in commits for event in commit.events}
        for service, commits in evidence.logs.items()
    }


def _named(reply: Reply) -> str:
    return f"{reply.what} of {reply.case} under {reply.cause[1]}"


ANSWERS = (
    everybody_is_answered, what_was_accepted_happened_once, what_was_refused_did_not_happen,
    one_key_is_answered_alike, who_was_told_yes_is_not_told_no, one_key_one_application,
)  # fmt: skip
