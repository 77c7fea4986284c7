"""What is killed comes back, and what was written is still there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pymongo import MongoClient

from infra.local.programs import Program, python
from infra.local.stack import Stack
from tests.infra.support import stack


def test_what_is_killed_is_started_again(tmp_path: Path) -> None:
    sleeper = Program("sleeper", python("tests.infra.sleeper"), last=True)
    with stack(tmp_path, extra=[sleeper]) as running:
        former = running.kill("sleeper")
        running.await_restarted("sleeper", former)
        assert psutil.pid_exists(running.pids()["sleeper"])


def test_data_survive_in_mongodb_also_on_another_port(tmp_path: Path) -> None:
    with stack(tmp_path, "mongod") as running, mongo(running) as client:
        client["kept"]["forms"].insert_one({"_id": "form-1"})
        running.restart("mongod")
        assert client["kept"]["forms"].count_documents({}) == 1
    with stack(tmp_path, "mongod") as moved, mongo(moved) as client:
        assert client["kept"]["forms"].count_documents({}) == 1


def test_data_survive_in_kafka_also_after_a_kill(tmp_path: Path) -> None:
    with stack(tmp_path, "kafka") as running:
        asyncio.run(send(running.addresses.kafka, b"form-1"))
        running.await_restarted("kafka", running.kill("kafka"))
        assert asyncio.run(first(running.addresses.kafka)) == b"form-1"


def mongo(running: Stack) -> MongoClient[dict[str, str]]:
    return MongoClient(running.addresses.mongo, w="majority", journal=True)


async def send(kafka: str, value: bytes) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic("kept", num_partitions=1, replication_factor=1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all") as producer:
        await producer.send_and_wait("kept", value)


async def first(kafka: str) -> bytes:
    async with AIOKafkaConsumer("kept", bootstrap_servers=kafka, auto_offset_reset="earliest") as consumer:
        found: bytes = (await consumer.getone()).value
        return found
