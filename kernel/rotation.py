"""Rotation of the master key: every data key of the key ring is wrapped anew while services run.

A data key itself never changes, so what was sealed stays as it is. An erasure that comes between is never undone: a key
is only replaced where it is still the one that was read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernel.masterkeys import MasterKeys
from kernel.mongo import UpdateOne
from kernel.vault import unwrap, wrap

BATCH = 500
Progress = Callable[[int, int], None]
"""Hears how many of how many are done."""


async def left(keyring: Any, masters: MasterKeys) -> int:
    """How many data keys are wrapped by another master key than the current one."""
    return int(await keyring.count_documents(_by_another(masters)))


async def rewrap(keyring: Any, masters: MasterKeys, progress: Progress, *, batch: int = BATCH) -> int:
    """Wrap every data key by the current master key; how many were. Raises what `kernel.vault.unwrap` does.

    Stopped anywhere, it is called again and goes on with those that are left.
    """
    done, total = 0, await left(keyring, masters)
    progress(done, total)
    while found := await keyring.find(_by_another(masters)).sort("_id", 1).limit(batch).to_list(batch):
        writes = []
        for document in found:
            anew = wrap(masters, document["_id"], unwrap(masters, document))
            as_read = {"_id": document["_id"], "wrapped": document["wrapped"]}
            writes.append(UpdateOne(as_read, {"$set": anew}))
        await keyring.bulk_write(writes, ordered=False)
        done += len(found)
        progress(done, max(done, total))
    return done


def _by_another(masters: MasterKeys) -> dict[str, Any]:
    return {"wrapped": {"$exists": True}, "master": {"$ne": masters.current}}
