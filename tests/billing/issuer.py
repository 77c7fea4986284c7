"""A billing process of its own, for `test_register_under_load`: `python -m tests.billing.issuer URL DATABASE FIRST`.

It issues one invoice after the other, from that account on, for accounts that several such processes share, until it is
killed.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from kernel import mongo
from kernel.ids import RandomIds
from kernel.mongolog import MongoLog
from kernel.repository import Repository, decide_again
from kernel.snapshots import StoredSnapshots
from kernel.testing import World
from schemas.placement import SecondeeDeparted
from schemas.values import Party
from services.billing.app import BillingApp
from tests.billing.support import party_in, tokyo


@dataclass(frozen=True)
class Writer:
    """Billing's application on the real log, and somebody to bill."""

    app: BillingApp
    recipient: Party
    log: MongoLog
    close_client: Callable[[], None]

    async def close(self) -> None:
        """Let go of the database."""
        await self.log.close()
        self.close_client()


async def writer(url: str, name: str) -> Writer:
    """A writer on the log of that name."""
    client = mongo.connect(url)
    db = mongo.database(client, name)
    log = MongoLog(db)
    await log.prepare()
    world = World(tokyo(2027, 4, 5))
    repository = Repository(log, world.clock, RandomIds(), StoredSnapshots(db["snapshots"], every=20))
    app = BillingApp(replace(world.kernel([]), repository=repository))
    return Writer(app, await party_in(app.kernel.vault), log, client.close)


async def issue(of: Writer, number: int) -> None:
    """The post of an account is taken up: its invoice is issued at once, if it was not before."""
    event = SecondeeDeparted(
        programme="secondment", fiscal_year=2026, application_id=f"app-{number}", secondment_id=f"app-{number}.1",
        party=of.recipient, office="bangkok", country="TH", departed_on=date(2027, 4, 5), until=date(2028, 3, 31),
        edition="secondment/2026",
    )  # fmt: skip

    async def act() -> None:
        await of.app.kernel.repository.save(*await of.app.take_up(event))

    await decide_again(act, tries=500)


async def main(url: str, name: str, first: int) -> None:
    """Four at a time, without end."""
    own, accounts = await writer(url, name), itertools.count(first)
    print("ready", flush=True)

    async def clerk() -> None:
        while True:
            await issue(own, next(accounts))

    await asyncio.gather(*(clerk() for _ in range(4)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
