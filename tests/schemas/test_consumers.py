"""Each service takes each example that it reacts to, also one that says more than it knows, and no other form of it."""

from __future__ import annotations

import json

import msgspec
import pytest

from kernel.handlers import Handlers
from kernel.publishing import Unreadable
from schemas.__main__ import example
from schemas.base import Published
from services.billing.handlers import handlers as billing
from services.intake.handlers import handlers as intake
from services.notify.handlers import handlers as notify
from services.placement.handlers import handlers as placement
from services.screening.handlers import handlers as screening
from tests.schemas.contracts import Door, consumed, message_of, must_take

REACT = {"intake": intake, "screening": screening, "placement": placement, "billing": billing, "notify": notify}
PAIRS = pytest.mark.parametrize(
    ("handlers", "kind"),
    [
        pytest.param(handlers, kind, id=f"{service}-{kind.NAME}")
        for service, handlers in REACT.items()
        for kind in consumed(handlers)
    ],
)


@PAIRS
async def test_the_service_takes_the_example(handlers: Handlers, kind: type[Published]) -> None:
    await must_take(handlers, message_of(example(kind)))


@PAIRS
async def test_the_service_takes_what_a_newer_publisher_adds(handlers: Handlers, kind: type[Published]) -> None:
    party = json.loads(example(kind).model_dump_json()).get("party")
    added = {"party": party | {"said_since_next_year": "text"}} if party else {}
    await must_take(handlers, message_of(example(kind), said_since_next_year=1, **added))


@PAIRS
async def test_the_service_does_not_take_another_version(handlers: Handlers, kind: type[Published]) -> None:
    later = msgspec.structs.replace(message_of(example(kind)), version=kind.VERSION + 1)
    with pytest.raises(Unreadable, match=f"this service knows {kind.VERSION}"):
        await handlers.handle(Door(), later)


@PAIRS
async def test_the_service_does_not_take_a_broken_form(handlers: Handlers, kind: type[Published]) -> None:
    with pytest.raises(Unreadable, match="at application_id") as refusal:
        await handlers.handle(Door(), message_of(example(kind), application_id=["氏名の値"]))
    assert "氏名" not in str(refusal.value)


def test_no_service_listens_to_itself() -> None:
    assert [name for name, handlers in REACT.items() if name in handlers.topics] == []
