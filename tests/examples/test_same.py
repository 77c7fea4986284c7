"""Reporting tells by itself whether it has read what a service's log holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from examples.reporting.same import differences
from examples.reporting.tables import Tables
from kernel import http, operations
from kernel.access import Trusting
from kernel.backup.chain import PublishedChain
from kernel.mapper import restore
from kernel.projector import whole_log
from kernel.publishing import Message, messages
from kernel.testing.world import World
from services.intake.main import SPEC
from services.intake.publish import publish
from tests.intake.support import Counter


@pytest.fixture
async def counter() -> Counter:
    """A counter that has told something."""
    made = Counter()
    await made.sends()
    await made.sends(key="again")
    return made


class Served:
    """What operations look for."""

    def __init__(self, world: World) -> None:
        self.log, self.spec = world.log, SPEC
        self.shards = [self]


Ask = Callable[[int | None], Awaitable[dict[str, Any]]]


@pytest.fixture
def digest(counter: Counter) -> Ask:
    """What that counter's service says of its log over HTTP."""
    web = FastAPI()
    http.install(web, Trusting())
    web.state.service = Served(counter.world)
    web.include_router(operations.router)

    async def ask(upto: int | None) -> dict[str, Any]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://intake") as client:
            answer = await client.get("/operations/digest", params={} if upto is None else {"upto": upto})
            said: dict[str, Any] = answer.raise_for_status().json()
            return said

    return ask


async def compared(tables: Tables, digest: Ask) -> dict[str, str]:
    """What reporting finds wrong."""
    said = await digest(tables.last("intake"))
    return differences(tables, ["intake"], lambda source, upto: said)


async def told(counter: Counter) -> list[Message]:
    """What the relay publishes."""
    return [
        message
        async for batch in whole_log(counter.world.log)
        for at in batch
        for recorded in at.recorded()
        for message in messages(recorded, restore(recorded.event), publish, "intake")
    ]


def taken(path: Path, found: list[Message]) -> Tables:
    """Reporting, having read these."""
    tables = Tables(path)
    rows = [(n, {k: v.decode() for k, v in each.headers()}, each.data) for n, each in enumerate(found)]
    tables.take("intake", 0, rows)
    return tables


async def test_who_read_everything_has_read_the_same(counter: Counter, digest: Ask, tmp_path: Path) -> None:
    found = await told(counter)
    assert found
    tables = taken(tmp_path / "a.sqlite", [*reversed(found), *found])  # whatever order the partitions gave, twice
    assert await compared(tables, digest) == {}
    said, whole = await digest(tables.last("intake")), await digest(None)
    assert said["published"]["messages"] == len(found) == whole["published"]["messages"]
    assert whole["upto"] == await counter.world.log.tail() - 1
    assert (await digest(0))["commits"] == 0


@pytest.mark.parametrize("how", ["another body", "one is missing", "behind the end"])
async def test_who_read_something_else_is_told_where(counter: Counter, digest: Ask, tmp_path: Path, how: str) -> None:
    found = await told(counter)
    if how == "another body":
        body = json.dumps(json.loads(found[0].data) | {"receipt_number": "S2026-0999"}).encode()
        found[0] = msgspec.structs.replace(found[0], data=body)
    elif how == "one is missing":
        found = [found[0], msgspec.structs.replace(found[0], id="intake:other/1", position=1)]
    else:
        found.append(msgspec.structs.replace(found[-1], id="intake:other/1", position=found[-1].position + 100))
    tables = taken(tmp_path / "a.sqlite", found)
    wrong = await compared(tables, digest)
    assert list(wrong) == ["intake"]
    assert ("were read and are not in its log" in wrong["intake"]) == (how == "behind the end")


def test_the_chain_is_as_it_is_documented() -> None:
    ours = PublishedChain()
    ours.add("intake:a/1", hashlib.sha256(b"{}").digest())
    link = hashlib.sha256(bytes(32) + b"intake:a/1\n" + hashlib.sha256(b"{}").digest()).hexdigest()
    assert ours.digest == link


async def test_the_shards_of_a_log_that_is_split_are_publishers_of_their_own(counter: Counter, tmp_path: Path) -> None:
    first = (await told(counter))[0]
    other = msgspec.structs.replace(first, id="intake.1:other/1", source="intake.1")
    tables = taken(tmp_path / "a.sqlite", [first, other])
    assert tables.sources() == {"intake", "intake.1"}
    assert [id for id, _ in tables.heard("intake", 100)] == [first.id]
