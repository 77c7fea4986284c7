"""Gathers the evidence with nothing but plain clients of MongoDB, Kafka and HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from tests.chaos.judge.evidence import Answer, Commit, Mail, Record, Stored


@dataclass(frozen=True)
class Places:
    """Where a deployment's stores are reached."""

    mongo: str
    kafka: str
    mail: str
    prefix: str


def commits(places: Places) -> tuple[Commit, ...]:
    """Intake's log, every document, by position."""
    with MongoClient[dict[str, Any]](places.mongo) as client:
        found = client[f"{places.prefix}_intake"]["log"].find().sort("_id", 1)
        return tuple(commit(document) for document in found)


def commit(document: Mapping[str, Any]) -> Commit:
    """A document of the log as it lies there."""
    events = tuple(Stored(e["s"], e["v"], e["t"], json.loads(bytes(e["d"]))) for e in document.get("e", ()))
    keys = tuple((k["c"], k["m"]) for k in document.get("k", ()))
    return Commit(document["_id"], document["n"], keys, events)


def parked(places: Places, services: Iterable[str]) -> dict[str, int]:
    """How many messages each service has parked."""
    with MongoClient[dict[str, Any]](places.mongo) as client:
        return {name: client[f"{places.prefix}_{name}"]["parked"].count_documents({}) for name in services}


async def records(places: Places) -> tuple[tuple[Record, ...], int]:
    """Intake's topic from the beginning, repetitions and all; and how many dead letters there are."""
    admin = AIOKafkaAdminClient(bootstrap_servers=places.kafka)
    await admin.start()
    try:
        topics = [topic for topic in await admin.list_topics() if topic.startswith(f"{places.prefix}.")]
        described = await admin.describe_topics(sorted(topics))
    finally:
        await admin.close()
    spots = [TopicPartition(each["topic"], place["partition"]) for each in described for place in each["partitions"]]
    intake = [spot for spot in spots if spot.topic == f"{places.prefix}.intake"]
    dead = [spot for spot in spots if spot.topic.endswith(".dead-letters")]
    return tuple(record(raw) for raw in await read(places, intake)), len(await read(places, dead))


async def read(places: Places, spots: list[TopicPartition]) -> list[Any]:
    """Raw records of these partitions from the beginning to their end."""
    if not spots:
        return []
    consumer = AIOKafkaConsumer(
        bootstrap_servers=places.kafka, enable_auto_commit=False, isolation_level="read_committed"
    )
    await consumer.start()
    try:
        consumer.assign(spots)
        await consumer.seek_to_beginning(*spots)
        ends, found = await consumer.end_offsets(spots), list[Any]()
        while any([await consumer.position(spot) < end for spot, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                found += batch
        return found
    finally:
        await consumer.stop()


def record(raw: Any) -> Record:
    """A raw record as a message."""
    headers = {name: value.decode() for name, value in raw.headers}
    name = headers["ce_type"].partition(".v")[0]
    return Record(headers["ce_id"], name, int(headers["ce_position"]), raw.key.decode(), json.loads(raw.value))


def mails(places: Places) -> tuple[Mail, ...]:
    """The mailbox."""
    caught = httpx.get(f"{places.mail}/messages", timeout=120).raise_for_status().json()
    return tuple(Mail(m["message_id"], m["recipients"][0], m["subject"], m["deliveries"]) for m in caught)


def answers(histories: Iterable[Path]) -> tuple[Answer, ...]:
    """What the clients wrote down."""
    lines = [line for path in histories for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(Answer(**json.loads(line)) for line in lines)
