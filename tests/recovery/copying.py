"""How fast a log is copied and written back, by itself: so many events, in one service's log."""

from __future__ import annotations

import asyncio
import base64
import os
import time
from pathlib import Path
from uuid import uuid4

from infra.local.ports import Ports
from infra.local.stack import Stack
from kernel import mongo
from kernel.backup import restoring, taking
from kernel.log import Commit, StoredEvent
from kernel.mongolog import MongoLog
from tests.kernel.commits import AT

SERVICE = "copied"
SEALED = 450
"""Bytes of sealed text in an event: some fields of it. They do not get smaller."""


def measure(root: Path, events: int) -> dict[str, float]:
    """Seconds for the backup and for the restore, and the size of the backup in bytes."""
    with Stack(root / "copying", Ports.free(), "copying", "system", (), parts=("mongod", "kafka")) as stack:
        return asyncio.run(_measured(stack.addresses.mongo, stack.addresses.kafka, root, events))


async def _measured(url: str, kafka: str, root: Path, events: int) -> dict[str, float]:
    client, prefix, folder = mongo.connect(url), f"copying{uuid4().hex[:6]}", root / "copied"
    folder.mkdir()
    log = MongoLog(mongo.database(client, f"{prefix}_{SERVICE}"))
    await log.prepare()
    for first in range(0, events, 1000):
        made = (StoredEvent(f"s-{n}", 1, "tests.told", _state()) for n in range(first, min(first + 1000, events)))
        await asyncio.gather(*(log.append(Commit(id=each.stream, at=AT, events=(each,))) for each in made))
    begun = time.monotonic()
    manifest = await taking.take(client, prefix, [SERVICE], [], folder, id="copied", progress=_quiet)
    copied = time.monotonic()
    restoring.checked(folder, _quiet)
    await restoring.begin(client, kafka, f"{prefix}-again", manifest)
    await restoring.restore(client, f"{prefix}-again", folder, manifest, lambda *_: None, _quiet)
    size = sum(part.size for part in manifest.parts())
    client.close()
    return {"backup": copied - begun, "restore": time.monotonic() - copied, "bytes": size}


def _state() -> bytes:
    return b'{"sealed":"' + base64.b64encode(os.urandom(SEALED)) + b'"}'


def _quiet(what: str, done: int, total: int) -> None:
    """Measured, not shown."""
