"""What came of a rehearsal, in a form that is equal whenever the outcome is: no ids, nothing sealed, no machine's time.

Each case's published events in the order of time, the answers that refused something, and what each log holds.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kernel.sealing import PREFIX
from madoguchi.rehearsal.play import Answer, Played
from madoguchi.rehearsal.script import Script
from madoguchi.rehearsal.topics import Heard
from schemas.events import TOPICS
from schemas.values import TOKYO

Outcome = dict[str, Any]
MEANINGLESS = frozenset(
    {"application_id", "proposal_id", "invoice_id", "letter_id", "message_id", "paper_id", "party", "programme"}
    | {"secondee", "fiscal_year", "digest", "link", "support", "secondment", "subject", "to"}
)
"""Fields of an event that are ids, sealed, hashed under a key of the run, or repeat the form that was sent."""
BY_CHANCE = "placement.roster_page_"
"""Events whose number follows from ids: which page of a roster a candidate stands on, and so how many there are."""


def outcome(
    script: Script,
    played: Played,
    heard: Sequence[Heard],
    counts: Mapping[str, Mapping[str, Any]],
    mails: Iterable[Mapping[str, Any]],
) -> Outcome:
    """The outcome, JSON-like, with sorted keys wherever order means nothing."""
    by_case: dict[str, list[Heard]] = defaultdict(list)
    whole: list[Heard] = []
    for event in heard:
        application = event.data.get("application_id")
        (by_case[application] if application else whole).append(event)
    cases = {}
    for case in script.cases:
        application = played.applications.get((case.programme, case.name), "")
        answers = [a for a in played.answers if (a.step.programme, a.step.case) == (case.programme, case.name)]
        cases[f"{case.programme}/{case.name}"] = {
            "title": case.title,
            "refusals": [_refusal(answer) for answer in answers if answer.status >= 400],
            "events": _told(by_case.get(application, []), application),
        }
    return {
        "cases": cases,
        "programmes": _told(whole, ""),
        "services": {name: _counted(name, found, heard) for name, found in sorted(counts.items())},
        "mails": _mails(mails),
    }


def _refusal(answer: Answer) -> dict[str, Any]:
    day = answer.step.at.astimezone(TOKYO).date().isoformat()
    return {"day": day, "do": answer.step.do, "status": answer.status, "clauses": list(answer.clauses)}


def _told(events: Iterable[Heard], application: str) -> list[dict[str, Any]]:
    """In the order of time; what happened at one moment in the order of the services, and then of the alphabet."""
    told = []
    for event in events:
        day = event.time.astimezone(TOKYO).date().isoformat()
        facts = {"day": day, "event": event.name} | _facts(event.data, application, MEANINGLESS)
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
        told.append((event.time, TOPICS.index(event.source), text, facts))
    return [facts for *_, facts in sorted(told, key=lambda each: each[:3])]


def _facts(value: dict[str, Any], application: str, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {
        name: _plain(each, application)
        for name, each in value.items()
        if name not in without and each is not None and not _sealed(each)
    }


def _plain(value: Any, application: str) -> Any:
    if isinstance(value, dict):
        return _facts(value, application)
    if isinstance(value, list):
        return [_plain(each, application) for each in value]
    if isinstance(value, str) and application:
        return value.replace(application, "APP")
    return value


def _sealed(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(PREFIX)


def _counted(name: str, found: Mapping[str, Any], heard: Sequence[Heard]) -> dict[str, Any]:
    published = Counter(event.name for event in heard if event.source == name)
    return {
        "log": {event: n for event, n in sorted(found["events"].items()) if not event.startswith(BY_CHANCE)},
        "published": dict(sorted(published.items())),
        "consumed": found["consumed"],
        "timers": found["timers"],
        "parked": found["parked"],
    }


def _mails(mails: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    boxes: dict[str, Counter[str]] = defaultdict(Counter)
    for mail in mails:
        boxes[str(mail["to"])][str(mail["subject"])] += 1
    return {to: dict(sorted(subjects.items())) for to, subjects in sorted(boxes.items())}


def differences(expected: Any, actual: Any, at: str = "") -> list[tuple[str, Any, Any]]:
    """Where two outcomes differ: the place, what was expected, what came."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        found = []
        for key in sorted(expected.keys() | actual.keys()):
            found += differences(expected.get(key), actual.get(key), f"{at}/{key}")
        return found
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return [
            d for n, (e, a) in enumerate(zip(expected, actual, strict=True)) for d in differences(e, a, f"{at}/{n}")
        ]
    same = type(expected) is type(actual) and expected == actual
    return [] if same else [(at, expected, actual)]
