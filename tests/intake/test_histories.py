"""Events as they were once stored still replay: a change that breaks an old log fails here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kernel.aggregate import Aggregate, Created, Event
from kernel.log import StoredEvent
from kernel.mapper import restore
from services.intake import projections, publish, timers
from services.intake.domain import case_file, consent_claim, custody, erasure, form_session, interests, paper, reception
from tests.intake import forms

HISTORIES = Path(__file__).parent / "histories"
LEADS_TO: dict[str, dict[str, Any]] = {
    "Application": {"status": "withdrawn", "revision": 2, "receipt_number": "S2026-0001"},
    "Application-late": {"status": "submitted", "receipt_number": "S2026-0002", "revision": 1},
    "Application-support": {"status": "withdrawn", "receipt_number": "C2026-0001"},
    "Application-turned-away": {"status": "refused", "consent": None},
    "Application-silent": {"status": "withdrawn"},
    "Application-returned": {"status": "registered", "consent": None, "decided": False},
    "Application-placed": {"status": "submitted", "filled": ("app-00000000000000000000000000000001.1",)},
    "Application-decided": {
        "status": "submitted",
        "decided": True,
        "closed_to": ("5d41402abc4b2a76b9719d911017c592",),
    },
    "Reception": {"closed": "deadline", "last_number": 2, "standing": 1},
    "Reception-support": {"closed": "full", "last_number": 3, "standing": 1, "places": 1, "complete": 2, "taken": 1},
    "Reception-ever": {"closed": "full", "last_number": 1, "standing": 0, "taken": 1, "counted": "complete_ever"},
    "Organisation": {"applications": {}, "placed": (2023,), "invited": ("secondment/2026",), "absorbed": {}},
    "Organisation-merged": {"merged_into": None},
    "Organisation-apart": {"applications": {}, "placed": (), "absorbed": {}},
    "Paper": {"kind": "resume", "form": "data"},
    "Paper-claimed": {"kind": "consent"},
    "ConsentClaim": {"company": f"org-{forms.number(2)}"},
    "FormSession": {"state": "used", "typed": None, "draft": None, "round": 2},
    "Erasure": {"programme": "secondment", "by": "jinji-01", "done": True},
    "Erasure-ordered": {"programme": "support", "done": True},
    "Erasure-disposal": {"programme": "support", "done": True},
    "CaseFile": {"running": (), "balances": {"INV-S2026-000001": 0}},
    "Custody": {"holds": {}, "last": 1, "over": True},
    "Interests": {
        "application_id": "app-00000000000000000000000000000001",
        "closed_to": ("5d41402abc4b2a76b9719d911017c592",),
    },
}


def stored(name: str) -> list[StoredEvent]:
    kept = json.loads((HISTORIES / f"{name}.json").read_text(encoding="utf-8"))
    return [
        StoredEvent(
            e["state"]["originator_id"], e["state"]["originator_version"], e["topic"], msgspec.json.encode(e["state"])
        )
        for e in kept
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
    documents: dict[tuple[str, str], dict[str, Any]] = {}
    for each in stored(name):
        event = restore(each)
        for public in publish.publish(event):
            assert type(public).model_validate_json(public.model_dump_json()) == public
        for projection in projections.PROJECTIONS:
            key = projection.key(event)
            if key is not None:
                found = documents.get((projection.name, key), {})
                documents[projection.name, key] = projection.fold(found, event)
        assert list(timers.schedule(event)) == list(timers.schedule(event))


def test_every_event_of_intake_is_in_a_history() -> None:
    kept = {each.topic for name in LEADS_TO for each in stored(name)}
    kinds: list[Any] = [*projections.APPLICATION, *projections.ORGANISATION, erasure.SubjectErased]
    kinds += [paper.PaperArrived, paper.PaperClaimed, reception.ReceptionOpened, reception.Numbered, reception.Admitted]
    kinds += [consent_claim.ConsentClaimed, consent_claim.ClaimGivenUp, consent_claim.ConsentClaimedAnew]
    kinds += [reception.PlaceGivenBack, reception.ReceptionClosed, reception.ReceptionReopened]
    kinds += [erasure.ErasureOrdered, erasure.Erased, interests.InterestsOpened, interests.InterestHeard]
    kinds += [reception.FoundFull, reception.ConsentCameAhead]
    kinds += [
        each
        for module in (form_session, case_file, custody)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Created | Event) and "TOPIC" in vars(each)
    ]
    assert {kind.TOPIC for kind in kinds} <= kept
