"""What the measurement of more processes and nodes says of the topics, and how the page shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from benchmarks import report
from benchmarks.distances import WHY
from benchmarks.result import Goal, Result, paired
from benchmarks.scale import Arrangement, Told, published, told
from kernel import topics
from kernel.log import Context
from kernel.publishing import Message
from kernel.relay import KafkaProducer

AT = datetime(2027, 4, 1, tzinfo=UTC)


def message(key: str, version: int, position: int, source: str = "intake") -> Message:
    """An event of that version of an aggregate."""
    return Message(
        id=f"{source}:{key}/{version}", name="Noted", version=1, source=source, topic="cases", key=key, time=AT,
        position=position, context=Context(), data=b"{}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ([message("a", 1, 1), message("b", 1, 2), message("a", 2, 3)], Told(3, 0, ordered=True)),
        ([message("b", 1, 2), message("a", 1, 1)], Told(2, 0, ordered=True)),
        ([message("a", 2, 3), message("a", 1, 1)], Told(2, 0, ordered=False)),
        ([message("a", 1, 1), message("a", 2, 3), message("a", 1, 1)], Told(2, 1, ordered=True)),
        ([message("a", 1, 9), message("a", 1, 1, "billing")], Told(2, 0, ordered=True)),
    ],
)
def test_the_order_of_a_key_is_what_counts(there: list[Message], found: Told) -> None:
    assert told(there) == found


async def test_all_that_stands_on_the_topics_is_read(kafka_bootstrap: str) -> None:
    prefix = f"scale-{uuid4().hex[:8]}"
    names = [f"{prefix}.cases", f"{prefix}.none"]
    await topics.ensure(kafka_bootstrap, names, partitions=3, replicas=1)
    producer = KafkaProducer(kafka_bootstrap, prefix, "tests")
    await producer.send_all([message(f"key-{n % 7}", n, n) for n in range(1, 101)])
    await producer.stop()
    assert told(await published(kafka_bootstrap, names)) == Told(100, 0, ordered=True)


def test_the_page_shows_what_did_not_hold() -> None:
    held = Arrangement(3, 2, 41.23, 101.0, 999.0, complete=True, ordered=True, messages=1200, again=3)
    lost = Arrangement(3, 4, 40.0, 101.0, 999.0, complete=True, ordered=False, messages=1200, again=0)
    page = report.page({"machine": {}, "rows": [], "growth": [], "scale": [held.plain(), lost.plain()]})
    assert "| 3 | 2 | 41.2 | 101, 999 | yes | 1,200, 3 |" in page
    assert "| 3 | 4 | 40 | 101, 999 | **no** |" in page


def test_the_page_says_what_keeps_a_row_from_its_goal() -> None:
    name = "the same, p99 under half load"
    missed = Result(name, "ms", paired([(2.0, 1.0)]), Goal(0.3333, least=False), "durable").plain()
    reached = Result("append, alone", "ms", paired([(1.0, 1.0)]), Goal(1.3, least=False), "durable").plain()
    page = report.page({"machine": {}, "rows": [missed, reached], "growth": [], "scale": []})
    assert f"- **{name}**: {WHY[name]}" in page
    assert "- **append, alone**" not in page


def test_every_row_that_is_committed_below_its_goal_is_explained() -> None:
    assert {row["name"] for row in report.kept()["rows"] if not row["reached"]} <= WHY.keys()
