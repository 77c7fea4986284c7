"""The session's own Kafka and MongoDB answer."""

from __future__ import annotations

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pymongo import AsyncMongoClient


async def test_mongodb_takes_a_journalled_majority_write(mongo_url: str) -> None:
    async with AsyncMongoClient[dict[str, str]](mongo_url, w="majority", journal=True) as client:
        await client["fixtures"]["forms"].insert_one({"_id": "form-1"})
        assert await client["fixtures"]["forms"].find_one({"_id": "form-1"}) == {"_id": "form-1"}


async def test_kafka_gives_back_what_was_sent(kafka_bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("fixtures.forms", num_partitions=1, replication_factor=1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, enable_idempotence=True) as producer:
        await producer.send_and_wait("fixtures.forms", b"form-1", key=b"a")
    consumer = AIOKafkaConsumer("fixtures.forms", bootstrap_servers=kafka_bootstrap, auto_offset_reset="earliest")
    async with consumer:
        assert (await consumer.getone()).value == b"form-1"
