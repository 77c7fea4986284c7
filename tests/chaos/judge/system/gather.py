"""Gathers the evidence of a trial of the whole system with nothing but plain clients of MongoDB, Kafka and HTTP."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from tests.chaos.judge import reading
from tests.chaos.judge.evidence import Commit, Record
from tests.chaos.judge.reading import Places
from tests.chaos.judge.system.evidence import Letter, Published, Reply

POISON = b"poison"
"""How the keys begin of what a trial put on the topics itself."""


def logs(places: Places, services: Sequence[str]) -> dict[str, tuple[tuple[Commit, ...], tuple[tuple[int, str], ...]]]:
    """Each log, every document, by position; and beside it position and commit id."""
    found = {}
    with MongoClient[dict[str, Any]](places.mongo) as client:
        for service in services:
            documents = list(client[f"{places.prefix}_{service}"]["log"].find().sort("_id", 1))
            identities = tuple((document["_id"], str(document["c"])) for document in documents)
            found[service] = tuple(map(reading.commit, documents)), identities
    return found


def copies(places: Places, nodes: Iterable[str], identities: Mapping[str, Sequence[tuple[int, str]]]) -> Iterator[str]:
    """Where a node, asked by itself, holds another log than the whole set says."""
    for node in nodes:
        with MongoClient[dict[str, Any]](
            f"mongodb://{node}/?directConnection=true&readPreference=secondaryPreferred"
        ) as client:
            for service, expected in identities.items():
                own = client[f"{places.prefix}_{service}"]["log"].find({}, {"c": 1}).sort("_id", 1)
                if [(document["_id"], str(document["c"])) for document in own] != list(expected):
                    yield f"{node}: the log of {service} differs"


async def topics(places: Places) -> tuple[tuple[Published, ...], list[bytes]]:
    """Every record of every topic but the trial's own poison, dead letters included; and the bytes of all there are."""
    admin = AIOKafkaAdminClient(bootstrap_servers=places.kafka)
    await admin.start()
    try:
        names = sorted(name for name in await admin.list_topics() if name.startswith(f"{places.prefix}."))
        described = await admin.describe_topics(names)
    finally:
        await admin.close()
    spots = [TopicPartition(each["topic"], place["partition"]) for each in described for place in each["partitions"]]
    raw = await reading.read(places, spots)
    said = (each for each in raw if not (each.key or b"").startswith(POISON))
    return tuple(_published(each, places.prefix) for each in said), [_bytes(each) for each in raw]


def _published(raw: Any, prefix: str) -> Published:
    """A record that is no message stands under its place."""
    topic = raw.topic.removeprefix(f"{prefix}.")
    try:
        record = reading.record(raw)
    except (KeyError, ValueError, AttributeError, TypeError):
        record = Record(f"{raw.topic}/{raw.partition}/{raw.offset}", "", 0, "", {})
    return Published(topic, raw.partition, raw.offset, record)


def _bytes(raw: Any) -> bytes:
    headers = [part for name, value in raw.headers for part in (name.encode(), value or b"")]
    return b"\n".join([raw.key or b"", raw.value or b"", *headers])


def parked(places: Places, services: Sequence[str]) -> dict[str, frozenset[str]]:
    """The ids of what each service has parked."""
    with MongoClient[dict[str, Any]](places.mongo) as client:
        return {
            name: frozenset(each["id"] for each in client[f"{places.prefix}_{name}"]["parked"].find({}, {"id": 1}))
            for name in services
        }


def letters(places: Places) -> tuple[Letter, ...]:
    """The mailbox."""
    caught = httpx.get(f"{places.mail}/messages", timeout=120).raise_for_status().json()
    return tuple(
        Letter(
            each["message_id"], ",".join(each["recipients"]), hashlib.sha256(each["body"].encode()).hexdigest(),
            each["deliveries"],
        )
        for each in caught
    )  # fmt: skip


def stale(services: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By service and read model the documents that a replay from nothing does not lead to."""
    found = {}
    for service, url in services.items():
        answer = httpx.post(f"{url}/operations/replay", timeout=120).raise_for_status().json()
        found.update({f"{service} {view}": tuple(differing) for view, differing in answer.items()})
    return found


def replies(histories: Iterable[Path]) -> tuple[Reply, ...]:
    """What the clients wrote down."""
    lines = [json.loads(line) for path in histories for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(
        Reply(
            told["service"], (f"http {told['method']} {told['path']}", told["key"]), told["what"], told["case"],
            told["status"], told["body"], told["tries"], told["begun"], told["ended"],
        )
        for told in lines
    )  # fmt: skip
