"""Events as they were once stored still replay: a change that breaks an old log fails here."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kernel.aggregate import Aggregate
from kernel.log import StoredEvent
from kernel.mapper import restore
from services.billing import projections, publish, timers
from services.billing.domain.values import Post

HISTORIES = Path(__file__).parent / "histories"
LEADS_TO: dict[str, dict[str, Any]] = {
    "Account": {
        "years": (2027, 2028),
        "post": Post(office="new-york", country="US", departed_on=date(2027, 4, 5), last=date(2028, 2, 29)),
        "invoices": ("invoice-app-1.1-1", "invoice-app-1.1-2", "invoice-app-1.1-3", "invoice-app-1.1-4"),
    },
    "Account-called-off": {"departed_on": None, "post": None, "billed": {}},
    "Invoice-dropped": {"status": "dropped", "number": ""},
    "Invoice": {"status": "issued", "number": "S2026-000001", "total": 2_217_813, "awaited": None},
    "InvoiceRegister": {"last": 2},
    "ExchangeRates": {"awaited": {}},
    "Receivable": {"balance": 1_217_813 - 132_000, "state": "partly_paid", "reminded": 3},
    "Account-costs": {"withdrawn": ("cost-1",), "next_cost_id": "cost-3", "billed": {}, "receipt_number": "S2026-0001"},
    "Account-services": {"withdrawn": ("app-1-service-1",), "next_invoice_id": "invoice-app-1-4", "visits": ()},
    "Addressee": {"application_id": "app-1"},
    "ExchangeRates-sealed": {"awaited": {}},
    "Invoice-layout": {"issued_on": date(2027, 4, 5), "total": 1_684_000},
    "Receivable-excess": {
        "balance": 0,
        "payments": {"T-1": 2_000_000},
        "refunds": {"R-1": 16_000},
        "carried": -300_000,
    },
    "Receivable-brought-in": {"balance": 1_284_000, "carried": 300_000, "state": "partly_paid"},
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
    for each in stored(name):
        event = restore(each)
        for public in publish.publish(event):
            assert type(public).model_validate_json(public.model_dump_json()) == public
        for projection in projections.PROJECTIONS:
            assert projection.key(event) is None or isinstance(projection.key(event), str)
        assert list(timers.schedule(event)) == list(timers.schedule(event))


def test_every_event_of_billing_is_in_a_history() -> None:
    kept = {each.topic for name in LEADS_TO for each in stored(name)}
    kinds: list[Any] = [*projections.INVOICES, *projections.RECEIVABLES, *projections.ACCOUNTS, *projections.ADDRESSEES]
    assert {kind.TOPIC for kind in kinds} <= kept
