"""Reads what the system left behind with nothing but plain clients: records of topics, documents of databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from infra.local.programs import Addresses


@dataclass(frozen=True)
class Record:
    """A record as it lies on a topic."""

    topic: str
    key: bytes
    value: bytes
    headers: dict[str, str]

    @property
    def raw(self) -> bytes:
        """All its bytes."""
        said = [part for name, value in self.headers.items() for part in (name.encode(), value.encode())]
        return b"\n".join([self.topic.encode(), self.key, self.value, *said])


async def records(addresses: Addresses) -> list[Record]:
    """Every record of every topic of the deployment that the broker knows, dead letters included."""
    places = await _partitions(addresses)
    consumer = AIOKafkaConsumer(bootstrap_servers=addresses.kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        found: list[Record] = []
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                found += [_record(each, addresses.prefix) for each in batch]
        return found
    finally:
        await consumer.stop()


async def _partitions(addresses: Addresses) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=addresses.kafka)
    await admin.start()
    try:
        topics = [topic for topic in await admin.list_topics() if topic.startswith(f"{addresses.prefix}.")]
        described = await admin.describe_topics(sorted(topics))
        return [TopicPartition(each["topic"], place["partition"]) for each in described for place in each["partitions"]]
    finally:
        await admin.close()


def _record(record: Any, prefix: str) -> Record:
    headers = {name: value.decode() for name, value in record.headers}
    return Record(record.topic.removeprefix(f"{prefix}."), record.key, record.value, headers)


def commits(addresses: Addresses, service: str) -> list[dict[str, Any]]:
    """The commits of a service's log, by position."""
    with MongoClient[dict[str, Any]](addresses.mongo) as client:
        return list(client[f"{addresses.prefix}_{service}"]["log"].find().sort("_id", 1))


def documents(addresses: Addresses) -> Iterator[tuple[str, bytes]]:
    """Every document of every database of the deployment, and the server's own record of writes: place and bytes."""
    with MongoClient[RawBSONDocument](addresses.mongo, document_class=RawBSONDocument) as client:
        for name in client.list_database_names():
            if name in ("admin", "config"):
                continue
            for collection in client[name].list_collection_names():
                for document in client[name][collection].find():
                    yield f"{name}.{collection}", bytes(document.raw)
