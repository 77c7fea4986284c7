"""The published language: intake consumes the committed examples, and says what the committed examples say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from kernel.log import Context
from kernel.publishing import Message
from schemas import intake
from schemas.__main__ import example
from schemas.base import REGISTRY, Published
from schemas.values import TOKYO
from services.intake.handlers import handlers
from tests.intake import forms
from tests.intake.support import DEADLINE, SUPPORT_OPEN, Counter, officer
from tests.intake.test_cap import filled

SPOKEN = sorted((kind for kind in REGISTRY.values() if kind.TOPIC == intake.TOPIC), key=lambda kind: kind.NAME)


def shape(value: Any) -> Any:
    """The names in it, not the values."""
    return {name: shape(each) for name, each in value.items() if name != "_"} if isinstance(value, dict) else None


@pytest.mark.parametrize("name", handlers.names)
async def test_every_example_that_intake_consumes_is_taken(name: str) -> None:
    event = example(REGISTRY[name])
    counter = Counter()
    message = Message(
        id=f"test/{name}", name=name, version=1, source="test", topic=event.TOPIC, key=event.key,
        time=datetime(2026, 3, 1, tzinfo=TOKYO), position=1, context=Context(), data=event.model_dump_json().encode(),
    )  # fmt: skip
    await counter.company["intake"].consumer.take([message])
    assert await counter.company["intake"].parking.listed() == []


async def secondment_road() -> Counter:
    """A story in which intake says all that it can say of a secondment."""
    counter = Counter()
    where = (await counter.sends()).headers["location"]
    await counter.ask("PUT", where.removeprefix("/v1"), json=forms.secondment(purpose="改めて。"))
    await counter.places()
    await counter.ask("POST", f"{where.removeprefix('/v1')}/secondee", json=forms.secondee())
    await counter.lays(where, "resume")
    await counter.ask("POST", f"{where.removeprefix('/v1')}/withdrawal")
    await counter.sends({"party": forms.party(2), "no_wish": True})
    await counter.ask("POST", "/secondment/2026/invitations", json=officer(organisations=[forms.party(4)]))
    await counter.company.move(DEADLINE + timedelta(hours=1))
    await counter.sends(forms.secondment(3))
    await counter.ask("POST", "/erasures", json=officer(subject=f"org-{forms.number(3)}"))
    return counter


async def support_road() -> Counter:
    """The same of the support."""
    counter = Counter(SUPPORT_OPEN)
    await filled(counter, less=1)
    where = (await counter.sends(programme="support")).headers["location"]
    await counter.lays(where)
    await counter.orders(where.removeprefix("/v1"), "consent-return", ground="not_sealed")
    await counter.lays(where, raw=forms.consent(2))
    await counter.ask("POST", f"{where.removeprefix('/v1')}/withdrawal")
    return counter


@pytest.mark.parametrize("kind", SPOKEN, ids=lambda kind: kind.NAME)
async def test_what_intake_says_looks_like_its_example(kind: type[Published]) -> None:
    told = example(kind).model_dump(mode="json")
    heard = [*(await secondment_road()).heard(kind), *(await support_road()).heard(kind)]
    assert heard, f"{kind.NAME} was not said"
    assert shape(told) in [shape(each) for each in heard]
