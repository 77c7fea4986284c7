"""Poison: records that are no messages, or none that anybody knows, put on each topic while the system works."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from infra.local.ports import SERVICES
from tests.chaos.judge.reading import Places
from tests.chaos.judge.system.published import consumes

EVERY = 15
"""Waves from one dose to the next."""
OVERSIZED = 2_500_000
"""Bytes: more than a topic takes."""
LARGE = 1_999_000
"""Bytes: as large as a topic takes, so that its dead letter is larger still. Once on each topic is enough."""
HEADERS = {
    "ce_specversion": b"1.0", "ce_source": b"poison", "ce_time": b"2026-01-01T00:00:00+00:00", "ce_position": b"1",
}  # fmt: skip
Kind = tuple[str, Mapping[str, bytes], bytes | None, bool]
"""Its kind, its headers, its body, whether it can be read as a message at all."""


def kinds(name: str, dose: int) -> list[Kind]:
    """One record of each kind, the readable ones under a name that somebody reacts to."""
    type_of = f"{name}.v1".encode()
    good = {**HEADERS, "ce_type": type_of}
    return [
        ("header in no UTF-8", {**good, "ce_id": b"\xff\xfe"}, b"{}", False),
        ("no header", {}, b"{}", False),
        ("tombstone", {**good, "ce_id": f"poison-{dose}-tombstone".encode()}, None, False),
        ("no version", {**good, "ce_id": b"x", "ce_type": name.encode()}, b"{}", False),
        ("no time zone", {**good, "ce_id": b"x", "ce_time": b"2026-01-01T00:00:00"}, b"{}", False),
        ("body in no JSON", good, b"\x00\x01\x02", True),
        ("body of another type", good, b"[1, 2, 3]", True),
        ("empty body", good, b"", True),
        ("null", good, b"null", True),
        ("unknown version", {**good, "ce_type": f"{name}.v99".encode()}, b"{}", True),
        ("next version", {**good, "ce_type": f"{name}.v2".encode()}, b"{}", True),
    ]


class Poison:
    """Puts it there and knows who must have parked what."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._consumes = consumes(SERVICES)
        self._parked: dict[str, set[str]] = {name: set() for name in SERVICES}
        self._filled: set[str] = set()
        self.refused = 0

    def drop_some(self, wave: int) -> None:
        """A dose on each topic, now and then."""
        if wave % EVERY == EVERY // 2:
            asyncio.run(self._dose(wave))

    def expected(self) -> dict[str, frozenset[str]]:
        """By service the ids under which it must have parked them."""
        return {name: frozenset(ids) for name, ids in self._parked.items()}

    async def _dose(self, wave: int) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._places.kafka, acks="all", max_request_size=OVERSIZED + 100_000
        )
        await producer.start()
        try:
            for topic in SERVICES:
                await self._on(producer, topic, wave)
        finally:
            await producer.stop()

    async def _on(self, producer: AIOKafkaProducer, topic: str, wave: int) -> None:
        full = f"{self._places.prefix}.{topic}"
        for reader, (topics, names) in sorted(self._consumes.items()):
            if topic not in topics:
                continue
            name = sorted(names)[0]
            given = kinds(name, wave)
            if topic not in self._filled:
                self._filled.add(topic)
                given.append(("large body", {**HEADERS, "ce_type": f"{name}.v1".encode()}, b"x" * LARGE, True))
            for number, (_, headers, body, readable) in enumerate(given):
                id = f"poison-{topic}-{reader}-{wave}-{number}"
                told = [*headers.items()] + ([("ce_id", id.encode())] if readable else [])
                sent = await producer.send_and_wait(full, body, key=id.encode(), headers=told)
                self._count(topic, name, readable, id, f"{full}/{sent.partition}/{sent.offset}")
        try:
            await producer.send_and_wait(full, b"x" * OVERSIZED, key=b"poison")
        except MessageSizeTooLargeError:
            self.refused += 1

    def _count(self, topic: str, name: str, readable: bool, id: str, place: str) -> None:
        """What cannot be read is parked by all readers under its place; the rest by those who react to its name."""
        for service, (topics, names) in self._consumes.items():
            if topic in topics and (not readable or name in names):
                self._parked[service].add(id if readable else place)
