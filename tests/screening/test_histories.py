"""Stored histories: what was written once is read for ever. A change that breaks old events fails here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kernel.freezing import form_of, freeze
from kernel.log import StoredEvent
from kernel.mapper import event_class
from kernel.testing.homes import documents
from kernel.testing.scenario import replayed
from services.screening.domain import confidential, disclosure, secondment_events, support_events
from services.screening.domain.case import Screening, Withdrawn
from services.screening.domain.disclosure import DisclosureRegister
from services.screening.domain.secondment import SecondmentScreening
from services.screening.domain.support import SupportScreening
from services.screening.projections import PROJECTIONS

HISTORIES = Path(__file__).with_name("histories")
KINDS: dict[str, type[Screening | DisclosureRegister]] = {
    "DisclosureRegister": DisclosureRegister,
    "SecondmentScreening": SecondmentScreening,
    "SecondmentScreening.placed": SecondmentScreening,
    "SupportScreening": SupportScreening,
    "SupportScreening.refused": SupportScreening,
    "SupportScreening.reviewed": SupportScreening,
    "SupportScreening.to_end": SupportScreening,
    "SupportScreening.ended": SupportScreening,
    "SupportScreening.decided": SupportScreening,
    "SupportScreening.told": SupportScreening,
    "SupportScreening.missed": SupportScreening,
    "SupportScreening.there": SupportScreening,
    "SupportScreening.missed_anew": SupportScreening,
    "SupportScreening.lost": SupportScreening,
    "SupportScreening.crossed": SupportScreening,
    "SupportScreening.doubts": SupportScreening,
    "SupportScreening.returned": SupportScreening,
}

FORMS = {"SecondmentScreening": "d3057fe4f928618a", "SupportScreening": "a95611101fb855be"}
"""The read model's documents hold a case in its frozen form: with another form comes another version."""


def stored(name: str) -> Any:
    """A file of the histories."""
    return json.loads((HISTORIES / f"{name}.json").read_text(encoding="utf-8"))


def events_of(name: str) -> list[StoredEvent]:
    return [
        StoredEvent(each["state"]["originator_id"], version, each["topic"], json.dumps(each["state"]).encode())
        for version, each in enumerate(stored(name), 1)
    ]


@pytest.mark.parametrize("name", KINDS)
def test_an_old_history_leads_to_the_state_that_it_led_to(name: str) -> None:
    case = replayed(events_of(name))
    assert isinstance(case, KINDS[name])
    then, now = stored(f"{name}.state"), json.loads(freeze(case))
    assert {field: now[field] for field in then} == then


def test_every_event_occurs_in_a_history() -> None:
    occurring = {event_class(each["topic"]) for name in KINDS for each in stored(name)}
    modules = (secondment_events, support_events, confidential, disclosure)
    known = {each for module in modules for each in vars(module).values() if "TOPIC" in getattr(each, "__dict__", {})}
    assert (known | {Withdrawn}) - {DisclosureRegister} == occurring


def test_no_document_of_the_read_model_tells_of_two_applications() -> None:
    """Each is of one home, whatever happens: so shards of the log can keep it (`kernel.shards`)."""
    events = [each for name in KINDS for each in events_of(name)]
    others = [
        StoredEvent(of_another(e.stream), e.version, e.topic, of_another(e.state.decode()).encode()) for e in events
    ]
    assert documents(events, PROJECTIONS)
    assert documents(events, PROJECTIONS).isdisjoint(documents(others, PROJECTIONS))


def of_another(text: str) -> str:
    return re.sub(r"app-([12])", r"app-9\1", text)


def test_the_read_model_gets_a_new_version_when_a_case_gets_a_new_form() -> None:
    forms = {kind.__name__: form_of(kind) for kind in (SecondmentScreening, SupportScreening)}
    assert (PROJECTIONS[0].version, forms) == (7, FORMS)
