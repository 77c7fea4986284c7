"""Events as they were once stored still replay: a change that breaks an old log fails here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kernel.aggregate import Aggregate
from kernel.log import StoredEvent
from kernel.mapper import restore
from kernel.testing.homes import documents
from services.notify import projections, publish, timers
from services.notify.domain import recipient

HISTORIES = Path(__file__).parent / "histories"
LEADS_TO: dict[str, dict[str, Any]] = {
    "Letter": {"status": "sent", "tries": 0, "given_up": False, "code": "proposal", "about": "app-1.1"},
    "Letter-bounced": {"status": "sent", "tries": 0, "given_up": False},
    "Letter-enclosure": {"status": "sent", "code": "invoice"},
    "Recipient": {
        "waiting": {},
        "receipt_number": "S2026-000012",
        "over": ("papers-reminder|app-1.1",),
        "papers": {"app-1.1": ("resume/data",)},
    },
}
EVENTS: list[Any] = [
    *projections.LETTERS,
    *projections.WAITING,
    recipient.RecipientOpened,
    recipient.AddressLearnt,
    recipient.LettersPlanned,
    recipient.MatterOver,
    recipient.PlanMet,
    recipient.PaperNoted,
]


def stored(name: str) -> list[StoredEvent]:
    kept = json.loads((HISTORIES / f"{name}.json").read_text(encoding="utf-8"))
    return [
        StoredEvent(
            each["state"]["originator_id"],
            each["state"]["originator_version"],
            each["topic"],
            msgspec.json.encode(each["state"]),
        )
        for each in kept
    ]


@pytest.mark.parametrize("name", sorted(LEADS_TO))
def test_a_stored_history_leads_to_the_same_state(name: str) -> None:
    aggregate: Aggregate | None = None
    for each in stored(name):
        aggregate = restore(each).mutate(aggregate)
    assert type(aggregate).__name__ == name.partition("-")[0]
    assert {field: getattr(aggregate, field) for field in LEADS_TO[name]} == LEADS_TO[name]


@pytest.mark.parametrize("name", sorted(LEADS_TO))
def test_a_stored_history_is_still_published_shown_and_scheduled(name: str) -> None:
    documents: dict[str, dict[str, Any]] = {}
    for each in stored(name):
        event = restore(each)
        for public in publish.publish(event):
            assert type(public).model_validate_json(public.model_dump_json()) == public
        for projection in projections.PROJECTIONS:
            key = projection.key(event)
            if key is not None:
                documents[projection.name] = projection.fold(documents.get(projection.name, {}), event)
        assert all(change.name for change in timers.schedule(event))
    assert documents["letters"]["status"] == {"Letter": "sent", "Recipient": "waiting"}[name.partition("-")[0]]


def test_every_event_of_notify_is_in_a_history() -> None:
    kept = {each.topic for name in LEADS_TO for each in stored(name)}
    assert {kind.TOPIC for kind in EVENTS} == kept


def test_no_document_of_a_read_model_tells_of_two_applications() -> None:
    """Each is of one home, whatever happens: so shards of the log can keep it (`kernel.shards`)."""
    events = [each for name in LEADS_TO for each in stored(name)]
    others = [
        StoredEvent(of_another(e.stream), e.version, e.topic, of_another(e.state.decode()).encode()) for e in events
    ]
    ours, theirs = documents(events, projections.PROJECTIONS), documents(others, projections.PROJECTIONS)
    assert {name for name, _ in ours} == {each.name for each in projections.PROJECTIONS}
    assert ours.isdisjoint(theirs)


def of_another(text: str) -> str:
    return re.sub(r"letter-[0-9a-f]{32}", f"letter-{'0' * 32}", text.replace("app-1", "app-9"))
