"""`python -m examples.reporting`: read every topic, from where it stopped last, into tables."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from aiokafka import AIOKafkaConsumer, TopicPartition
from rich.console import Console
from rich.table import Table

from examples.reporting.tables import Tables

TOPICS = ("intake", "screening", "placement", "billing", "notify")


async def consume(kafka: str, prefix: str, tables: Tables) -> int:
    """Read everything that is on the topics now; how many records."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, isolation_level="read_committed", enable_auto_commit=False)
    await consumer.start()
    try:
        known = await consumer.topics()
        topics = [f"{prefix}.{topic}" for topic in TOPICS if f"{prefix}.{topic}" in known]
        consumer.subscribe(topics)
        partitions = [TopicPartition(topic, n) for topic in topics for n in consumer.partitions_for_topic(topic) or ()]
        consumer.unsubscribe()
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        for partition in partitions:
            consumer.seek(partition, tables.offset(partition.topic, partition.partition))
        taken = 0
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for partition, records in (await consumer.getmany(timeout_ms=500)).items():
                rows = [(r.offset, {k: v.decode() for k, v in r.headers}, r.value) for r in records]
                taken += tables.take(partition.topic, partition.partition, rows)
        return taken
    finally:
        await consumer.stop()


def main(
    kafka: Annotated[str, typer.Option(help="host:port")] = "127.0.0.1:9192",
    prefix: Annotated[str, typer.Option(help="prefix of the topics")] = "rehearsal",
    to: Annotated[Path, typer.Option(help="SQLite file")] = Path("report.sqlite"),
) -> None:
    """Topics into tables."""
    tables = Tables(to)
    taken = asyncio.run(consume(kafka, prefix, tables))
    shown = Table(title=f"{taken} records read into {to.name}")
    shown.add_column("table")
    shown.add_column("rows", justify="right")
    for name, count in tables.counts().items():
        if count:
            shown.add_row(name, str(count))
    Console().print(shown)


if __name__ == "__main__":
    typer.run(main)
