"""What has not come to rest: seen in the databases and in Kafka, with plain clients, never asked of the services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from tests.chaos.judge.reading import Places

LETTERS = "view.letters.v2"
OPEN_LETTERS = {"status": {"$in": ["composed", "failed"]}, "given_up": False}
DRAFTED = frozenset({"billing.invoice_drafted.v1"})
DONE = frozenset({"billing.invoice_issued.v1", "billing.invoice_dropped.v1", "billing.invoice_held.v1"})
OPENS = {
    "invoice": (DRAFTED, DONE),
    "erasure": (frozenset({"intake.erasure_ordered.v1"}), frozenset({"intake.erased.v1", "intake.subject_erased.v1"})),
}
"""Processes by what opens them and what ends them, each on one aggregate."""


async def moving(places: Places, services: Sequence[str], reads: Mapping[str, frozenset[str]]) -> list[str]:
    """Everything that is still to be done; empty at rest. Raises what the clients raise while a server is away."""
    return stored(places, services) + [where async for where in _lagging(places, reads)]


def stored(places: Places, services: Sequence[str]) -> list[str]:
    """What the databases show: followers behind, timers due, processes open, letters to send."""
    with MongoClient[dict[str, Any]](places.mongo, serverSelectionTimeoutMS=2000, socketTimeoutMS=5000) as client:
        found = [where for service in services for where in _of(client, places, service)]
        return found + _unsent(client, places)


def _of(client: MongoClient[dict[str, Any]], places: Places, service: str) -> Iterator[str]:
    database = client[f"{places.prefix}_{service}"]
    last = database["log"].find_one({}, sort=[("_id", -1)])
    tail = last["_id"] + last["n"] - 1 if last else 0
    for follower in database["checkpoints"].find():
        if follower["position"] < tail:
            yield f"{service}: {follower['_id']} is {tail - follower['position']} behind"
    clock = client[f"{places.prefix}_clock"]["clock"].find_one({"_id": "now"})
    due = database["timers"].count_documents({"fired": False, "due": {"$lte": clock["at"]}}) if clock else 0
    if due:
        yield f"{service}: {due} timers due"
    for name, (opens, ends) in OPENS.items():
        still = _streams(database, opens) - _streams(database, ends)
        if still:
            yield f"{service}: {len(still)} {name} open"


def _streams(database: Any, names: frozenset[str]) -> set[str]:
    found = database["log"].find({"e.t": {"$in": list(names)}}, {"e.s": 1, "e.t": 1})
    return {event["s"] for commit in found for event in commit["e"] if event["t"] in names}


def _unsent(client: MongoClient[dict[str, Any]], places: Places) -> list[str]:
    unsent = client[f"{places.prefix}_notify"][LETTERS].count_documents(OPEN_LETTERS)
    return [f"notify: {unsent} letters to send"] if unsent else []


async def _lagging(places: Places, reads: Mapping[str, frozenset[str]]) -> Any:
    admin = AIOKafkaAdminClient(bootstrap_servers=places.kafka, request_timeout_ms=5000)
    consumer = AIOKafkaConsumer(bootstrap_servers=places.kafka, request_timeout_ms=5000)
    await admin.start()
    try:
        await consumer.start()
        names = {f"{places.prefix}.{topic}" for topics in reads.values() for topic in topics}
        described = await admin.describe_topics(sorted(names))
        spots = [TopicPartition(t["topic"], p["partition"]) for t in described for p in t["partitions"]]
        ends = await consumer.end_offsets(spots)
        for service, topics in reads.items():
            offsets = await admin.list_consumer_group_offsets(f"{places.prefix}.{service}")
            mine = [spot for spot in spots if spot.topic.removeprefix(f"{places.prefix}.") in topics]
            behind = sum(ends[s] - (max(0, offsets[s].offset) if s in offsets else 0) for s in mine)
            if behind:
                yield f"{service}: {behind} messages behind"
    finally:
        await consumer.stop()
        await admin.close()
