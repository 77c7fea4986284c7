"""The published language: notify consumes the committed examples, and says what the committed examples say."""

from __future__ import annotations

from typing import Any

import pytest

from policies.editions import load
from schemas import notify, placement
from schemas.__main__ import example
from schemas.base import REGISTRY, Published
from services.notify.handlers import handlers
from tests.notify.support import Desk, message, tokyo


@pytest.mark.parametrize("name", handlers.names)
async def test_every_example_that_notify_consumes_is_taken(name: str) -> None:
    desk = Desk(tokyo(2026, 3, 2))
    await desk.takes(message(example(REGISTRY[name])))


@pytest.mark.parametrize("programme", ["secondment", "support"])
def test_notify_hears_every_event_that_the_catalogue_names(programme: Any) -> None:
    catalogue = load(programme, 2026).letters.root
    assert {entry.event for entry in catalogue.values()} <= {*handlers.names}


@pytest.mark.parametrize("kind", [notify.LetterSent, notify.LetterFailed])
async def test_what_notify_says_looks_like_its_example(kind: type[Published]) -> None:
    desk = Desk(tokyo(2026, 1, 15))
    await desk.hears(placement.PlacementProposed, receipt_number="S2026-000012")
    desk.server.refuses["jinji@kakuu.example.jp"] = "451"
    await desk.sends()
    desk.server.refuses.clear()
    desk.seconds += 5
    await desk.sends()
    (said,) = desk.published(kind.NAME)
    assert said.keys() == example(kind).model_dump(mode="json").keys()
