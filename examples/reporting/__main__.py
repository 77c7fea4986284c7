"""`python -m examples.reporting`: read every topic, from where it stopped last, into tables."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaConnectionError, UnknownTopicOrPartitionError
from rich.console import Console
from rich.table import Table

from examples.reporting.tables import Refused, Tables

TOPICS = ("intake", "screening", "placement", "billing", "notify")


async def consume(kafka: str, prefix: str, tables: Tables) -> int:
    """Read everything that is on the topics now; how many records.

    Raises `Refused` at the first record that cannot be taken; what was read before it is kept.
    """
    consumer = AIOKafkaConsumer(
        *(f"{prefix}.{topic}" for topic in TOPICS),
        bootstrap_servers=kafka,
        isolation_level="read_committed",
        auto_offset_reset="none",
        enable_auto_commit=False,
    )
    try:
        await consumer.start()
        ends = await consumer.end_offsets(list(consumer.assignment()))
        for partition, end in ends.items():
            _seek(consumer, tables, partition, end)
        taken = 0
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for partition, records in (await consumer.getmany(timeout_ms=500)).items():
                rows = [(r.offset, {k: v.decode() for k, v in r.headers}, r.value) for r in records]
                taken += tables.take(partition.topic, partition.partition, rows)
        return taken
    finally:
        await consumer.stop()


def _seek(consumer: AIOKafkaConsumer, tables: Tables, partition: TopicPartition, end: int) -> None:
    following = tables.offset(partition.topic, partition.partition)
    if following > end:
        raise Refused(
            f"{partition.topic}, partition {partition.partition} ends at {end}, and {following} was to be read next: "
            "the topic was made anew. Begin with a new file"
        )
    consumer.seek(partition, following)


def main(
    kafka: Annotated[str, typer.Option(help="host:port")] = "127.0.0.1:9192",
    prefix: Annotated[str, typer.Option(help="prefix of the topics")] = "rehearsal",
    to: Annotated[Path, typer.Option(help="SQLite file")] = Path("report.sqlite"),
) -> None:
    """Topics into tables. Run it as often as you like: it goes on where it stopped."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what is wrong is said below, once
    tables = Tables(to)
    try:
        taken = asyncio.run(consume(kafka, prefix, tables))
    except KafkaConnectionError:
        _fail(f"No answer from Kafka at {kafka}. Is it running (`make run`)? Otherwise say --kafka host:port.")
    except UnknownTopicOrPartitionError:
        _fail(f"There are no topics that begin with {prefix!r}. Say --prefix, or start the services first.")
    except Refused as why:
        _fail(f"{why}. What came before it is kept.")
    console, shown = Console(), Table()
    shown.add_column("table")
    shown.add_column("rows", justify="right")
    for name, count in tables.counts().items():
        if count:
            shown.add_row(name, str(count))
    console.print(f"{taken} records read. {to.name} now holds:")
    console.print(shown)


def _fail(line: str) -> NoReturn:
    Console(stderr=True).print(f"[red]✗[/red] {line}", highlight=False, soft_wrap=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
