"""The judge's readers on a real MongoDB: what still moves is seen, and what stands where it must not is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient

from services.notify.projections import PROJECTIONS
from tests.chaos.judge.reading import Places
from tests.chaos.judge.system import gather, privacy
from tests.chaos.judge.system.moving import LETTERS, stored

NOW = datetime(2026, 2, 10, tzinfo=UTC)


class Left:
    """Databases as services would leave them."""

    def __init__(self, url: str, client: MongoClient[dict[str, Any]]) -> None:
        self.places = Places(url, "", "", f"left-{uuid4().hex[:8]}")
        self.client, self.node = client, url.removeprefix("mongodb://").partition("/")[0]

    def put(self, database: str, collection: str, document: dict[str, Any]) -> None:
        """A document more."""
        self.client[f"{self.places.prefix}_{database}"][collection].insert_one(document)

    def commit(self, position: int, name: str, stream: str = "s") -> None:
        """A commit of one event in billing's log."""
        event = {"s": stream, "v": position, "t": name, "d": b"{}"}
        self.put("billing", "log", {"_id": position, "n": 1, "c": f"c{position}", "e": [event]})


@pytest.fixture
def left(mongo_url: str) -> Iterator[Left]:
    with MongoClient[dict[str, Any]](mongo_url) as client:
        yield Left(mongo_url, client)


def test_letters_are_looked_for_where_notify_lists_them() -> None:
    assert LETTERS in {projection.collection for projection in PROJECTIONS}


def test_at_rest_nothing_moves(left: Left) -> None:
    left.commit(1, "billing.invoice_drafted.v1")
    left.commit(2, "billing.invoice_issued.v1")
    left.put("billing", "checkpoints", {"_id": "relay", "position": 2})
    left.put("billing", "timers", {"fired": True, "due": NOW})
    left.put("clock", "clock", {"_id": "now", "at": NOW})
    left.put("notify", LETTERS, {"status": "sent", "given_up": False})
    left.put("notify", LETTERS, {"status": "failed", "given_up": True})
    assert stored(left.places, ["billing"]) == []


@pytest.mark.parametrize(
    ("database", "collection", "document", "told"),
    [
        ("billing", "checkpoints", {"_id": "relay", "position": 0}, "billing: relay is 1 behind"),
        ("billing", "timers", {"fired": False, "due": NOW}, "billing: 1 timers due"),
        ("billing", "log", {"_id": 2, "n": 1, "e": [{"s": "x", "t": "billing.invoice_drafted.v1"}]},
         "billing: 1 invoice open"),
        ("notify", LETTERS, {"status": "composed", "given_up": False}, "notify: 1 letters to send"),
        ("notify", LETTERS, {"status": "failed", "given_up": False}, "notify: 1 letters to send"),
    ],
)  # fmt: skip
def test_what_moves_is_seen(left: Left, database: str, collection: str, document: dict[str, Any], told: str) -> None:
    left.commit(1, "billing.rates_opened.v1")
    left.put("clock", "clock", {"_id": "now", "at": NOW})
    assert stored(left.places, ["billing"]) == []
    left.put(database, collection, document)
    assert stored(left.places, ["billing"]) == [told]


@pytest.mark.clause("G-7")
def test_what_stands_in_a_database_is_found(left: Left) -> None:
    left.put("billing", "views", {"name": "見本 花子"})
    found = list(privacy.in_databases(left.places, ["見本 花子", "nobody"]))
    where = [f"{left.places.prefix}_billing.views", "local.oplog.rs"]
    assert sorted(found) == sorted(f"見本 花子 in {place}" for place in where)
    assert list(privacy.in_databases(left.places, ["nobody"])) == []


@pytest.mark.clause("G-7")
def test_a_key_that_was_not_destroyed_is_found(left: Left) -> None:
    left.put("keyring", "keys", {"_id": "person-1", "wrapped": b"key"})
    left.put("keyring", "keys", {"_id": "person-2", "erased_at": NOW})
    found = list(privacy.keys([left.node], left.places.prefix, ["person-1", "person-2"]))
    assert found == [f"the key of person-1 is on {left.node}"]


def test_a_node_that_holds_another_log_is_named(left: Left) -> None:
    left.commit(1, "billing.rates_opened.v1")
    _, identities = gather.logs(left.places, ["billing"])["billing"]
    assert list(gather.copies(left.places, [left.node], {"billing": identities})) == []
    other = [*identities, (2, "c2")]
    assert list(gather.copies(left.places, [left.node], {"billing": other})) == [
        f"{left.node}: the log of billing differs"
    ]
