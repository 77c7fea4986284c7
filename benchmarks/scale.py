"""One, two and four processes of each service, on one and on three nodes of Kafka and MongoDB: the whole road.

All share this machine's cores, so more processes and nodes cannot bring more here; what they cost, and that nothing
loses its order by them, is seen. `make bench ONLY=scale`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer

from benchmarks.bench import Bench
from benchmarks.result import rounded
from benchmarks.road import travelled
from benchmarks.system import running_on
from infra.local.cluster import Cluster
from kernel.publishing import Message, Unreadable, parse
from schemas.events import TOPICS

NODES, PROCESSES = (1, 3), (1, 2, 4)
READ_WITHIN = 60.0


@dataclass(frozen=True)
class Arrangement:
    """So many nodes of each part and processes of each service: cases a second, p50 and p99 in ms at half of that.

    ``complete``: every service dealt with every case. ``ordered``: no event stands on its topic before an earlier one
    of its key. ``again``: messages that stand there more than once.
    """

    nodes: int
    processes: int
    rate: float
    p50: float
    p99: float
    complete: bool
    ordered: bool
    messages: int
    again: int

    def plain(self) -> dict[str, Any]:
        """As JSON takes it."""
        plain: dict[str, Any] = rounded(asdict(self))
        return plain

    def line(self) -> str:
        """One JSON object."""
        return json.dumps(self.plain())


@dataclass(frozen=True)
class Told:
    """What stands on the topics: see `Arrangement`."""

    messages: int
    again: int
    ordered: bool


async def published(kafka: str, topics: Sequence[str]) -> list[Message]:
    """All messages of these topics, as they stand there."""
    found: list[Message] = []
    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=kafka.split(","), auto_offset_reset="earliest")
    async with consumer, asyncio.timeout(READ_WITHIN):
        ends = await consumer.end_offsets(list(consumer.assignment()))
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += [parse(r.topic, r.partition, r.offset, r.key, r.value, r.headers) for r in records]
    return found


def told(messages: Sequence[Message]) -> Told:
    """Each event counts where it stands first; those of one key and one source come in the order of their log."""
    seen, last, ordered = set[str](), dict[tuple[str, str, str], int](), True
    for message in messages:
        if message.id in seen:
            continue
        seen.add(message.id)
        sequence = message.topic, message.source, message.key
        ordered &= last.get(sequence, 0) <= message.position
        last[sequence] = message.position
    return Told(len(seen), len(messages) - len(seen), ordered)


def arranged(bench: Bench, cluster: Cluster, processes: int) -> Arrangement:
    """Start the services, measure, look at their topics, stop them."""
    what = f"{cluster.nodes} of each part, {processes} of each service"
    bench.say(f"{what}: starting")
    with running_on(bench, cluster, processes) as (stack, intakes):
        turn = travelled(bench, stack, intakes, what)
        try:
            names = [f"{stack.addresses.prefix}.{topic}" for topic in TOPICS]
            seen = told(asyncio.run(published(cluster.kafka, names)))
        except Unreadable:
            seen = Told(0, 0, ordered=False)
    return Arrangement(
        cluster.nodes, processes, turn.rate, turn.p50, turn.p99, turn.complete, seen.ordered, seen.messages, seen.again
    )


def run(bench: Bench) -> Iterator[Arrangement]:
    """Some seven minutes."""
    for nodes in NODES:
        bench.say(f"starting {nodes} of each part")
        with Cluster(bench.folder / f"cluster-{nodes}", nodes=nodes) as cluster:
            for processes in PROCESSES:
                yield arranged(bench, cluster, processes)
