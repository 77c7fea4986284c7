"""The published language: billing consumes the committed examples, and says what the committed examples say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from schemas import billing
from schemas.__main__ import example
from schemas.base import REGISTRY, Published
from services.billing.handlers import handlers
from tests.billing.support import Counter, tokyo
from tests.billing.test_story import PAYMENT, RATE


def shape(value: Any) -> Any:
    """The names in it, not the values."""
    return {name: shape(each) for name, each in value.items()} if isinstance(value, dict) else None


@pytest.mark.parametrize("name", handlers.names)
async def test_every_example_that_billing_consumes_is_taken(name: str) -> None:
    story = Counter(tokyo(2027, 4, 5))
    await story.hears(example(REGISTRY[name]))


async def everything() -> Counter:
    """A story in which billing says all it can say."""
    story = Counter(tokyo(2027, 4, 5))
    await story.departs(date(2027, 4, 5), date(2029, 3, 31), office="new-york", country="US")
    async with story.client() as client:
        await client.post("/v1/exchange-rates", json=RATE)
        await story.company.move(tokyo(2027, 6, 1, 0))
        invoice = story.published("InvoiceIssued")[0]["invoice_id"]
        paid = PAYMENT | {"received_on": "2027-06-01", "amount": 1, "seen_version": await story.seen(invoice)}
        await client.post(f"/v1/invoices/{invoice}/payments", json=paid)
    await story.ends(date(2027, 10, 31))
    return story


@pytest.mark.parametrize(
    "kind",
    [
        billing.FeeCharged,
        billing.InvoiceHeld,
        billing.InvoiceIssued,
        billing.ReturnInvoiceIssued,
        billing.PaymentReceived,
        billing.PaymentOverdue,
    ],
)
async def test_what_billing_says_looks_like_its_example(kind: type[Published]) -> None:
    (said, *_) = (await everything()).published(kind.NAME)
    told = example(kind).model_dump(mode="json")
    assert shape(said) == shape(told)
    for one, other in zip(said.get("lines", ()), told.get("lines", ()), strict=False):
        assert shape(one) == shape(other)
