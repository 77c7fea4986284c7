"""The published language: placement consumes the committed examples, and says what the committed examples say."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.mapper import restore
from schemas import placement
from schemas.__main__ import example
from schemas.base import REGISTRY, Published
from schemas.intake import ApplicationAmended, ApplicationWithdrawn
from schemas.screening import (
    CompanyAdopted,
    DisclosureRecorded,
    ScreeningPassed,
    ScreeningRefused,
    ScreeningReopened,
)
from services.placement.domain import Round, Support
from services.placement.handlers import handlers
from services.placement.publish import publish
from tests.placement.office import Office
from tests.placement.senders import tokyo
from tests.placement.test_histories import NAMES, stored

SAYS = sorted((kind for kind in REGISTRY.values() if kind.TOPIC == placement.TOPIC), key=lambda kind: kind.NAME)


def shape(value: Any) -> Any:
    """The names in it, not the values."""
    return {name: shape(each) for name, each in value.items()} if isinstance(value, dict) else None


async def test_every_example_that_placement_consumes_is_taken() -> None:
    kinds = (ApplicationAmended, ApplicationWithdrawn, CompanyAdopted, DisclosureRecorded)
    screened = (ScreeningPassed, ScreeningRefused, ScreeningReopened)
    assert handlers.names == sorted(kind.NAME for kind in (*kinds, *screened))
    office = Office(tokyo(2026, 4, 10))
    await office.hear(example(ScreeningPassed))
    await office.hear(example(ScreeningReopened))
    await office.hear(example(ScreeningRefused))
    await office.hear(example(CompanyAdopted))
    await office.hear(example(DisclosureRecorded))
    await office.hear(example(ApplicationAmended))
    await office.hear(example(ApplicationWithdrawn))
    repository = office.service.world.repository
    adopted = example(CompanyAdopted)
    assert isinstance(adopted, CompanyAdopted)
    assert await repository.find(Support, Support.stream(adopted.application_id)) is not None
    assert await repository.find(Round, Round.stream("secondment", 2026)) is not None


@pytest.mark.parametrize("kind", SAYS, ids=lambda kind: kind.NAME)
def test_what_placement_says_looks_like_its_example(kind: type[Published]) -> None:
    said = [public for name in NAMES for each in stored(name) for public in publish(restore(each))]
    mine = [event for event in said if isinstance(event, kind)]
    assert mine, f"no history says {kind.NAME}"
    told = example(kind).model_dump(mode="json")
    assert all(shape(event.model_dump(mode="json")) == shape(told) for event in mine)
    assert all(event.key == getattr(event, "application_id", None) for event in mine)
