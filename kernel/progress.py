"""How far a service is, as operations see it: its log, what follows it, its timers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from kernel.leading import Leading
from kernel.service import Service


async def progress(service: Service) -> dict[str, Any]:
    """The log's tail, each follower, timers due, the next timer, what is parked, the clock.

    Of a log that is split ``tail`` and ``followers`` are sums over the shards, so a follower that is at the tail is at
    that of each; ``shards`` says them one by one.
    """
    now, parked, positions = await asyncio.gather(
        service.clock.now(), service.parking.count(), service.checkpoints.positions()
    )
    names = [follower.name for follower in service.shards[0].followers]
    shards = [await _one(shard, names, positions) for shard in service.shards]
    due = [len(await shard.timers.due(now)) for shard in service.shards]
    upcoming = [timer.due for shard in service.shards if (timer := await shard.timers.upcoming()) is not None]
    return {
        "service": service.spec.name,
        "now": now.isoformat(),
        "tail": 1 + sum(shard["tail"] - 1 for shard in shards),
        "followers": {name: sum(shard["followers"][name] for shard in shards) for name in names},
        "due": sum(due),
        "next": min(upcoming).isoformat() if upcoming else None,
        "parked": parked,
        "consumes": service.spec.handlers.topics,
    } | ({"shards": shards} if len(shards) > 1 else {})


async def _one(shard: Leading, names: Sequence[str], written: Mapping[str, int]) -> dict[str, Any]:
    """One shard; where another process leads it, as far as that one has written down that it is."""
    done = [follower.position if shard.leads else written.get(follower.name, 0) for follower in shard.followers]
    return {"tail": await shard.log.tail(), "followers": dict(zip(names, done, strict=True))}
