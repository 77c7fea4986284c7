"""Stored histories: what was written once is read for ever. A change that breaks old events fails here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kernel.freezing import freeze, thaw
from kernel.log import StoredEvent
from kernel.mapper import event_class, restore
from kernel.testing.scenario import replayed
from services.placement import domain
from services.placement.domain import (
    amendment,
    appraisal_events,
    company_news,
    conduct,
    coordinator,
    menu,
    preparation,
    proposal_events,
    roster,
    round_events,
    secondment_events,
    service_events,
    site,
    support_events,
)
from services.placement.projections import PROJECTIONS
from services.placement.publish import publish
from services.placement.timers import schedule

HISTORIES = Path(__file__).with_name("histories")
NAMES = sorted(path.stem for path in HISTORIES.glob("*.json") if not path.stem.endswith(".state"))


def read(name: str) -> Any:
    """A file of the histories."""
    return json.loads((HISTORIES / f"{name}.json").read_text(encoding="utf-8"))


def stored(name: str) -> list[StoredEvent]:
    """A history as the log holds it."""
    return [
        StoredEvent(each["state"]["originator_id"], version, each["topic"], json.dumps(each["state"]).encode())
        for version, each in enumerate(read(name), 1)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_an_old_history_leads_to_the_state_that_it_led_to(name: str) -> None:
    aggregate = replayed(stored(name))
    assert type(aggregate).__name__ == name.partition(".")[0]
    assert aggregate is not None
    then, now = read(f"{name}.state"), json.loads(freeze(aggregate))
    assert {field: now[field] for field in then} == then
    assert thaw(type(aggregate), aggregate.id, aggregate.version, freeze(aggregate)) == aggregate


@pytest.mark.parametrize("name", NAMES)
def test_an_old_history_is_still_published_shown_and_scheduled(name: str) -> None:
    documents: dict[str, dict[str, Any]] = {}
    for each in stored(name):
        event = restore(each)
        for public in publish(event):
            assert type(public).model_validate_json(public.model_dump_json()) == public
        for projection in PROJECTIONS:
            if projection.key(event) is not None:
                documents[projection.name] = projection.fold(documents.get(projection.name, {}), event)
        assert list(schedule(event)) == list(schedule(event))
    not_shown = ("CompanyNews", "Coordinator", "Menu", "Roster", "Site")
    assert len(documents) == (name.partition(".")[0] not in not_shown)


def test_every_event_and_aggregate_occurs_in_a_history() -> None:
    parts = (amendment, appraisal_events, company_news, conduct, menu, preparation, service_events)
    modules = (*parts, coordinator, proposal_events, roster, round_events, secondment_events, site, support_events)
    aggregates = {getattr(domain, name) for name in domain.__all__}
    known = {each for module in modules for each in vars(module).values() if "TOPIC" in getattr(each, "__dict__", {})}
    occurring = {event_class(each["topic"]) for name in NAMES for each in read(name)}
    assert known - aggregates == occurring
    assert {name.partition(".")[0] for name in NAMES} == {name for name in domain.__all__ if name != "Seats"}
