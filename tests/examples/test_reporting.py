"""The reporting example on a real Kafka: topics into tables, with nothing but the committed schemas."""

from __future__ import annotations

import json
import shutil
import sqlite3
import uuid
from pathlib import Path
from typing import Any

import msgspec
import pytest

from examples.reporting.__main__ import TOPICS as READ
from examples.reporting.__main__ import consume
from examples.reporting.tables import SCHEMAS, Refused, Tables, table
from kernel import topics
from kernel.publishing import Message
from kernel.relay import KafkaProducer
from schemas.__main__ import example
from schemas.events import TOPICS, all_events
from tests.schemas.contracts import message_of


def examples() -> list[Message]:
    """The example of every event, as it comes from its topic."""
    return [_named(message_of(example(kind))) for kind in all_events()]


def _named(message: Message, id: str = "", **more: Any) -> Message:
    topic = message.topic.rpartition(".")[2]
    return msgspec.structs.replace(message, topic=topic, id=id or f"{topic}:{message.name}", **more)


class Broker:
    """Topics of a prefix of the test's own."""

    def __init__(self, kafka: str) -> None:
        self.kafka, self.prefix = kafka, f"rehearsal-{uuid.uuid4().hex[:8]}"

    async def publish(self, *messages: Message) -> None:
        await topics.ensure(self.kafka, [f"{self.prefix}.{topic}" for topic in TOPICS], partitions=2, replicas=1)
        producer = KafkaProducer(self.kafka, self.prefix, "test")
        await producer.send_all(messages)
        await producer.stop()


@pytest.fixture
def broker(kafka_bootstrap: str) -> Broker:
    return Broker(kafka_bootstrap)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return tmp_path / "report.sqlite"


async def read(broker: Broker, report: Path, schemas: Path = SCHEMAS) -> int:
    """One run of the example; each begins with what is in the file alone."""
    tables = Tables(report, schemas)
    try:
        return await consume(broker.kafka, broker.prefix, tables)
    finally:
        tables.close()


def rows(report: Path, name: str) -> list[sqlite3.Row]:
    with sqlite3.connect(report) as db:
        db.row_factory = sqlite3.Row
        found = db.execute(f'SELECT * FROM "{table(name)}" ORDER BY event_id').fetchall()
    db.close()
    return found


async def test_every_event_becomes_a_row_of_its_table(broker: Broker, report: Path) -> None:
    assert READ == TOPICS
    await broker.publish(*examples())
    assert await read(broker, report) == len(all_events())
    (row,) = rows(report, "InvoiceIssued.v1")
    assert (row["event_id"], row["source"], row["total"]) == ("billing:InvoiceIssued", "billing", 1684000)
    assert [line["fee"] for line in json.loads(row["lines"])] == ["overseas_office", "overseas_preparation"]
    assert json.loads(row["party"])["name"].startswith("sealed:1:")
    assert all(len(rows(report, f"{kind.NAME}.v{kind.VERSION}")) == 1 for kind in all_events())


async def test_a_second_run_goes_on_where_the_first_stopped(broker: Broker, report: Path) -> None:
    sent = [message for message in examples() if message.topic == "notify"]
    await broker.publish(*sent)
    assert await read(broker, report) == len(sent)
    assert await read(broker, report) == 0
    await broker.publish(_named(sent[0], id="notify:later"))
    assert await read(broker, report) == 1
    assert [row["event_id"] for row in rows(report, f"{sent[0].name}.v1")] == ["notify:LetterFailed", "notify:later"]


async def test_what_is_published_twice_is_one_row(broker: Broker, report: Path) -> None:
    (sent, *_) = examples()
    await broker.publish(sent, sent)
    assert await read(broker, report) == 2
    assert len(rows(report, f"{sent.name}.v1")) == 1


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"data": b'{"total": "1,684,000 yen"}'}, r"InvoiceIssued.v1 does not match its schema at \$"),
        ({"data": b"PDF"}, "InvoiceIssued.v1 is not JSON"),
        ({"name": "InvoiceLost"}, "InvoiceLost.v1 is unknown"),
        ({"version": 2}, "InvoiceIssued.v2 is unknown"),
    ],
    ids=["another form", "no JSON", "another event", "another version"],
)
async def test_what_is_not_published_language_stops_the_run_and_names_its_place(
    broker: Broker, report: Path, broken: dict[str, Any], told: str
) -> None:
    good = next(message for message in examples() if message.name == "InvoiceIssued")
    await broker.publish(good)
    assert await read(broker, report) == 1
    await broker.publish(_named(good, id="billing:broken", **broken))
    for _ in range(2):
        with pytest.raises(Refused, match=rf"{broker.prefix}.billing, partition \d, offset 1: {told}") as refusal:
            await read(broker, report)
        assert "yen" not in str(refusal.value)
    assert len(rows(report, "InvoiceIssued.v1")) == 1


async def test_a_field_that_is_added_later_is_passed_over_until_the_schema_has_it(
    broker: Broker, report: Path, tmp_path: Path
) -> None:
    good = next(message for message in examples() if message.name == "LetterSent")
    longer = msgspec.structs.replace(
        good, data=json.dumps(json.loads(good.data) | {"opened_on": "2026-02-01"}).encode()
    )
    await broker.publish(_named(longer, id="notify:1"))
    assert await read(broker, report) == 1
    newer = tmp_path / "json"
    shutil.copytree(SCHEMAS, newer)
    schema = json.loads((newer / "LetterSent.v1.json").read_text(encoding="utf-8"))
    schema["properties"]["opened_on"] = {"type": "string"}
    (newer / "LetterSent.v1.json").write_text(json.dumps(schema), encoding="utf-8")
    await broker.publish(_named(longer, id="notify:2"))
    assert await read(broker, report, newer) == 1
    assert [row["opened_on"] for row in rows(report, "LetterSent.v1")] == [None, "2026-02-01"]


async def test_topics_that_were_made_anew_are_noticed(broker: Broker, report: Path) -> None:
    tables = Tables(report)
    await broker.publish(*examples())
    tables.take(f"{broker.prefix}.intake", 0, [(99, _headers(examples()[0]), examples()[0].data)])
    tables.close()
    with pytest.raises(Refused, match="made anew"):
        await read(broker, report)


def _headers(message: Message) -> dict[str, str]:
    return {name: value.decode() for name, value in message.headers()}


def test_a_record_without_headers_is_refused(tmp_path: Path) -> None:
    tables = Tables(tmp_path / "report.sqlite")
    with pytest.raises(Refused, match="t, partition 0, offset 0: no event of the published language"):
        tables.take("t", 0, [(0, {}, b"{}")])
    tables.close()
